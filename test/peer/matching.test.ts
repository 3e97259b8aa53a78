import { afterAll, beforeAll, expect, it } from 'vitest';

import { startServer, type TestServer } from '../api/fixture.js';
import { compare } from './compare.js';
import { differenceOf } from './differences.js';
import { readScenarios } from './recordings.js';
import { isServed, setUp, tearDown } from './scenarios.js';

const host = 'localhost:5681';
/** Scenarios whose kinds are there; the others come with their kinds. */
const scenarios = readScenarios('matching.jsonl.gz').filter(({ resources }) => isServed(resources));

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, false);
});
afterAll(() => server.close());

it.each(scenarios)('$id: $title', async (scenario) => {
  expect(await setUp(server, scenario)).toEqual([]);
  const failures: string[] = [];
  for (const request of scenario.requests) {
    const response = await server.get(request.path, { host });
    const isJson = String(response.headers['content-type']).includes('json');
    const got: unknown = isJson ? JSON.parse(response.body) : response.body;
    const want = JSON.parse(JSON.stringify(request.response).replaceAll('<BASE>', `http://${host}`)) as unknown;
    const status = request.status ?? 200;
    const alternatives = request.compare === 'any-of' ? (want as readonly unknown[]) : [want];
    const lines = alternatives.map((each) => compare(each, got, request.compare === 'unordered'));
    const best = lines.find((each) => each.length === 0) ?? lines[0] ?? [];
    const all = status === response.statusCode ? best : [`expected ${status}, got ${response.statusCode}`, ...best];
    const isListed = differenceOf.has(scenario.id) || differenceOf.has(`${scenario.id} ${request.path}`);
    if (isListed) {
      // of a scenario that is different as a whole some answers are equal
      if (all.length === 0 && !differenceOf.has(scenario.id)) failures.push(`${request.path}: listed, but as recorded`);
    } else if (all.length > 0) failures.push(`${request.path}\n  ${all.join('\n  ')}`);
  }
  expect(failures).toEqual([]);
  await tearDown(server, scenario.resources);
});
