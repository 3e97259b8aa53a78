import { isIPv6 } from 'node:net';

import { isPort, type DataplaneSpec } from '../model/dataplane.js';
import type { Resource } from '../model/resource.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { TcpPlan } from './http-plan.js';
import type { AccessLog, TlsMode } from './listener-plan.js';

/** A listener that sends connections on to where they were going before they were redirected to the proxy. */
export interface PassListenerPlan {
  readonly name: string;
  readonly origin: 'transparent' | 'direct-access';
  readonly direction: 'inbound' | 'outbound';
  readonly address: string;
  readonly port: number;
  readonly traffic: { readonly kind: 'tcp' } & TcpPlan;
  readonly accessLogs: readonly AccessLog[];
  /** As logs name what is there. */
  readonly destination: string;
}

/** What a proxy needs for connections that are redirected to it. */
export interface Redirected {
  readonly listeners: readonly PassListenerPlan[];
  readonly clusters: readonly ClusterPlan[];
}

/** The address from which connections to the workload come, lest they be redirected again. */
const passAddresses = { ipv4: '127.0.0.6', ipv6: '::6' };

/** The address from which the proxy speaks to a workload at an address, where its connections are redirected. */
export const passAddressFor = (workload: string): string => passAddresses[isIPv6(workload) ? 'ipv6' : 'ipv4'];

/** Where connections end that are for nobody in the mesh, in both directions. */
export function planPassthrough({ networking }: DataplaneSpec, mesh: Resource | undefined): Redirected {
  const {
    redirectPortInbound = 0,
    redirectPortInboundV6,
    redirectPortOutbound,
  } = networking?.transparentProxying ?? {};
  if (!isPort(redirectPortOutbound)) return { listeners: [], clusters: [] };
  const families = [
    { family: 'ipv4', any: '0.0.0.0', inboundPort: redirectPortInbound } as const,
    ...(isPort(redirectPortInboundV6)
      ? [{ family: 'ipv6', any: '::', inboundPort: redirectPortInboundV6 } as const]
      : []),
  ];
  const leaves = letsOut(mesh);
  return {
    listeners: families.flatMap(({ family, any, inboundPort }) => [
      planPass(`outbound:passthrough:${family}`, 'outbound', { address: any, port: redirectPortOutbound }),
      planPass(`inbound:passthrough:${family}`, 'inbound', { address: any, port: inboundPort }),
    ]),
    clusters: families.flatMap(({ family }) => [
      ...(leaves ? [planPassCluster(`outbound:passthrough:${family}`, 'transparent')] : []),
      { ...planPassCluster(`inbound:passthrough:${family}`, 'transparent'), sourceAddress: passAddresses[family] },
    ]),
  };
}

const planPass = (
  name: string,
  direction: PassListenerPlan['direction'],
  at: { readonly address: string; readonly port: number },
): PassListenerPlan => ({
  name,
  origin: 'transparent',
  direction,
  ...at,
  traffic: { kind: 'tcp', splits: [{ cluster: name, weight: 1 }] },
  accessLogs: [],
  destination: 'external',
});

const planPassCluster = (name: string, origin: PassListenerPlan['origin']): ClusterPlan => ({
  name,
  origin,
  source: { kind: 'original-destination' },
  service: '',
  protocol: 'unknown',
  connectTimeout: '10s',
});

/** The part of a Mesh that says whether connections may leave it. */
interface MeshOutbound {
  readonly networking?: { readonly outbound?: { readonly passthrough?: boolean } };
}

const letsOut = (mesh: Resource | undefined): boolean =>
  (mesh?.spec as MeshOutbound | undefined)?.networking?.outbound?.passthrough !== false;

/** Instances that the workload reaches one by one. Which service it meets there the proxy does not know. */
export function planDirectAccess(
  endpoints: readonly { readonly address: string; readonly port: number }[] | undefined,
  { mesh, tls }: { readonly mesh: string; readonly tls: TlsMode },
): Redirected {
  if (endpoints === undefined) return { listeners: [], clusters: [] };
  const cluster = planPassCluster('direct_access', 'direct-access');
  return {
    listeners: endpoints.map((endpoint) => {
      // IPv6 addresses without brackets (Kuma 2.5)
      const name = `direct_access_${endpoint.address}:${endpoint.port}`;
      return {
        name,
        origin: 'direct-access',
        direction: 'outbound',
        ...endpoint,
        traffic: { kind: 'tcp', splits: [{ cluster: cluster.name, weight: 1 }] },
        accessLogs: [],
        destination: name,
      };
    }),
    clusters: [tls === 'off' ? cluster : { ...cluster, tls: { mesh } }],
  };
}
