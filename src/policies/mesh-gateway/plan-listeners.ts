import type { DataSource } from '../../model/data-source.js';
import type { Dataplane } from '../../model/dataplane.js';
import type { GatewayListener, MeshGateway } from '../../model/gateway.js';
import type { Protocol } from '../../model/protocol.js';
import { loadDataSource } from '../../plan/external-services.js';
import type {
  GatewayChainHost,
  GatewayHostPlan,
  GatewayListenerPlan,
  GatewayTls,
  ServerCertificate,
} from '../../plan/gateway-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { gatewayPorts, type GatewayPort } from '../../rules/gateway-listeners.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { readServerCertificate } from './server-certificate.js';

/** The ports of a builtin gateway, without routes. Those that Envoy could not serve are left out, and harm no others. */
export const planListeners = (
  { tls }: Pick<ProxyPlan, 'tls'>,
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  gateway: MeshGateway,
): readonly GatewayListenerPlan[] =>
  gatewayPorts(snapshot, dataplane, gateway).flatMap((port) => {
    const traffic = planTraffic(snapshot, port, tls !== 'off');
    if (traffic === undefined) return [];
    const { connectionLimit = 0 } = port.listener.resources ?? {};
    return [
      {
        name: `${gateway.name}:${port.protocol}:${port.port}`,
        address: dataplane.spec.networking?.address ?? '',
        port: port.port,
        protocol: protocolFor(port.protocol),
        ...(connectionLimit === 0 ? {} : { connectionLimit }),
        traffic,
        accessLogs: [],
      },
    ];
  });

/** Policies know nothing of listeners with TLS (Kuma 2.5). */
function protocolFor(protocol: string): Protocol {
  if (protocol === 'HTTP') return 'http';
  return protocol === 'TCP' ? 'tcp' : 'unknown';
}

function planTraffic(
  snapshot: MeshSnapshot,
  { protocol, hosts, crossMesh }: GatewayPort,
  hasMtls: boolean,
): GatewayListenerPlan['traffic'] | undefined {
  const names = hosts.map(({ hostname, tags }) => ({ hostname, tags }));
  const tlsFor = ({ tls }: GatewayListener, hostnames: readonly string[]) => planTls(snapshot, tls, hostnames);
  switch (protocol) {
    case 'HTTP': {
      if (crossMesh && !hasMtls) return undefined;
      const tls: { tls?: GatewayTls } = crossMesh ? { tls: { kind: 'mesh' } } : {};
      return planHttp(
        names.map((host) => ({ ...host, ...tls, routes: [] })),
        crossMesh,
      );
    }
    case 'HTTPS': {
      const withTls = hosts.flatMap(({ hostname, tags, listener }): GatewayHostPlan[] => {
        const tls = tlsFor(listener, [hostname]);
        return tls === undefined ? [] : [{ hostname, tags, tls, routes: [] }];
      });
      return withTls.length === 0 ? undefined : planHttp(withTls, true);
    }
    case 'TCP': {
      const all = names.map((host) => ({ ...host, destinations: [] }));
      return { kind: 'tcp', isTls: false, chains: [{ hosts: all, tcp: { splits: [] } }] };
    }
    case 'TLS': {
      const all = hosts.map(({ hostname, tags, listener }): GatewayChainHost => {
        const tls = tlsFor(listener, [hostname]);
        return { hostname, tags, ...(tls === undefined ? {} : { tls }), destinations: [] };
      });
      // all hosts of a port have the certificates of the first (Kuma 2.5)
      const [first] = hosts;
      const hostnames = names.map(({ hostname }) => hostname);
      const tls = first && tlsFor(first.listener, hostnames);
      return tls && { kind: 'tcp', isTls: true, chains: [{ hosts: all, tls, tcp: { splits: [] } }] };
    }
    default:
      return undefined;
  }
}

const planHttp = (hosts: readonly GatewayHostPlan[], isSecure: boolean): GatewayListenerPlan['traffic'] => ({
  kind: 'http',
  isSecure,
  hosts,
  filters: [],
});

/** Undefined where there is no mode, or where one of the certificates cannot be had. */
function planTls(
  snapshot: MeshSnapshot,
  { mode, certificates = [] }: NonNullable<GatewayListener['tls']> = {},
  hostnames: readonly string[],
): GatewayTls | undefined {
  if (mode === 'PASSTHROUGH' || mode === 2) return { kind: 'passthrough' };
  if (mode !== 'TERMINATE' && mode !== 1) return undefined;
  const loaded = certificates.map((source) => loadCertificate(snapshot, source, hostnames));
  const all = loaded.filter((certificate) => certificate !== undefined);
  return all.length === loaded.length ? { kind: 'terminate', certificates: distinct(all) } : undefined;
}

const distinct = (certificates: readonly ServerCertificate[]): readonly ServerCertificate[] => [
  ...new Map(certificates.map((certificate) => [certificate.name, certificate])).values(),
];

/** The same source is the same secret, whichever listeners it is for. */
function loadCertificate(
  snapshot: MeshSnapshot,
  source: DataSource,
  hostnames: readonly string[],
): ServerCertificate | undefined {
  const bytes = loadDataSource(snapshot, source);
  const read = bytes === undefined ? undefined : readServerCertificate(bytes);
  if (read === undefined) return undefined;
  const { keyType, chain, key } = read;
  const from = source.secret === undefined ? `inline:${hostnames.join(':')}` : `secret:${source.secret}`;
  return { name: `cert.${keyType}:${from}`, chain, key };
}
