import { readBody } from '../../src/admission/admit.js';
import type { Resource } from '../../src/model/resource.js';
import { computeProxy, type ComputedProxy } from '../../src/pipeline/compute-proxy.js';
import { nextAddresses } from '../../src/pipeline/next-addresses.js';
import { offlineNode, type ProxyNode } from '../../src/plan/proxy-node.js';
import { kinds, policies } from '../../src/registry.js';
import {
  dataplaneOf,
  emptySnapshot,
  nextSnapshot,
  revisionOf,
  type MeshSnapshot,
} from '../../src/snapshot/mesh-snapshot.js';

/** A resource as users write it, less the mesh. */
export interface Document {
  readonly type: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Sources and destinations that take every service. */
export const everything = {
  sources: [{ match: { 'kuma.io/service': '*' } }],
  destinations: [{ match: { 'kuma.io/service': '*' } }],
};

/** The route that a mesh begins with. */
export const routeAll: Document = {
  type: 'TrafficRoute',
  name: 'route-all',
  ...everything,
  conf: { destination: { 'kuma.io/service': '*' } },
};

/** A proxy of `web` at 10.0.0.1 with an outbound to `backend` at 127.0.0.1:10001; `tags` are further ones of its inbound. */
export const web = (tags: Readonly<Record<string, string>> = {}): Document => ({
  type: 'Dataplane',
  name: 'web-1',
  networking: {
    address: '10.0.0.1',
    inbound: [{ port: 80, servicePort: 8080, tags: { 'kuma.io/service': 'web', ...tags } }],
    outbound: [{ port: 10001, tags: { 'kuma.io/service': 'backend' } }],
  },
});

/** An instance of `backend` that speaks a protocol. */
export const backend = (protocol?: string): Document => ({
  type: 'Dataplane',
  name: 'backend-1',
  networking: {
    address: '10.0.0.2',
    inbound: [
      {
        port: 80,
        tags: { 'kuma.io/service': 'backend', ...(protocol === undefined ? {} : { 'kuma.io/protocol': protocol }) },
      },
    ],
  },
});

/**
 * The mesh `default` with what users write, in this order; without a Mesh among them it has one that says nothing. All
 * hosts that need one have an address.
 */
export const snapshotOf = (documents: readonly Document[]): MeshSnapshot => giveAddresses(readAll(documents));

/** The snapshot after every host was given an address that has none. */
export function giveAddresses(snapshot: MeshSnapshot): MeshSnapshot {
  const next = nextAddresses(snapshot);
  if (next === undefined) return snapshot;
  const { key, spec } = next;
  const revision = revisionOf(snapshot) + 1;
  const resource = { ...key, ...unchanging, creationRevision: revision, revision, spec };
  return nextSnapshot(snapshot, [{ revision, type: key.type, name: key.name, resource }]);
}

function readAll(documents: readonly Document[]): MeshSnapshot {
  const all = documents.some(({ type }) => type === 'Mesh')
    ? documents
    : [{ type: 'Mesh', name: 'default' }, ...documents];
  return nextSnapshot(
    emptySnapshot('default'),
    all.map((document, i) => ({
      revision: i + 1,
      type: document.type,
      name: document.name,
      resource: readDocument(document, i + 1),
    })),
  );
}

const unchanging = { creationTime: '2024-01-01T00:00:00Z', modificationTime: '2024-01-01T00:00:00Z' };

function readDocument(document: Document, revision: number): Resource {
  const kind = kinds.find(({ type }) => type === document.type);
  if (kind === undefined) throw new Error(`unknown type ${document.type}`);
  const read = readBody(kind, JSON.stringify(document), { maxDepth: 64 });
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read.error)}`);
  return {
    type: document.type,
    mesh: document.type === 'Mesh' ? '' : 'default',
    name: document.name,
    ...unchanging,
    creationRevision: revision,
    revision,
    spec: read.value.spec,
  };
}

let lastRevision = 1000;

/** The mesh after one more write, or after the document is gone. */
export function write(snapshot: MeshSnapshot, document: Document, state?: 'gone'): MeshSnapshot {
  const revision = ++lastRevision;
  const { type, name } = document;
  const resource = state === 'gone' ? undefined : readDocument(document, revision);
  return nextSnapshot(snapshot, [{ revision, type, name, resource }]);
}

/** What becomes of the first Dataplane among the documents. */
export function computeFor(documents: readonly Document[], node: ProxyNode = offlineNode): ComputedProxy {
  const snapshot = snapshotOf(documents);
  const name = documents.find(({ type }) => type === 'Dataplane')?.name ?? '';
  return computeProxy(snapshot, dataplaneOf(snapshot, name)!, policies, node);
}
