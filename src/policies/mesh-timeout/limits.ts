import { toProtoDuration, type Duration } from '../../lib/proto-duration.js';
import { isHttp, type Protocol } from '../../model/protocol.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { editForward, editRoutes } from '../../plan/edit-plan.js';
import type { HttpRoute, RouteAction, Traffic } from '../../plan/http-plan.js';
import type { MeshTimeoutConf } from './schema.js';

type Forward = Extract<RouteAction, { kind: 'forward' }>;

/** What holds where a MeshTimeout says nothing, once there is one: the same for both sides (Kuma 2.5). */
const byDefault = { connection: '5s', idle: '3600s', request: '15s', streamIdle: '1800s' } as const;

const never: Duration = '0s';

const orDefault = (duration: string | undefined, other: Duration): Duration =>
  duration === undefined ? other : toProtoDuration(duration);

/** What holds for the requests that a route takes; undefined when no MeshTimeout says anything of them. */
export type ConfOfRoute = (routeName: string | undefined) => MeshTimeoutConf | undefined;

/**
 * The traffic of a listener whose service speaks the protocol; what is there of another sort stays (Kuma 2.5). Idle
 * connections of HTTP are for the clusters to close, whatever the MeshTimeout says.
 */
export function limitTraffic<Kind extends Traffic>(traffic: Kind, protocol: Protocol, confOf: ConfOfRoute): Kind {
  switch (traffic.kind) {
    case 'none':
      return traffic;
    case 'tcp': {
      const conf = isHttp(protocol) ? undefined : confOf(undefined);
      return conf === undefined ? traffic : { ...traffic, idleTimeout: orDefault(conf.idleTimeout, byDefault.idle) };
    }
    case 'http':
      return isHttp(protocol)
        ? { ...editRoutes(traffic, (route) => limitRoute(route, confOf)), idleTimeout: never }
        : traffic;
  }
}

/** A route; redirects and routes of which nothing is said stay. */
export const limitRoute = (route: HttpRoute, confOf: ConfOfRoute): HttpRoute => {
  const conf = confOf(route.name);
  return conf === undefined ? route : editForward(route, (action) => limitForward(action, conf));
};

const limitForward = (action: Forward, { http }: MeshTimeoutConf): Forward => ({
  ...action,
  timeout: orDefault(http?.requestTimeout, byDefault.request),
  idleTimeout: orDefault(http?.streamIdleTimeout, action.idleTimeout ?? byDefault.streamIdle),
});

/** A cluster whose service speaks the protocol; gRPC has no limits but the one for connecting (Kuma 2.5). */
export function limitCluster(cluster: ClusterPlan, protocol: Protocol, conf: MeshTimeoutConf): ClusterPlan {
  const connected = { ...cluster, connectTimeout: orDefault(conf.connectionTimeout, byDefault.connection) };
  if (cluster.http === undefined || (protocol !== 'http' && protocol !== 'http2')) return connected;
  return {
    ...connected,
    http: {
      ...cluster.http,
      idleTimeout: orDefault(conf.idleTimeout, byDefault.idle),
      maxStreamDuration: orDefault(conf.http?.maxStreamDuration, never),
      maxConnectionDuration: orDefault(conf.http?.maxConnectionDuration, never),
    },
  };
}
