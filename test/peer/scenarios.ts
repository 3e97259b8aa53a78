import { kinds } from '../../src/registry.js';
import type { TestServer } from '../api/fixture.js';
import type { RecordedResource } from './recordings.js';

/** The path under which a recorded resource is put. */
export function itemPath({ type, mesh, name }: RecordedResource): string {
  const kind = kinds.find((each) => each.type === type);
  if (kind === undefined) throw new Error(`there is no kind ${type}`);
  return kind.scope === 'global' ? `/${kind.path}/${name}` : `/meshes/${mesh ?? ''}/${kind.path}/${name}`;
}

/** True when every resource of a scenario is of a kind that is there. */
export const isServed = (resources: readonly RecordedResource[]): boolean =>
  resources.every(({ type }) => kinds.some((each) => each.type === type));

/** What a scenario needs. */
export interface SetUp {
  readonly resources: readonly RecordedResource[];
  readonly deletes?: readonly string[];
  /** Path and status of each PUT that is refused. */
  readonly putErrors?: readonly (readonly [path: string, status: number])[];
}

/** Puts the resources of a scenario, one after the other; complaints as lines. */
export async function setUp(server: TestServer, { resources, deletes = [], putErrors = [] }: SetUp): Promise<string[]> {
  const refused = new Map(putErrors);
  const complaints: string[] = [];
  for (const resource of resources) {
    const path = itemPath(resource);
    const { statusCode, body } = await server.put(path, resource);
    const want = refused.get(path);
    const isExpected = want === undefined ? statusCode === 200 || statusCode === 201 : statusCode === want;
    if (!isExpected) complaints.push(`PUT ${path}: ${statusCode} ${body}`);
  }
  for (const path of deletes) {
    const { statusCode, body } = await server.remove(path);
    if (statusCode !== 200) complaints.push(`DELETE ${path}: ${statusCode} ${body}`);
  }
  return complaints;
}

/** Deletes a scenario: Dataplanes, then what would outlive its mesh, meshes last. */
export async function tearDown(server: TestServer, resources: readonly RecordedResource[]): Promise<void> {
  const order = (type: string): number => (type === 'Dataplane' ? 0 : type === 'Mesh' ? 2 : 1);
  const doomed = resources.filter(
    ({ type }) => type === 'Dataplane' || kinds.find((kind) => kind.type === type)?.boundToMesh === false,
  );
  for (const resource of doomed.toSorted((a, b) => order(a.type) - order(b.type))) {
    await server.remove(itemPath(resource));
  }
}
