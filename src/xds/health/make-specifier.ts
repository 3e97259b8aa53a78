import { isIPv6 } from 'node:net';

import type { Message } from '../../envoy/resources.js';
import { formatProtoDuration } from '../../lib/proto-duration.js';
import {
  inboundAddress,
  orElse,
  redirects,
  workloadPort,
  type DataplaneSpec,
  type Inbound,
} from '../../model/dataplane.js';

/** What a proxy is to check, and how often to tell. */
export type HealthCheckSpecifier = Message<'envoy.service.health.v3.HealthCheckSpecifier'>;

type ClusterHealthCheck = Message<'envoy.service.health.v3.ClusterHealthCheck'>;
type HealthCheck = Message<'envoy.config.core.v3.HealthCheck'>;

/** The settings `dpServer.hds`; times in milliseconds. */
export interface HealthSettings {
  readonly interval: number;
  readonly checkDefaults: {
    readonly timeout: number;
    readonly interval: number;
    readonly noTrafficInterval: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
}

/** An inbound with the probe of its workload. */
type ProbedInbound = Inbound & {
  readonly serviceProbe?: {
    readonly interval?: string;
    readonly timeout?: string;
    readonly healthyThreshold?: number;
    readonly unhealthyThreshold?: number;
  };
};

/** Name under which a proxy tells how it is itself. */
export const proxyCheckName = 'kuma:envoy:admin';

const workloadPrefix = 'localhost:';

/** The port of the workload that a check is of; undefined for other checks. */
export function parseWorkloadCheck(name: string): number | undefined {
  const port = name.startsWith(workloadPrefix) ? name.slice(workloadPrefix.length) : '';
  return /^[0-9]{1,5}$/.test(port) ? Number(port) : undefined;
}

/** Connections that the host redirects come to the workload from here, so that they are not redirected again. */
const passAddresses = { ipv4: '127.0.0.6', ipv6: '::6' };

/**
 * The proxy itself, which is not ready while it drains, and every workload with a probe. Without an admin port the proxy
 * cannot be asked.
 */
export function makeSpecifier(
  spec: DataplaneSpec,
  adminPort: number | undefined,
  settings: HealthSettings,
): HealthCheckSpecifier {
  const inbounds = (spec.networking?.inbound ?? []) as readonly ProbedInbound[];
  return {
    clusterHealthChecks: [
      ...(adminPort === undefined ? [] : [checkProxy(adminPort, settings)]),
      ...inbounds
        .filter(({ serviceProbe }) => serviceProbe !== undefined)
        .map((inbound) => checkWorkload(spec, inbound, settings)),
    ],
    interval: toDuration(settings.interval),
  };
}

const checkProxy = (port: number, settings: HealthSettings): ClusterHealthCheck => ({
  clusterName: proxyCheckName,
  ...at('127.0.0.1', port),
  healthChecks: [{ ...timing({}, settings), httpHealthCheck: { path: '/ready' } }],
});

function checkWorkload(spec: DataplaneSpec, inbound: ProbedInbound, settings: HealthSettings): ClusterHealthCheck {
  const port = workloadPort(inbound);
  const address = orElse(inbound.serviceAddress, inboundAddress(spec, inbound));
  const source = isIPv6(address) ? passAddresses.ipv6 : passAddresses.ipv4;
  return {
    clusterName: `${workloadPrefix}${port}`,
    ...at(address, port),
    healthChecks: [{ ...timing(inbound.serviceProbe ?? {}, settings), tcpHealthCheck: {} }],
    ...(redirects(spec) ? { upstreamBindConfig: { sourceAddress: { address: source, portValue: 0 } } } : {}),
  };
}

const at = (address: string, portValue: number): Pick<ClusterHealthCheck, 'localityEndpoints'> => ({
  localityEndpoints: [{ endpoints: [{ address: { socketAddress: { address, portValue } } }] }],
});

const timing = (
  { timeout, interval, healthyThreshold, unhealthyThreshold }: NonNullable<ProbedInbound['serviceProbe']>,
  { checkDefaults }: HealthSettings,
): HealthCheck => ({
  timeout: timeout ?? toDuration(checkDefaults.timeout),
  interval: interval ?? toDuration(checkDefaults.interval),
  noTrafficInterval: toDuration(checkDefaults.noTrafficInterval),
  healthyThreshold: healthyThreshold ?? checkDefaults.healthyThreshold,
  unhealthyThreshold: unhealthyThreshold ?? checkDefaults.unhealthyThreshold,
});

const toDuration = (milliseconds: number): string => formatProtoDuration(BigInt(milliseconds) * 1_000_000n);
