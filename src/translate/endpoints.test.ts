import { describe, expect, it } from 'vitest';

import type { LocalityPlan } from '../plan/cluster-plan.js';
import { translateEndpoints } from './endpoints.js';

const instance = (address: string, tags: Readonly<Record<string, string>>) => ({
  dataplane: address,
  address,
  port: 80,
  tags: { 'kuma.io/service': 'backend', ...tags },
});
const instances = [
  instance('1', { rack: 'r1' }),
  instance('2', { rack: 'r2' }),
  instance('3', { rack: 'r1', 'kuma.io/zone': 'west' }),
  instance('4', { 'kuma.io/zone': 'east' }),
];
const groups = (fields: Partial<Extract<LocalityPlan, { kind: 'groups' }>>): LocalityPlan => ({
  kind: 'groups',
  affinity: [],
  failover: [],
  isWeighted: false,
  overprovisioningFactor: 200,
  ...fields,
});

describe('translateEndpoints', () => {
  it.each<{ name: string; localityAware?: boolean; locality?: LocalityPlan; localities: readonly object[] }>([
    {
      name: 'by zone',
      localities: [
        { at: ['1', '2'] },
        { at: ['4'], locality: { zone: 'east' } },
        { at: ['3'], locality: { zone: 'west' } },
      ],
    },
    ...[{ localityAware: true }, { locality: { kind: 'own-zone-first' } as const }].map((options) => ({
      name: 'those without a zone first',
      ...options,
      localities: [
        { at: ['1', '2'] },
        { at: ['4'], locality: { zone: 'east' }, priority: 1 },
        { at: ['3'], locality: { zone: 'west' }, priority: 1 },
      ],
    })),
    {
      name: 'in groups, without other zones',
      locality: groups({ affinity: [{ key: 'rack', value: 'r1', weight: 9 }] }),
      localities: [
        { at: ['2'], locality: {}, loadBalancingWeight: 1 },
        { at: ['1'], locality: { subZone: 'rack=r1' }, loadBalancingWeight: 9 },
      ],
    },
    {
      name: 'with the other zones that take over, of which the first entry counts',
      locality: groups({
        failover: [
          { priority: 2, zones: { kind: 'only', names: ['west'] } },
          { priority: 4, zones: { kind: 'any' } },
        ],
      }),
      localities: [
        { at: ['1', '2'], locality: {}, loadBalancingWeight: 1 },
        { at: ['4'], locality: { zone: 'east' }, priority: 4 },
        { at: ['3'], locality: { zone: 'west' }, priority: 2 },
      ],
    },
    {
      name: 'with all other zones as one where zone egresses choose',
      locality: groups({ egress: 'egress_x' }),
      localities: [
        { at: ['1', '2'], locality: {}, loadBalancingWeight: 1 },
        { at: ['3', '4'], locality: { zone: 'egress_x' }, priority: 1 },
      ],
    },
    {
      name: 'without the zones that are excepted',
      locality: groups({ failover: [{ priority: 1, zones: { kind: 'except', names: ['west'] } }] }),
      localities: [
        { at: ['1', '2'], locality: {}, loadBalancingWeight: 1 },
        { at: ['4'], locality: { zone: 'east' }, priority: 1 },
      ],
    },
  ])('groups instances: $name', ({ localityAware = false, locality, localities }) => {
    const { endpoints, policy } = translateEndpoints('backend', instances, { localityAware, locality });
    expect(
      endpoints?.map(({ lbEndpoints = [], ...rest }) => ({
        at: lbEndpoints.map(({ endpoint }) => endpoint?.address?.socketAddress?.address),
        ...rest,
      })),
    ).toEqual(localities);
    expect(policy).toEqual(locality?.kind === 'groups' ? { overprovisioningFactor: 200 } : undefined);
  });

  it('says so when there are none', () => {
    const options = { localityAware: false, locality: undefined };
    expect(translateEndpoints('backend', [], options)).toEqual({ clusterName: 'backend' });
  });
});
