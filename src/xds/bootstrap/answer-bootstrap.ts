import { isIP } from 'node:net';

import { stringify } from 'yaml';

import { splitHostPort } from '../../lib/host-port.js';
import { err, ok, type Result } from '../../lib/result.js';
import { isDnsName } from '../../model/net.js';
import type { Violation } from '../../model/violation.js';
import { checkTrustAnchor } from '../../pki/read-certificate.js';
import type { ProxyDescription, ProxyQuestion, UndescribedProxy } from '../../proxies/describe-proxy.js';
import { isProxyType, type ProxyType } from '../../proxies/read-proxy-resource.js';
import { makeBootstrap, type Bootstrap, type BootstrapSettings } from './make-bootstrap.js';
import { readBootstrapRequest, type BootstrapRequest } from './read-request.js';
import { describeForeignHost, noAuthority, portTooLarge, tokenRequired, tokenUnfit } from './refusals.js';

/** What answering needs of the rest of the server. */
export interface BootstrapContext {
  readonly settings: BootstrapSettings;
  /** The setting `bootstrapServer.params.xdsHost`; empty = the host that the proxy itself asked. */
  readonly xdsHost: string;
  /** Whether a proxy of this type must show a token. */
  readonly needsToken: Readonly<Record<ProxyType, boolean>>;
  /** The server's certificate: PEM of what proxies check it by, and the hosts that it is for. */
  readonly certificate: () => { readonly authority: string; readonly hosts: ReadonlySet<string> };
  readonly describeProxy: (question: ProxyQuestion) => Result<ProxyDescription, UndescribedProxy>;
  /** All addresses of a host name; rejects when there are none. */
  readonly lookUp: (host: string) => Promise<readonly string[]>;
}

/** The parts of a request over HTTP that count. */
export interface BootstrapCall {
  /** Header `Host`, with or without a port. */
  readonly host: string;
  /** Header `Accept`. */
  readonly accept: string | undefined;
  readonly body: string;
}

/** An answer over HTTP. */
export interface BootstrapAnswer {
  readonly status: number;
  /** Absent without a body. */
  readonly contentType?: string;
  readonly body: string;
}

/**
 * Answers `POST /bootstrap`. Statuses and texts are those of Kuma 2.5, since its data plane goes by them: it tries a 404
 * or 500 again and gives up on other refusals. What the client could not know to be wrong is never a 500 here.
 */
export async function answerBootstrap(context: BootstrapContext, call: BootstrapCall): Promise<BootstrapAnswer> {
  const request = readBootstrapRequest(call.body);
  if (!request.ok) return refuse(400, request.error);
  const made = await makeAnswer(context, request.value, splitHostPort(call.host)?.host ?? call.host);
  if (!made.ok) return made.error;
  const { bootstrap, proxy } = made.value;
  const yaml = stringify(bootstrap, {
    version: '1.1',
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  // exactly this text, as older data planes understand nothing but YAML (Kuma 2.5)
  if (call.accept !== 'application/json') return { status: 200, contentType: 'text/x-yaml', body: yaml };
  return { status: 200, contentType: 'application/json', body: JSON.stringify(wrap(yaml, proxy)) };
}

const refuse = (status: number, text: string): BootstrapAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: text,
});

/** With the bootstrap, what the program that runs Envoy must know for itself. */
const wrap = (yaml: string, { isTransparent, metricsSources }: ProxyDescription): object => ({
  bootstrap: Buffer.from(yaml).toString('base64'),
  kumaSidecarConfiguration: {
    networking: { isUsingTransparentProxy: isTransparent },
    metrics: { aggregate: metricsSources },
  },
});

interface Made {
  readonly bootstrap: Bootstrap;
  readonly proxy: ProxyDescription;
}

async function makeAnswer(
  context: BootstrapContext,
  request: BootstrapRequest,
  askedHost: string,
): Promise<Result<Made, BootstrapAnswer>> {
  const type = request.proxyType;
  if (!isProxyType(type)) return err(refuse(422, `unknown proxy type ${type}`));
  if (context.needsToken[type] && request.dataplaneToken === '' && request.dataplaneTokenPath === '')
    return err(refuse(422, tokenRequired));
  const { authority: ownAuthority, hosts } = context.certificate();
  const xdsHost = context.xdsHost === '' ? askedHost : context.xdsHost;
  if (!hosts.has(xdsHost)) return err(refuse(400, describeForeignHost(xdsHost, hosts)));
  const proxy = context.describeProxy(questionOf(request, type));
  if (!proxy.ok) return err(describeUndescribed(proxy.error));
  const unfit = findUnfit(request, proxy.value);
  if (unfit !== undefined) return err(refuse(422, unfit));
  const authority = request.caCert === '' ? ownAuthority : request.caCert;
  const trouble = await checkTrustAnchor(authority);
  if (trouble !== undefined)
    return err(refuse(400, trouble === 'no-authority' ? noAuthority : 'the CA certificate cannot be read'));
  const isIPv4Only = await hasOnlyIPv4(xdsHost, context.lookUp);
  const facts = { proxy: proxy.value, xdsHost, isIPv4Only, authority };
  return ok({ bootstrap: makeBootstrap(request, facts, context.settings), proxy: proxy.value });
}

const questionOf = ({ mesh, name, dataplaneResource }: BootstrapRequest, type: ProxyType): ProxyQuestion => ({
  type,
  mesh,
  name,
  resource: dataplaneResource === '' ? undefined : dataplaneResource,
});

function describeUndescribed(refusal: UndescribedProxy): BootstrapAnswer {
  switch (refusal.refusal) {
    case 'missing':
      return { status: 404, body: '' };
    case 'invalid':
      return refuse(422, refusal.violations.map(describeViolation).join('; '));
    case 'unreadable':
      return refuse(422, refusal.detail);
  }
}

const describeViolation = ({ field, message }: Violation): string => `${field}: ${message}`;

/** What Envoy would refuse of a bootstrap; Kuma 2.5 looks for it as well, and says nothing. */
function findUnfit({ dataplaneToken }: BootstrapRequest, { adminPort = 0 }: ProxyDescription): string | undefined {
  if (adminPort > 65_535) return portTooLarge;
  return isHeaderValue(dataplaneToken) ? undefined : tokenUnfit;
}

const maxHeaderValue = 16_384;

const isHeaderValue = (text: string): boolean => !/[\0\n\r]/.test(text) && Array.from(text).length <= maxHeaderValue;

/** Kuma 2.5: Envoy would try IPv6 first, in vain on hosts without it. What cannot be looked up is left to Envoy. */
async function hasOnlyIPv4(host: string, lookUp: BootstrapContext['lookUp']): Promise<boolean> {
  if (host === 'localhost' || !isDnsName(host)) return false;
  const addresses = await lookUp(host).catch(() => []);
  return addresses.length > 0 && addresses.every((address) => isIP(address) === 4);
}
