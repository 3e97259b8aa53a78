import { describe, expect, it } from 'vitest';

import { packAny, type Cluster, type Listener } from '../../src/envoy/resources.js';
import { tcpProxyType, xdsTypes } from '../../src/envoy/type-urls.js';
import { readXdsRecordings } from '../peer/xds-recordings.js';
import { toStaticBootstrap, type GeneratedXds } from './static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from './validate.js';

const envoy = await findEnvoy();

/** Recordings that Envoy refuses: Kuma 2.5 leaves its own placeholders in the attributes of OpenTelemetry access logs. */
const refused = new Map([
  ['meshaccesslog-tcproute', 'Not supported field in StreamInfo: KUMA_MESH'],
  ['meshaccesslog-trafficroute', 'Not supported field in StreamInfo: KUMA_MESH'],
]);

const cluster: Cluster = { name: 'a', type: 'STATIC', connectTimeout: '1s' };

const splitListener = (weight: number): Listener => ({
  name: 'a',
  address: { socketAddress: { address: '192.0.2.1', portValue: 80 } },
  filterChains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.tcp_proxy',
          typedConfig: packAny(tcpProxyType, {
            statPrefix: 'a',
            weightedClusters: { clusters: [{ name: 'a', weight }] },
          }),
        },
      ],
    },
  ],
});

describe.skipIf(envoy.kind === 'missing')(`real Envoy (${envoy.kind === 'missing' ? envoy.reason : 'found'})`, () => {
  const path = envoy.kind === 'found' ? envoy.path : '';
  const validate = (xds: GeneratedXds) => validateWithEnvoy(path, toStaticBootstrap(xds));

  it.each(readXdsRecordings())('judges what Kuma sends: $id', async ({ id, xds }) => {
    const { ok, output } = await validate(xds);
    const reason = refused.get(id);
    expect(output).toContain(reason ?? 'OK');
    expect(ok).toBe(reason === undefined);
  });

  it.each<{ name: string; xds: GeneratedXds; reason: string | undefined }>([
    {
      name: 'a split with a weight',
      xds: { [xdsTypes.clusters]: { a: cluster }, [xdsTypes.listeners]: { a: splitListener(1) } },
      reason: undefined,
    },
    {
      name: 'a split with weight 0',
      xds: { [xdsTypes.clusters]: { a: cluster }, [xdsTypes.listeners]: { a: splitListener(0) } },
      reason: 'value must be greater than or equal to 1',
    },
    { name: 'an unknown field', xds: { [xdsTypes.clusters]: { a: { ...cluster, nam: 'a' } } }, reason: 'nam' },
    {
      name: 'a cluster without name',
      xds: { [xdsTypes.clusters]: { a: { ...cluster, name: '' } } },
      reason: 'value length must be at least 1',
    },
  ])('judges $name', async ({ xds, reason }) => {
    const { ok, output } = await validate(xds);
    expect(ok).toBe(reason === undefined);
    expect(output).toContain(reason ?? 'OK');
  });
});
