import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { xdsTypes } from '../../src/envoy/type-urls.js';
import { showConfig } from '../../src/explain/show-config.js';
import { computeZoneProxy } from '../../src/pipeline/compute-zone-proxy.js';
import { policies } from '../../src/registry.js';
import { startServer, type TestServer } from '../api/fixture.js';
import { toStaticBootstrap, type GeneratedXds } from '../envoy/static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../envoy/validate.js';
import { compare } from './compare.js';
import { setUp, tearDown } from './scenarios.js';
import { nodeOf, readXdsRecordings } from './xds-recordings.js';

// What kuma-cp 2.5.11 (standalone) gave the proxy of a ZoneEgress.
const scenarios = readXdsRecordings('zone-egress.jsonl.gz');
const envoy = await findEnvoy();

interface RecordedListener {
  readonly filterChains?: readonly { readonly filterChainMatch?: { readonly serverNames?: readonly string[] } }[];
}

/** Without the chains for `*`, for which Envoy refuses the listener. */
const withoutPatterns = (xds: (typeof scenarios)[number]['xds']): object => ({
  ...xds,
  [xdsTypes.listeners]: Object.fromEntries(
    Object.entries(xds[xdsTypes.listeners] ?? {}).map(([name, listener]: [string, RecordedListener]) => {
      const isPattern = ({ filterChainMatch }: NonNullable<RecordedListener['filterChains']>[number]): boolean =>
        filterChainMatch?.serverNames?.some((each) => each.includes('*')) === true;
      return [name, { ...listener, filterChains: listener.filterChains?.filter((chain) => !isPattern(chain)) }];
    }),
  ),
});

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, false);
});
afterAll(() => server.close());

describe('the proxy of a ZoneEgress is given what Kuma gives it', () => {
  it.each(scenarios)('$id', async (scenario) => {
    expect(await setUp(server, scenario)).toEqual([]);
    const key = { name: 'eg', proxyType: 'egress' } as const;
    const resources = computeZoneProxy(server.world(), key, nodeOf(scenario), policies);
    await tearDown(server, scenario.resources);
    const { xds } = showConfig(resources) as { readonly xds: GeneratedXds };
    expect(compare(withoutPatterns(scenario.xds), xds, true)).toEqual([]);
    if (envoy.kind === 'missing') return;
    const { ok, output } = await validateWithEnvoy(envoy.path, toStaticBootstrap(xds));
    expect(ok ? [] : output).toEqual([]);
  });
});
