import type { Protocol } from '../../model/protocol.js';
import type { ClusterPlan, HealthCheck as HealthCheckPlan } from '../../plan/cluster-plan.js';
import { editClusters } from '../../plan/edit-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { healthCheckKind } from './kind.js';
import type { HealthCheck } from './schema.js';

type Conf = NonNullable<HealthCheck['conf']>;
type Http = NonNullable<Conf['http']>;
type Tcp = NonNullable<Conf['tcp']>;

/** Checks the endpoints of the clusters that TrafficRoute made. */
const apply = (plan: ProxyPlan, matches: LegacyMatches<HealthCheck>): ProxyPlan =>
  editClusters(plan, (cluster) => {
    const conf = matches.cluster(cluster)?.spec.conf;
    return conf === undefined
      ? cluster
      : {
          ...cluster,
          healthChecks: [planHealthCheck(conf, cluster.gateway?.protocol ?? cluster.protocol)],
          ...planPanic(conf),
        };
  });

const planHealthCheck = ({ interval = '0s', timeout = '0s', ...conf }: Conf, protocol: Protocol): HealthCheckPlan => {
  const {
    unhealthyThreshold = 0,
    healthyThreshold = 0,
    alwaysLogHealthCheckFailures,
    http,
    tcp = {},
    ...others
  } = conf;
  return {
    ...others,
    interval,
    timeout,
    unhealthyThreshold,
    healthyThreshold,
    ...(alwaysLogHealthCheckFailures === undefined ? {} : { alwaysLogFailures: alwaysLogHealthCheckFailures }),
    check: http === undefined ? planTcpCheck(tcp) : planHttpCheck(http, protocol),
  };
};

const planTcpCheck = ({ send, receive = [] }: Tcp): HealthCheckPlan['check'] => ({
  kind: 'tcp',
  ...(send === undefined ? {} : { send: toHex(send) }),
  receive: receive.map(toHex),
});

/** An item of `receive` may be null, which is nothing. */
const toHex = (base64: string | null): string => Buffer.from(base64 ?? '', 'base64').toString('hex');

const planHttpCheck = (http: Http, protocol: Protocol): HealthCheckPlan['check'] => ({
  kind: 'http',
  path: http.path ?? '',
  headers: (http.requestHeadersToAdd ?? []).map(({ header: { key = '', value = '' } = {}, append }) => ({
    name: key,
    value,
    ...(append === undefined ? {} : { append }),
  })),
  expectedStatuses: http.expectedStatuses ?? [],
  isHttp2: protocol === 'http2',
});

/** The threshold has the precision of a 32-bit number. */
function planPanic({ healthyPanicThreshold, failTrafficOnPanic }: Conf): Pick<ClusterPlan, 'panic'> {
  if (healthyPanicThreshold === undefined && failTrafficOnPanic === undefined) return {};
  return {
    panic: {
      ...(healthyPanicThreshold === undefined ? {} : { threshold: Math.fround(Number(healthyPanicThreshold)) }),
      ...(failTrafficOnPanic === undefined ? {} : { failTraffic: failTrafficOnPanic }),
    },
  };
}

/** HealthCheck: checks the endpoints of services from the proxies that use them. */
export const healthCheck: LegacyPolicy<HealthCheck> = {
  kind: healthCheckKind,
  matching: ['destination'],
  actsOnRoutes: true,
  apply,
};
