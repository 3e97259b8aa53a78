import { isIP } from 'node:net';

import type {
  Cluster,
  ClusterLoadAssignment,
  Listener,
  RouteConfiguration,
  Secret,
} from '../../src/envoy/resources.js';
import { xdsTypes, type TypeUrl } from '../../src/envoy/type-urls.js';
import { withTestCertificates } from './test-certificates.js';

/** A generated configuration as inspect shows it in the field `xds`: proto-JSON by name, by type URL. */
export type GeneratedXds = Readonly<Partial<Record<TypeUrl, Readonly<Record<string, object>>>>>;

/** A bootstrap of Envoy in which all resources are static. */
export interface StaticBootstrap {
  readonly node: { readonly id: string; readonly cluster: string };
  readonly staticResources: {
    readonly clusters: readonly Cluster[];
    readonly listeners: readonly Listener[];
    readonly secrets: readonly Secret[];
  };
}

/**
 * Turns a generated configuration into one that Envoy loads without a control plane: endpoints move into their clusters,
 * route configurations into the filters that name them, and secrets that are not shown become test ones. Runtime layers
 * are left out. Throws when something is still to be fetched by ADS, or a name leads nowhere.
 */
export function toStaticBootstrap(xds: GeneratedXds): StaticBootstrap {
  const clusters = Object.values(xds[xdsTypes.clusters] ?? {}).map((cluster) => inlineEndpoints(cluster, xds));
  const listeners = Object.values(xds[xdsTypes.listeners] ?? {});
  const secrets = Object.values(xds[xdsTypes.secrets] ?? {}).map(withTestCertificates);
  const resources = withTestCertificates({ clusters, listeners, secrets });
  const staticResources = JSON.parse(JSON.stringify(resources), (_key, value: unknown) =>
    isObject(value) ? inlineRoutes(useStaticSecret(value), xds) : value,
  ) as StaticBootstrap['staticResources'];
  if (JSON.stringify(staticResources).includes('"ads":{}')) throw new Error('something is still to be fetched by ADS');
  return { node: { id: 'default.test', cluster: 'test' }, staticResources };
}

/** An EDS cluster becomes one with the same endpoints inside. */
function inlineEndpoints(cluster: Cluster, xds: GeneratedXds): Cluster {
  if (cluster.type !== 'EDS') return cluster;
  const { edsClusterConfig, ...rest } = cluster;
  const name = edsClusterConfig?.serviceName ?? cluster.name ?? '';
  const assignment: ClusterLoadAssignment = find(xds, xdsTypes.endpoints, name);
  return { ...rest, type: hasHostNames(assignment) ? 'STRICT_DNS' : 'STATIC', loadAssignment: assignment };
}

/** Whether an address is a name, which a cluster of type STATIC may not have. */
const hasHostNames = ({ endpoints = [] }: ClusterLoadAssignment): boolean =>
  endpoints
    .flatMap(({ lbEndpoints = [] }) => lbEndpoints)
    .some(({ endpoint }) => isIP(endpoint?.address?.socketAddress?.address ?? '') === 0);

/** A connection manager with `rds` gets the route configuration itself. */
function inlineRoutes(value: JsonObject, xds: GeneratedXds): JsonObject {
  if (!isObject(value.rds)) return value;
  const { rds, ...rest } = value;
  const routeConfig: RouteConfiguration = find(xds, xdsTypes.routes, String(rds.routeConfigName));
  return { ...rest, routeConfig };
}

/** A reference to a secret without a source means one of the bootstrap. */
function useStaticSecret(value: JsonObject): JsonObject {
  if (!('sdsConfig' in value)) return value;
  const { sdsConfig, ...reference } = value;
  return reference;
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function find(xds: GeneratedXds, typeUrl: TypeUrl, name: string): object {
  const resources = xds[typeUrl] ?? {};
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (resource === undefined) throw new Error(`no ${typeUrl} is called ${name}`);
  return resource;
}
