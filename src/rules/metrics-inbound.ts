import type { Dataplane, Inbound } from '../model/dataplane.js';
import { decodePrometheusConf, type PrometheusConf } from '../model/prometheus.js';
import type { Resource } from '../model/resource.js';
import { meshOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** Where metrics are switched on. */
interface MeshMetrics {
  readonly metrics?: {
    readonly enabledBackend?: string;
    readonly backends?: readonly { readonly name?: string; readonly type?: string; readonly conf?: unknown }[];
  };
}

interface DataplaneMetrics {
  readonly metrics?: { readonly type?: string; readonly conf?: unknown };
}

/**
 * How a proxy offers its metrics: the conf of the mesh's enabled backend, overridden by the Dataplane's; undefined when
 * metrics are off. Tags of both are joined; of aggregated sources with one name the Dataplane's counts.
 */
export const prometheusConf = (
  snapshot: MeshSnapshot,
  dataplane: Pick<Dataplane, 'spec'>,
): PrometheusConf | undefined => prometheusConfIn(meshOf(snapshot), dataplane);

/** The same for a proxy in this mesh. */
export function prometheusConfIn(
  mesh: Resource | undefined,
  dataplane: Pick<Dataplane, 'spec'>,
): PrometheusConf | undefined {
  const { enabledBackend = '', backends = [] } = (mesh?.spec as MeshMetrics | undefined)?.metrics ?? {};
  const backend = backends.find(({ name = '' }) => name === enabledBackend);
  if (enabledBackend === '' || backend?.type !== 'prometheus') return undefined;
  const ofMesh = readConf(backend.conf);
  const { metrics } = dataplane.spec as DataplaneMetrics;
  if (metrics?.type !== 'prometheus') return ofMesh;
  const own = readConf(metrics.conf);
  const aggregate = new Map(
    [...(ofMesh.aggregate ?? []), ...(own.aggregate ?? [])].map((each) => [each.name ?? '', each]),
  );
  return {
    ...ofMesh,
    ...own,
    ...(ofMesh.tags === undefined && own.tags === undefined ? {} : { tags: { ...ofMesh.tags, ...own.tags } }),
    ...(ofMesh.envoy === undefined && own.envoy === undefined ? {} : { envoy: { ...ofMesh.envoy, ...own.envoy } }),
    ...(ofMesh.tls === undefined && own.tls === undefined ? {} : { tls: { ...ofMesh.tls, ...own.tls } }),
    ...(aggregate.size === 0 ? {} : { aggregate: [...aggregate.values()] }),
  };
}

/** The inbound that metrics add to a proxy, to which policies attach as to any other. */
export function metricsInbounds(snapshot: MeshSnapshot, dataplane: Dataplane): readonly Inbound[] {
  const conf = prometheusConf(snapshot, dataplane);
  if (conf === undefined) return [];
  return [{ port: conf.port ?? 0, ...(conf.tags === undefined ? {} : { tags: conf.tags }) }];
}

/** What is stored was admitted, so it can be read; an unreadable conf of older data counts as empty. */
function readConf(conf: unknown): PrometheusConf {
  const decoded = decodePrometheusConf(conf);
  return decoded.ok ? decoded.value : {};
}
