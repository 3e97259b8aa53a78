import { toProtoDuration, type Duration } from '../../lib/proto-duration.js';
import type { Protocol } from '../../model/protocol.js';
import { callerTagsHeader, showCallerTags } from '../../plan/caller-match.js';
import type { HealthCheck } from '../../plan/cluster-plan.js';
import type { HeaderToAdd } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { MeshHealthCheckConf } from './schema.js';

type Tcp = NonNullable<MeshHealthCheckConf['tcp']>;
type Http = NonNullable<MeshHealthCheckConf['http']>;
type Grpc = NonNullable<MeshHealthCheckConf['grpc']>;

/** The proxy that asks, as far as those that are asked learn of it. */
export type Asking = Pick<ProxyPlan, 'callerTags'>;

/** How the endpoints of a service that speaks the protocol are asked; undefined when they are not. */
export function planHealthCheck(
  conf: MeshHealthCheckConf,
  protocol: Protocol,
  asking: Asking,
): HealthCheck | undefined {
  const check = planCheck(conf, protocol, asking);
  if (check === undefined) return undefined;
  const { intervalJitterPercent, eventLogPath, alwaysLogHealthCheckFailures, reuseConnection } = conf;
  return {
    interval: toProtoDuration(conf.interval ?? '1m'),
    timeout: toProtoDuration(conf.timeout ?? '15s'),
    unhealthyThreshold: conf.unhealthyThreshold ?? 5,
    healthyThreshold: conf.healthyThreshold ?? 1,
    ...planDurations(conf),
    ...(intervalJitterPercent === undefined ? {} : { intervalJitterPercent }),
    ...(eventLogPath === undefined ? {} : { eventSinkPath: eventLogPath }),
    ...(alwaysLogHealthCheckFailures === undefined ? {} : { alwaysLogFailures: alwaysLogHealthCheckFailures }),
    ...(reuseConnection === undefined ? {} : { reuseConnection }),
    check,
  };
}

const optionalDurations = ['initialJitter', 'intervalJitter', 'noTrafficInterval'] as const;

const planDurations = (conf: MeshHealthCheckConf): Partial<Record<(typeof optionalDurations)[number], Duration>> =>
  Object.fromEntries(
    optionalDurations.flatMap((name) => {
      const duration = conf[name];
      return duration === undefined ? [] : [[name, toProtoDuration(duration)]];
    }),
  );

/** Services of HTTP and gRPC are asked over TCP only where their own check is there and disabled (Kuma 2.5). */
function planCheck(
  { tcp, http, grpc }: MeshHealthCheckConf,
  protocol: Protocol,
  asking: Asking,
): HealthCheck['check'] | undefined {
  switch (protocol) {
    case 'http':
    case 'http2':
      if (http?.disabled === true) return planTcpCheck(tcp);
      return http && planHttpCheck(http, protocol, asking);
    case 'grpc':
      if (grpc?.disabled === true) return planTcpCheck(tcp);
      return grpc && planGrpcCheck(grpc);
    case 'tcp':
      return planTcpCheck(tcp);
    case 'kafka':
    case 'unknown':
      return undefined;
  }
}

/** Kuma 2.5 sends the text as it is written, without decoding it. Envoy refuses payloads of nothing. */
function planTcpCheck(tcp: Tcp | undefined): HealthCheck['check'] | undefined {
  if (tcp === undefined || tcp.disabled === true) return undefined;
  const { send = '', receive = [] } = tcp;
  return {
    kind: 'tcp',
    ...(send === '' ? {} : { send: toHex(send) }),
    receive: receive.filter((text) => text !== '').map(toHex),
  };
}

const toHex = (text: string): string => Buffer.from(text).toString('hex');

const planHttpCheck = (
  { path = '/', requestHeadersToAdd = {}, expectedStatuses = [] }: Http,
  protocol: Protocol,
  asking: Asking,
): HealthCheck['check'] => ({
  kind: 'http',
  path,
  headers: [...tagsOf(asking), ...planHeaders(requestHeadersToAdd)],
  expectedStatuses,
  isHttp2: protocol === 'http2',
});

const tagsOf = (asking: Asking): HeaderToAdd[] =>
  asking.callerTags.size === 0 ? [] : [{ name: callerTagsHeader, value: showCallerTags(asking) }];

/** Several values of one header are separated by commas. */
const planHeaders = ({ add = [], set = [] }: NonNullable<Http['requestHeadersToAdd']>): HeaderToAdd[] => [
  ...add.flatMap(({ name, value }) => value.split(',').map((each) => ({ name, value: each, append: true }))),
  ...set.flatMap(({ name, value }) => value.split(',').map((each) => ({ name, value: each, append: false }))),
];

const planGrpcCheck = ({ serviceName, authority }: Grpc): HealthCheck['check'] => ({
  kind: 'grpc',
  ...(serviceName === undefined ? {} : { serviceName }),
  ...(authority === undefined ? {} : { authority }),
});
