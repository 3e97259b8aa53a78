import { describe, expect, it } from 'vitest';

import type { LocalityPlan } from '../../plan/cluster-plan.js';
import { planLocality } from './plan-locality.js';
import type { Failover, LocalityAwareness } from './schema.js';

const callerTags = new Map([
  ['rack', ['r1', 'r2']],
  ['row', ['a']],
]);
const groups = (fields: Partial<Extract<LocalityPlan, { kind: 'groups' }>>): LocalityPlan => ({
  kind: 'groups',
  affinity: [],
  failover: [],
  isWeighted: false,
  overprovisioningFactor: 200,
  ...fields,
});

describe('planLocality', () => {
  it.each<{ name: string; conf: LocalityAwareness; locality: LocalityPlan | undefined }>([
    { name: 'prefers the own zone where nothing is said', conf: {}, locality: { kind: 'own-zone-first' } },
    { name: 'leaves it to the mesh when disabled', conf: { disabled: true }, locality: undefined },
    {
      name: 'makes groups also when disabled',
      conf: { disabled: true, localZone: {} },
      locality: groups({}),
    },
    {
      name: 'gives the first tag nine tenths, and skips those that the proxy lacks',
      conf: { localZone: { affinityTags: [{ key: 'rack' }, { key: 'none' }, { key: 'row' }] } },
      locality: groups({
        affinity: [
          { key: 'rack', value: 'r1', weight: 900 },
          { key: 'row', value: 'a', weight: 9 },
        ],
        isWeighted: true,
      }),
    },
    {
      name: 'takes weights as they are',
      conf: { localZone: { affinityTags: [{ key: 'rack', weight: 7 }] } },
      locality: groups({ affinity: [{ key: 'rack', value: 'r1', weight: 7 }], isWeighted: true }),
    },
    {
      name: 'fits weights into what Envoy can hold',
      conf: {
        localZone: {
          affinityTags: [
            { key: 'rack', weight: 4_294_967_295 },
            { key: 'row', weight: 1 },
          ],
        },
      },
      locality: groups({
        affinity: [
          { key: 'rack', value: 'r1', weight: 4_294_967_291 },
          { key: 'row', value: 'a', weight: 1 },
        ],
        isWeighted: true,
      }),
    },
    {
      name: 'fails over in order, by the place in the list',
      conf: {
        crossZone: {
          failover: [
            { from: { zones: ['east'] }, to: { type: 'Any' } },
            { to: { type: 'Only', zones: ['west'] } },
            { to: { type: 'None' } },
            { to: { type: 'AnyExcept', zones: ['north'] } },
            { to: { type: 'Any' } },
          ],
        },
      },
      locality: groups({
        failover: [
          { priority: 2, zones: { kind: 'only', names: ['west'] } },
          { priority: 4, zones: { kind: 'except', names: ['north'] } },
          { priority: 5, zones: { kind: 'any' } },
        ],
      }),
    },
    ...[
      { percentage: 70, factor: 100 },
      { percentage: 30, factor: 300 },
      { percentage: '12.5', factor: 800 },
      { percentage: '0.000001', factor: 4_294_967_295 },
    ].map(({ percentage, factor }) => ({
      name: `takes ${percentage} percent for a factor of ${factor}`,
      conf: { crossZone: { failoverThreshold: { percentage } } },
      locality: groups({ overprovisioningFactor: factor }),
    })),
  ])('$name', ({ conf, locality }) => {
    expect(planLocality(conf, { callerTags, usesEgress: false })).toEqual(locality);
  });

  it.each<{ readonly name: string; readonly to: Failover['to'][]; readonly egress: string }>([
    { name: 'no other zone', to: [], egress: 'egress_47DEQpj8' },
    {
      name: 'some zones',
      to: [{ type: 'Only', zones: ['west', 'east'] }, { type: 'None' }, { type: 'Any' }],
      egress: 'egress_VCHO6WG+',
    },
    { name: 'all but some', to: [{ type: 'AnyExcept', zones: ['north'] }], egress: 'egress_7O9ffTfP' },
  ])('tells zone egresses by a name that $name may take over', ({ to, egress }) => {
    const failover = to.map((each) => ({ to: each }));
    const locality = planLocality({ crossZone: { failover } }, { callerTags, usesEgress: true });
    expect(locality?.kind === 'groups' ? locality.egress : undefined).toBe(egress);
  });
});
