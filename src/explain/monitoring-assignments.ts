import { rememberByBoth } from '../lib/remember.js';
import { isBuiltinGateway, orElse, serviceTag, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Resource } from '../model/resource.js';
import { prometheusConfIn } from '../rules/metrics-inbound.js';
import { selectGateway } from '../rules/select-gateway.js';
import { meshOf, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { existingMeshes, type World } from '../snapshot/world.js';

/** Where Prometheus finds the metrics of one proxy, in the words of its discovery for Kuma (API v1). */
export interface MonitoringAssignment {
  readonly '@type': 'type.googleapis.com/kuma.observability.v1.MonitoringAssignment';
  readonly mesh: string;
  readonly service: string;
  readonly targets: readonly [MonitoringTarget];
}

interface MonitoringTarget {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  readonly address: string;
  readonly metrics_path: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What Prometheus is to scrape: the proxies of meshes with metrics, by mesh and name. Equal ones are the same value. */
export const listAssignments = (world: World): readonly MonitoringAssignment[] =>
  existingMeshes(world).flatMap((snapshot) => {
    const mesh = meshOf(snapshot);
    if (mesh === undefined || prometheusConfIn(mesh, { spec: {} }) === undefined) return [];
    const dataplanes = resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[];
    return dataplanes.flatMap((dataplane) => labelGateway(snapshot, dataplane, assign(dataplane, mesh)));
  });

const assign = rememberByBoth((dataplane: Dataplane, mesh: Resource): readonly MonitoringAssignment[] => {
  const conf = prometheusConfIn(mesh, dataplane);
  if (conf === undefined) return [];
  const { address = '', advertisedAddress } = dataplane.spec.networking ?? {};
  const host = orElse(advertisedAddress, address);
  const tags = collectTags(dataplane);
  const target: MonitoringTarget = {
    name: dataplane.name,
    scheme: conf.tls?.mode === 'providedTLS' || conf.tls?.mode === 1 ? 'https' : 'http',
    address: `${host.includes(':') ? `[${host}]` : host}:${conf.port ?? 0}`,
    metrics_path: conf.path ?? '',
    labels: labelsOf(tags),
  };
  return [
    {
      '@type': 'type.googleapis.com/kuma.observability.v1.MonitoringAssignment',
      mesh: mesh.name,
      service: tags.get(serviceTag)?.[0] ?? 'unknown',
      targets: [target],
    },
  ];
});

/** The values of every tag of a proxy, both in order. */
function collectTags({ spec }: Dataplane): ReadonlyMap<string, readonly string[]> {
  const { inbound = [], gateway } = spec.networking ?? {};
  const sets = [...inbound.map(({ tags }) => tags), gateway?.tags];
  const values = new Map<string, Set<string>>();
  for (const [key, value] of sets.flatMap((tags) => Object.entries(tags ?? {})))
    values.set(key, (values.get(key) ?? new Set()).add(value));
  return new Map(
    [...values].sort(([a], [b]) => compareBytes(a, b)).map(([key, each]) => [key, [...each].sort(compareBytes)]),
  );
}

/**
 * Each tag as a label with its first value, and with an `s` added as one with all of them. Kuma 2.5: a tag whose name
 * is that of such a label comes later and replaces it.
 */
function labelsOf(tags: ReadonlyMap<string, readonly string[]>): MonitoringTarget['labels'] {
  const labels = new Map<string, string>();
  for (const [key, values] of tags) {
    labels.set(sanitizeLabel(key), values[0] ?? '');
    labels.set(sanitizeLabel(`${key}s`), `,${values.join(',')},`);
  }
  return Object.fromEntries([...labels].sort(([a], [b]) => compareBytes(a, b)));
}

const sanitizeLabel = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

/** A builtin gateway has the name of its MeshGateway as a label, empty without one. */
function labelGateway(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  assignments: readonly MonitoringAssignment[],
): readonly MonitoringAssignment[] {
  if (!isBuiltinGateway(dataplane.spec)) return assignments;
  const name = selectGateway(snapshot, dataplane)?.name ?? '';
  return assignments.map((assignment): MonitoringAssignment => {
    const [target] = assignment.targets;
    return { ...assignment, targets: [{ ...target, labels: { ...target.labels, kuma_io_mesh_gateway: name } }] };
  });
}
