import { err, ok, type Result } from '../../lib/result.js';
import { describeRefusal, parseJson, send } from '../http.js';
import type { Terminal } from '../terminal.js';
import { renderInspection, type Inspection } from './render-inspection.js';

export interface InspectOptions {
  readonly mesh: string;
  readonly server: string;
  readonly output: 'text' | 'json';
}

/** `skein inspect dataplane`: returns the exit code. */
export async function inspectDataplane(
  name: string,
  { mesh, server, output }: InspectOptions,
  terminal: Terminal,
): Promise<number> {
  const inspection = await fetchInspection(server, mesh, name);
  if (!inspection.ok) {
    terminal.complain(inspection.error.join('\n'));
    return 1;
  }
  terminal.print(output === 'json' ? JSON.stringify(inspection.value, null, 2) : renderInspection(inspection.value));
  return 0;
}

/** Asks for the policies, rules and configuration of a Dataplane; the error says why there is no answer. */
export async function fetchInspection(
  server: string,
  mesh: string,
  name: string,
): Promise<Result<Inspection, readonly string[]>> {
  const base = `/meshes/${encodeURIComponent(mesh)}/dataplanes/${encodeURIComponent(name)}`;
  const policies = await fetchJson(server, `${base}/policies`);
  if (!policies.ok) return policies;
  const rules = await fetchJson(server, `${base}/rules`);
  if (!rules.ok) return rules;
  const config = await fetchJson(server, `${base}/_config`);
  if (!config.ok) return config;
  return ok({ mesh, name, policies: policies.value, rules: rules.value, config: config.value });
}

async function fetchJson(server: string, path: string): Promise<Result<unknown, readonly string[]>> {
  const answer = await send(server, 'GET', path);
  if (!answer.ok) return err([answer.error]);
  if (answer.value.status !== 200) return err([`GET ${path}: ${describeRefusal(answer.value).join('; ')}`]);
  const value = parseJson(answer.value.text);
  return value === undefined ? err([`GET ${path}: the answer is no JSON`]) : ok(value);
}
