import type { Filter, FilterChain, Listener, Runtime } from '../envoy/resources.js';
import type { GatewayChain, GatewayHttp, GatewayListenerPlan, GatewayPlan, GatewayTls } from '../plan/gateway-plan.js';
import { gatewayBufferLimit } from '../plan/gateway-cluster.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { socketAddress } from './address.js';
import { gatewayHttpFilter } from './gateway-http.js';
import { sanitizeStatName } from './names.js';
import { translateConnectionRateLimit } from './rate-limit.js';
import { translateTcp } from './tcp.js';
import { anyMeshTlsSocket, serverTlsSocket, tlsInspector } from './tls.js';

/**
 * A port on which traffic enters the mesh. Where clients do not speak TLS and nothing is said of requests nobody waits
 * for their first bytes: the server may be the one that speaks first.
 */
export const translateGatewayListener = (listener: GatewayListenerPlan, plan: ProxyPlan): Listener => ({
  name: listener.name,
  address: socketAddress(listener),
  trafficDirection: 'INBOUND',
  enableReusePort: true,
  perConnectionBufferLimitBytes: gatewayBufferLimit,
  ...(listener.traffic.kind === 'tcp' && !listener.traffic.isTls ? {} : { listenerFilters: [tlsInspector] }),
  filterChains: translateChains(listener, plan),
});

function translateChains(listener: GatewayListenerPlan, plan: ProxyPlan): FilterChain[] {
  const { traffic } = listener;
  const statPrefix = sanitizeStatName(plan.identifyingService);
  const limit = listener.connectionRateLimit;
  const limiting: Filter[] = limit === undefined ? [] : [translateConnectionRateLimit(limit)];
  switch (traffic.kind) {
    case 'http': {
      const filters = [...limiting, gatewayHttpFilter(listener, traffic, statPrefix)];
      return chainHosts(traffic).map(({ tls, hostname }) => ({
        ...translateTls(tls, [hostname], plan.mesh, ['h2', 'http/1.1']),
        filters,
      }));
    }
    case 'tcp':
      return traffic.chains.map((chain) => {
        const filters = translateTcp(chain.tcp, statPrefix, listener.accessLogs);
        return {
          ...translateTls(chain.tls, namesOf(chain), plan.mesh, []),
          ...(filters.length === 0 ? {} : { filters: [...limiting, ...filters] }),
        };
      });
  }
}

/** Hosts with a certificate of their own have a chain of their own; proxies of other meshes ask for none by name. */
function chainHosts({ hosts }: GatewayHttp) {
  const [first] = hosts;
  const isByHost = first?.tls !== undefined && first.tls.kind !== 'mesh';
  return isByHost ? hosts : hosts.slice(0, 1);
}

const namesOf = ({ hosts }: GatewayChain): readonly string[] => hosts.map(({ hostname }) => hostname);

/** Which connections a chain takes, and how they are encrypted. */
function translateTls(
  tls: GatewayTls | undefined,
  hostnames: readonly string[],
  mesh: string,
  alpnProtocols: readonly string[],
): FilterChain {
  const names = hostnames.filter((hostname) => hostname !== '*');
  const match = { transportProtocol: 'tls', ...(names.length === 0 ? {} : { serverNames: names }) };
  switch (tls?.kind) {
    case undefined:
      return {};
    case 'passthrough':
      return { filterChainMatch: match };
    case 'terminate':
      return {
        filterChainMatch: match,
        transportSocket: serverTlsSocket(
          tls.certificates.map(({ name }) => name),
          alpnProtocols,
        ),
      };
    case 'mesh':
      return {
        filterChainMatch: { transportProtocol: 'tls', applicationProtocols: ['kuma'] },
        transportSocket: anyMeshTlsSocket(mesh),
      };
  }
}

const runtimeName = 'gateway.listeners';

/** Limits of ports, which Envoy reads from its runtime. */
export const translateGatewayRuntime = ({ listeners }: GatewayPlan): readonly [name: string, runtime: Runtime] => [
  runtimeName,
  {
    name: runtimeName,
    layer: Object.fromEntries(
      [...listeners.values()].flatMap(({ name, connectionLimit }) =>
        connectionLimit === undefined
          ? []
          : [[`envoy.resource_limits.listener.${name}.connection_limit`, connectionLimit]],
      ),
    ),
  },
];
