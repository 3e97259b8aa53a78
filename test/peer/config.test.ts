import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { xdsTypes } from '../../src/envoy/type-urls.js';
import { showConfig } from '../../src/explain/show-config.js';
import { computeProxy } from '../../src/pipeline/compute-proxy.js';
import { policies } from '../../src/registry.js';
import { dataplaneOf } from '../../src/snapshot/mesh-snapshot.js';
import { startServer, type TestServer } from '../api/fixture.js';
import { toStaticBootstrap, type GeneratedXds } from '../envoy/static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../envoy/validate.js';
import { compare } from './compare.js';
import { differenceOf } from './differences.js';
import { setUp, tearDown } from './scenarios.js';
import { nodeOf, readXdsRecordings, withAttributesFilled, withoutProxy, type XdsRecording } from './xds-recordings.js';

const scenarios = [...readXdsRecordings(), ...readXdsRecordings('beyond.jsonl.gz')];
const envoy = await findEnvoy();

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, false);
});
afterAll(() => server.close());

interface Generated {
  /** What inspect shows of a proxy that is not connected. */
  readonly offline: GeneratedXds;
  /** What the proxy of the recording is given. */
  readonly connected: GeneratedXds;
}

const generated = new Map<XdsRecording, Promise<Generated>>();

/** The generated configuration, after the resources of the scenario were put. */
function generate(scenario: XdsRecording): Promise<Generated> {
  const made = generated.get(scenario) ?? generateOnce(scenario);
  generated.set(scenario, made);
  return made;
}

async function generateOnce(scenario: XdsRecording): Promise<Generated> {
  const { mesh, dataplane, resources } = scenario;
  expect(await setUp(server, scenario)).toEqual([]);
  const { statusCode, body } = await server.get(`/meshes/${mesh}/dataplanes/${dataplane}/_config`);
  expect(statusCode).toBe(200);
  const snapshot = server.world().meshes.get(mesh)!;
  const computed = computeProxy(snapshot, dataplaneOf(snapshot, dataplane)!, policies, nodeOf(scenario));
  await tearDown(server, resources);
  return { offline: readXds(JSON.parse(body)), connected: readXds(showConfig(computed.resources)) };
}

const readXds = (config: unknown): GeneratedXds => (config as { readonly xds: GeneratedXds }).xds;

/** The recording, restated where this server differs on purpose. */
const wanted = (scenario: XdsRecording): XdsRecording['xds'] =>
  differenceOf.get(scenario.id) === 'D9' ? withAttributesFilled(scenario) : scenario.xds;

/** Runtimes were recorded only where Envoy asked for them. */
const withoutUnasked = (generated: GeneratedXds, recorded: XdsRecording['xds']): GeneratedXds =>
  Object.fromEntries(Object.entries(generated).filter(([type]) => type !== xdsTypes.runtimes || type in recorded));

describe.each(scenarios)('$id: $note', (scenario) => {
  it('is what was recorded', async () => {
    const recorded = wanted(scenario);
    const { offline, connected } = await generate(scenario);
    expect(compare(recorded, withoutUnasked(connected, recorded))).toEqual([]);
    expect(compare(withoutProxy(recorded), withoutUnasked(offline, recorded))).toEqual([]);
  });

  it.skipIf(envoy.kind === 'missing')(
    `is accepted by Envoy${envoy.kind === 'missing' ? ` (${envoy.reason})` : ''}`,
    async () => {
      const { connected } = await generate(scenario);
      const { ok, output } = await validateWithEnvoy(
        envoy.kind === 'found' ? envoy.path : '',
        toStaticBootstrap(connected),
      );
      expect(output).toContain('OK');
      expect(ok).toBe(true);
    },
  );
});
