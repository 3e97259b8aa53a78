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

/** Deletes all Dataplanes and meshes of a scenario. */
export async function tearDown(server: TestServer, resources: readonly RecordedResource[]): Promise<void> {
  for (const resource of resources) if (resource.type === 'Dataplane') await server.remove(itemPath(resource));
  for (const resource of resources) if (resource.type === 'Mesh') await server.remove(itemPath(resource));
}
