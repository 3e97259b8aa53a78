import { fromBinary, fromJson, toBinary, toJson, type DescMessage, type JsonValue } from '@bufbuild/protobuf';

import { loadRegistry } from '../../envoy/registry.js';
import type { Message } from '../../envoy/resources.js';
import type { HealthReport } from '../../proxies/apply-health.js';
import type { EnvoyNode } from '../codec/messages.js';
import { parseWorkloadCheck, proxyCheckName, type HealthCheckSpecifier } from './make-specifier.js';

/** What a proxy says on a stream of health discovery. */
export type HealthMessage =
  { readonly kind: 'request'; readonly node: EnvoyNode } | { readonly kind: 'report'; readonly report: HealthReport };

const healthPackage = 'envoy.service.health.v3';

/** Reads a HealthCheckRequestOrEndpointHealthResponse; undefined for one that says nothing. Throws for bytes that are none. */
export function readHealthMessage(bytes: Uint8Array): HealthMessage | undefined {
  const schema = schemaOf('HealthCheckRequestOrEndpointHealthResponse');
  const message = fromBinary(schema, bytes, { readUnknownFields: false });
  const json = toJson(schema, message, { registry: loadRegistry() });
  const { healthCheckRequest, endpointHealthResponse } =
    json as Message<`${typeof healthPackage}.HealthCheckRequestOrEndpointHealthResponse`>;
  if (endpointHealthResponse !== undefined) return { kind: 'report', report: readReport(endpointHealthResponse) };
  if (healthCheckRequest?.node === undefined) return undefined;
  const { id = '', metadata = {}, extensions = [] } = healthCheckRequest.node;
  return { kind: 'request', node: { id, metadata, extensions: extensions.map(({ name = '' }) => name) } };
}

type EndpointHealthResponse = Message<`${typeof healthPackage}.EndpointHealthResponse`>;

/** A proxy of which nothing is said is healthy (Kuma 2.5). */
function readReport({ clusterEndpointsHealth = [] }: EndpointHealthResponse): HealthReport {
  let isProxyHealthy = true;
  const workloads = new Map<number, boolean>();
  for (const { clusterName = '', localityEndpointsHealth } of clusterEndpointsHealth) {
    const endpoint = localityEndpointsHealth?.[0]?.endpointsHealth?.[0];
    if (endpoint === undefined) continue;
    const { healthStatus = 'UNKNOWN' } = endpoint;
    const isHealthy = healthStatus === 'HEALTHY' || healthStatus === 'UNKNOWN';
    const port = parseWorkloadCheck(clusterName);
    if (clusterName === proxyCheckName) isProxyHealthy = isHealthy;
    else if (port !== undefined) workloads.set(port, isHealthy);
  }
  return { isProxyHealthy, workloads };
}

/** The bytes of a HealthCheckSpecifier. */
export function writeSpecifier(specifier: HealthCheckSpecifier): Uint8Array {
  const schema = schemaOf('HealthCheckSpecifier');
  const registry = loadRegistry();
  return toBinary(schema, fromJson(schema, specifier as JsonValue, { registry }));
}

function schemaOf(name: string): DescMessage {
  const schema = loadRegistry().getMessage(`${healthPackage}.${name}`);
  if (schema === undefined) throw new Error(`no descriptor of ${name}`);
  return schema;
}
