import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startServer, type TestServer } from '../api/fixture.js';
import { toStaticBootstrap, type GeneratedXds } from '../envoy/static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../envoy/validate.js';
import { compare } from './compare.js';
import { setUp, tearDown } from './scenarios.js';
import { readXdsRecordings, withoutProxy } from './xds-recordings.js';

/** Scenarios whose kinds are there; the others come with their kinds. */
const served =
  /meshproxypatch|proxytemplate|new-policies-http|meshretry-|meshlbs-|locality-|mtls-mtp|bare-backends|seed-split-bare|seed-redirect-bare|weights-zero-one|weights-all-zero$|weights-default|ref-missing|ref-subset-many|to-two|merge-spec|merge-same|merge-empty/;
const scenarios = readXdsRecordings().filter(({ id }) => served.test(id));
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

describe.each(scenarios)('$id: $note', (scenario) => {
  it('is what Kuma 2.5.11 sends', async () => {
    expect(compare(withoutProxy(scenario.xds), await generate(scenario))).toEqual([]);
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
