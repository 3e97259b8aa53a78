import { isEqualJson } from '../lib/is-equal.js';
import { splitHostPort } from '../lib/host-port.js';
import type { DataSource } from '../model/data-source.js';
import { serviceTag, tagOf } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import type { ExternalService, ExternalServiceTls } from '../model/external-service.js';
import { isDnsName } from '../model/net.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { SecretSpec } from '../model/secret.js';
import { meshOf, resourceOf, resourcesOf, zoneEgressesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import type { ExternalEndpoint, ExternalTls } from './cluster-plan.js';

/** How a proxy reaches a service outside of the mesh. */
export type ExternalAccess =
  /** By itself; at least one endpoint. */
  | { readonly kind: 'direct'; readonly endpoints: readonly ExternalEndpoint[] }
  /** Through the zone egresses; at least one. */
  | { readonly kind: 'egress'; readonly endpoints: readonly Endpoint[] };

/** The tag that tells external services with TLS apart. */
const nameTag = 'kuma.io/external-service-name';

/** The name that zone egresses have in the certificates of a mesh. */
export const egressService = 'zone-egress';

/** True when external services of the mesh are reached through zone egresses alone. */
export const hasEgressRouting = (mesh: Resource | undefined): boolean =>
  (mesh?.spec as { readonly routing?: { readonly zoneEgress?: boolean } } | undefined)?.routing?.zoneEgress === true;

/**
 * The external services of a mesh as a proxy reaches them, by service. Without zone egresses those that it is permitted
 * to see; else it is the egress that decides, so that the proxy sees them all.
 */
export const planExternalServices = (
  snapshot: MeshSnapshot,
  permitted: readonly ExternalService[],
): ReadonlyMap<string, ExternalAccess> => askAccess(snapshot, { names: permitted.map(({ name }) => name) });

const askAccess = derive({
  keyOf: ({ names }: { readonly names: readonly string[] }) => names.join('\n'),
  answer: (snapshot, { names }): ReadonlyMap<string, ExternalAccess> => {
    if (hasEgressRouting(meshOf(snapshot))) {
      const all = resourcesOf(snapshot, 'ExternalService') as readonly ExternalService[];
      const endpoints = groupByService(all.flatMap((service) => egressEndpoints(snapshot, service)));
      return mapValues(endpoints, (ofService) => ({ kind: 'egress', endpoints: ofService }));
    }
    const permitted = names.flatMap((name) => resourceOf(snapshot, 'ExternalService', name) ?? []);
    const endpoints = groupByService(permitted.flatMap((each) => externalEndpoint(snapshot, each as ExternalService)));
    return mapValues(endpoints, (ofService) => ({ kind: 'direct', endpoints: ofService }));
  },
  settle: keepAccess,
});

/** The map after a change, with every access that says the same being the one before, and the whole too. */
function keepAccess(
  before: ReadonlyMap<string, ExternalAccess>,
  after: ReadonlyMap<string, ExternalAccess>,
): ReadonlyMap<string, ExternalAccess> {
  const kept = new Map(
    [...after].map(([service, access]) => {
      const known = before.get(service);
      return [service, known !== undefined && isEqualJson(known, access) ? known : access] as const;
    }),
  );
  const isSame = kept.size === before.size && [...kept].every(([service, access]) => before.get(service) === access);
  return isSame ? before : kept;
}

function groupByService<Of extends { readonly tags: Tags }>(endpoints: readonly Of[]): Map<string, Of[]> {
  const byService = new Map<string, Of[]>();
  for (const endpoint of endpoints) {
    const service = tagOf(endpoint.tags, serviceTag);
    byService.set(service, [...(byService.get(service) ?? []), endpoint]);
  }
  return byService;
}

const mapValues = <Value, Made>(map: ReadonlyMap<string, Value>, make: (value: Value) => Made): Map<string, Made> =>
  new Map([...map].map(([key, value]) => [key, make(value)]));

const egressEndpoints = (snapshot: MeshSnapshot, { spec: { tags = {} } }: ExternalService): Endpoint[] =>
  zoneEgressesOf(snapshot)
    .map(({ spec: { networking: { address = '', port = 0 } = {} } }) => ({ dataplane: '', address, port, tags }))
    .sort((a, b) => compareBytes(a.address, b.address) || a.port - b.port);

/** The endpoint of an external service; none when its certificates cannot be had. */
export function externalEndpoint(snapshot: MeshSnapshot, service: ExternalService): ExternalEndpoint[] {
  const { networking: { address = '', tls = {} } = {}, tags = {} } = service.spec;
  const parts = splitHostPort(address);
  if (parts === undefined) return [];
  const { host } = parts;
  const port = Number(parts.port);
  const certificates = loadAll(snapshot, [tls.caCert, tls.clientCert, tls.clientKey]);
  if (certificates === undefined) return [];
  if (tls.enabled !== true) return [{ host, port, tags }];
  return [{ host, port, tags: { ...tags, [nameTag]: service.name }, tls: planTls(host, tls, certificates) }];
}

type Bytes = string | undefined;

function planTls(
  host: string,
  { serverName = '', allowRenegotiation = false, skipHostnameVerification = false }: ExternalServiceTls,
  [ca, clientCertificate, clientKey]: readonly Bytes[],
): ExternalTls {
  // an IP address cannot be asked for by name
  const sni = serverName === '' && isDnsName(host) ? host : serverName;
  return {
    name: host,
    ...(sni === '' ? {} : { sni }),
    allowRenegotiation,
    subjectNames: skipHostnameVerification ? [] : [sni === '' ? host : sni],
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(clientKey === undefined ? {} : { clientKey }),
  };
}

/** The bytes of each source; undefined when one of them cannot be had. */
function loadAll(snapshot: MeshSnapshot, sources: readonly (DataSource | undefined)[]): readonly Bytes[] | undefined {
  const loaded = sources.map((source) => (source === undefined ? '' : loadDataSource(snapshot, source)));
  // what is empty counts as not given (Kuma 2.5)
  return loaded.includes(undefined) ? undefined : loaded.map((bytes) => (bytes === '' ? undefined : bytes));
}

/**
 * The bytes of a data source in base64, empty ones too; undefined when there is nothing. Files are on nobody's host in
 * particular, so that they are not read here (Kuma 2.5).
 */
export function loadDataSource(snapshot: MeshSnapshot, source: DataSource): string | undefined {
  if (source.secret !== undefined) {
    const secret = resourceOf(snapshot, 'Secret', source.secret)?.spec as SecretSpec | undefined;
    return secret === undefined ? undefined : (secret.data ?? '');
  }
  if (source.inlineString !== undefined) return Buffer.from(source.inlineString).toString('base64');
  return source.inline ?? undefined;
}
