import { err, ok, type Result } from '../../lib/result.js';
import type { Kind } from '../../model/kind.js';
import { fetchWarnings } from '../fetch-warnings.js';
import { describeRefusal, parseJson, send } from '../http.js';
import type { Terminal } from '../terminal.js';
import { readEntries, readItems, readText } from './json-view.js';
import { renderInspection, type Inspection, type WarnedPolicy } from './render-inspection.js';

export interface InspectOptions {
  readonly mesh: string;
  readonly server: string;
  readonly output: 'text' | 'json';
}

/** `skein inspect dataplane`: returns the exit code. */
export async function inspectDataplane(
  name: string,
  { mesh, server, output }: InspectOptions,
  kinds: readonly Kind[],
  terminal: Terminal,
): Promise<number> {
  const inspection = await fetchInspection(server, mesh, name, kinds);
  if (!inspection.ok) {
    terminal.complain(inspection.error.join('\n'));
    return 1;
  }
  terminal.print(output === 'json' ? JSON.stringify(inspection.value, null, 2) : renderInspection(inspection.value));
  return 0;
}

/** Asks for the policies and their warnings, the rules and the configuration of a Dataplane; the error says why there is no answer. */
export async function fetchInspection(
  server: string,
  mesh: string,
  name: string,
  kinds: readonly Kind[],
): Promise<Result<Inspection, readonly string[]>> {
  const base = `/meshes/${encodeURIComponent(mesh)}/dataplanes/${encodeURIComponent(name)}`;
  const policies = await fetchJson(server, `${base}/policies`);
  if (!policies.ok) return policies;
  const rules = await fetchJson(server, `${base}/rules`);
  if (!rules.ok) return rules;
  const config = await fetchJson(server, `${base}/_config`);
  if (!config.ok) return config;
  const warned = await fetchWarned(server, mesh, policies.value, kinds);
  if (!warned.ok) return warned;
  return ok({
    mesh,
    name,
    policies: policies.value,
    rules: rules.value,
    config: config.value,
    warnings: warned.value,
  });
}

/** The warnings about every policy that reaches the Dataplane. */
async function fetchWarned(
  server: string,
  mesh: string,
  policies: unknown,
  kinds: readonly Kind[],
): Promise<Result<readonly WarnedPolicy[], readonly string[]>> {
  const matched = new Map(
    readItems(policies, 'items')
      .flatMap((item) => readEntries(item, 'matchedPolicies'))
      .flatMap(([type, found]) => readItems(found).map((policy) => ({ type, name: readText(policy, 'name') })))
      .map((policy) => [JSON.stringify(policy), policy]),
  );
  const warned: WarnedPolicy[] = [];
  for (const { type, name } of matched.values()) {
    const collection = kinds.find((kind) => kind.type === type)?.path;
    if (collection === undefined) continue;
    const path = `/meshes/${encodeURIComponent(mesh)}/${collection}/${encodeURIComponent(name)}/_warnings`;
    const items = await fetchWarnings(server, path);
    if (!items.ok) return items;
    if (items.value.length > 0) warned.push({ type, name, items: items.value });
  }
  return ok(warned);
}

async function fetchJson(server: string, path: string): Promise<Result<unknown, readonly string[]>> {
  const answer = await send(server, 'GET', path);
  if (!answer.ok) return err([answer.error]);
  if (answer.value.status !== 200) return err([`GET ${path}: ${describeRefusal(answer.value).join('; ')}`]);
  const value = parseJson(answer.value.text);
  return value === undefined ? err([`GET ${path}: the answer is no JSON`]) : ok(value);
}
