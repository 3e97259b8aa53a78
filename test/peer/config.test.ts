import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { xdsTypes } from '../../src/envoy/type-urls.js';
import { startServer, type TestServer } from '../api/fixture.js';
import { toStaticBootstrap, type GeneratedXds } from '../envoy/static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../envoy/validate.js';
import { compare } from './compare.js';
import { differenceOf } from './differences.js';
import { setUp, tearDown } from './scenarios.js';
import { readXdsRecordings, withAttributesFilled, withoutProxy, type XdsRecording } from './xds-recordings.js';

const scenarios = [...readXdsRecordings(), ...readXdsRecordings('beyond.jsonl.gz')];
const envoy = await findEnvoy();

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, false);
});
afterAll(() => server.close());

/** The generated configuration, after the resources of the scenario were put. */
async function generate(scenario: (typeof scenarios)[number]): Promise<GeneratedXds> {
  expect(await setUp(server, scenario)).toEqual([]);
  const { statusCode, body } = await server.get(`/meshes/${scenario.mesh}/dataplanes/${scenario.dataplane}/_config`);
  expect(statusCode).toBe(200);
  await tearDown(server, scenario.resources);
  return (JSON.parse(body) as { readonly xds: GeneratedXds }).xds;
}

/** The recording, restated where this server differs on purpose. */
const wanted = (scenario: XdsRecording): XdsRecording['xds'] =>
  withoutProxy(differenceOf.get(scenario.id) === 'D9' ? withAttributesFilled(scenario) : scenario.xds);

describe.each(scenarios)('$id: $note', (scenario) => {
  it('is what was recorded', async () => {
    const recorded = wanted(scenario);
    // runtimes were recorded only where Envoy asked for them
    const asked = Object.entries(await generate(scenario)).filter(
      ([type]) => type !== xdsTypes.runtimes || type in recorded,
    );
    expect(compare(recorded, Object.fromEntries(asked))).toEqual([]);
  });

  it.skipIf(envoy.kind === 'missing')(
    `is accepted by Envoy${envoy.kind === 'missing' ? ` (${envoy.reason})` : ''}`,
    async () => {
      const { ok, output } = await validateWithEnvoy(
        envoy.kind === 'found' ? envoy.path : '',
        toStaticBootstrap(await generate(scenario)),
      );
      expect(output).toContain('OK');
      expect(ok).toBe(true);
    },
  );
});
