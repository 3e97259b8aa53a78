import type { Static, TSchema } from 'typebox';

import { parseRequestUri } from '../lib/request-uri.js';
import { decodeProto } from './decode-proto.js';
import { proto } from './proto.js';
import { checkPort } from './tag-rules.js';
import type { Violation } from './violation.js';

/** The conf of one type of backend: how it is read from free JSON, and what is checked of it. */
interface BackendConf<Schema extends TSchema> {
  readonly schema: Schema;
  readonly check: (path: string, conf: Static<Schema>) => readonly Violation[];
}

const defineConf = <Schema extends TSchema>(
  schema: Schema,
  check: BackendConf<Schema>['check'],
): BackendConf<Schema> => ({
  schema,
  check,
});

/** Violations of the conf of a backend at `path`; an absent one is empty. */
export function checkConf<Schema extends TSchema>(
  path: string,
  { schema, check }: BackendConf<Schema>,
  conf: unknown,
): Violation[] {
  const decoded = decodeProto(schema, conf ?? {});
  if (!decoded.ok) return [{ field: path, message: `could not parse config: ${decoded.error}` }];
  return [...check(path, decoded.value.value as Static<Schema>)];
}

/** What is stored was admitted, so it can be read; an unreadable conf of older data counts as empty. */
export function readConf<Schema extends TSchema>(
  { schema }: BackendConf<Schema>,
  conf: unknown,
): Partial<Static<Schema>> {
  const decoded = decodeProto(schema, conf ?? {});
  return decoded.ok ? (decoded.value.value as Static<Schema>) : {};
}

const checkNotEmpty = (field: string, text = ''): Violation[] =>
  text === '' ? [{ field, message: 'cannot be empty' }] : [];

const apiVersions = ['httpJsonV1', 'httpJson', 'httpProto'];

/** Zipkin, or anything that speaks its protocol: a URL with a port. */
export const zipkinConf = defineConf(
  proto.message({
    url: proto.string(),
    traceId128bit: proto.bool(),
    apiVersion: proto.string(),
    sharedSpanContext: proto.boolValue(),
  }),
  (path, { url = '', apiVersion = '' }) => [
    ...(apiVersion === '' || apiVersions.includes(apiVersion)
      ? []
      : [{ field: `${path}.apiVersion`, message: `has invalid value. Allowed values: ${apiVersions.join(', ')}` }]),
    ...checkUrl(`${path}.url`, url),
  ],
);

function checkUrl(field: string, url: string): Violation[] {
  if (url === '') return checkNotEmpty(field, url);
  const uri = parseRequestUri(url);
  if (uri === undefined) return [{ field, message: 'invalid URL' }];
  return uri.port === '' ? [{ field, message: 'port has to be explicitly specified' }] : [];
}

/** The agent of Datadog. */
export const datadogConf = defineConf(
  proto.message({ address: proto.string(), port: proto.uint32(), splitService: proto.bool() }),
  (path, { address, port }) => [...checkNotEmpty(`${path}.address`, address), ...checkPort(`${path}.port`, port)],
);

/** A file on the machine of the proxy; any path. */
export const fileConf = defineConf(proto.message({ path: proto.string() }), (path, conf) =>
  checkNotEmpty(`${path}.path`, conf.path),
);

/** A host, in brackets when it holds colons, and a port of any text. */
const hostAndPort = /^(?:\[[^[\]]+\]|[^:[\]]+):[^:[\]]+$/;

/** A server that takes lines over TCP. */
export const tcpConf = defineConf(proto.message({ address: proto.string() }), (path, { address = '' }) => {
  const field = `${path}.address`;
  if (address === '') return checkNotEmpty(field, address);
  return hostAndPort.test(address) ? [] : [{ field, message: 'has to be in format of HOST:PORT' }];
});
