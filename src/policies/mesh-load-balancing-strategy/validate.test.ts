import { expect, it } from 'vitest';

import type { HashPolicy } from './hash-policies.js';
import type { LocalityAwareness, MeshLoadBalancingStrategy, MeshLoadBalancingStrategyConf } from './schema.js';
import { validateMeshLoadBalancingStrategy } from './validate.js';

const mesh = { kind: 'Mesh' };
const to = (conf: MeshLoadBalancingStrategyConf): MeshLoadBalancingStrategy => ({
  targetRef: mesh,
  to: [{ targetRef: mesh, default: conf }],
});
const near = (localityAwareness: LocalityAwareness): MeshLoadBalancingStrategy => to({ localityAwareness });
const threshold = (percentage: number | string): MeshLoadBalancingStrategy =>
  near({ crossZone: { failoverThreshold: { percentage } } });
const hashed = (...hashPolicies: HashPolicy[]): MeshLoadBalancingStrategy =>
  to({ loadBalancer: { type: 'RingHash', ringHash: { hashPolicies } } });

const conf = 'spec.to[0].default';
const tags = `${conf}.localityAwareness.localZone.affinityTags`;
const failover = `${conf}.localityAwareness.crossZone.failover`;
const percentage = `${conf}.localityAwareness.crossZone.failoverThreshold.percentage`;
const policies = `${conf}.loadBalancer.ringHash.hashPolicies`;

interface Case {
  readonly name: string;
  readonly spec: MeshLoadBalancingStrategy;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'nothing said of a destination', spec: to({}) },
  {
    name: 'no destination',
    spec: { targetRef: { kind: 'MeshGateway', name: 'a' }, to: [] },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.to: needs at least one item'],
  },
  {
    name: 'a destination by subset; the load balancer before the locality',
    spec: {
      targetRef: mesh,
      to: [
        {
          targetRef: { kind: 'MeshSubset' },
          default: {
            localityAwareness: { localZone: { affinityTags: [{ key: '' }] } },
            loadBalancer: { type: 'Maglev', maglev: { hashPolicies: [{ type: 'Header' }] } },
          },
        },
      ],
    },
    violations: [
      'spec.to[0].targetRef.kind: value is not supported',
      `${conf}.loadBalancer.maglev.hashPolicies[0].header: must be defined`,
      `${tags}[0].key: must not be empty`,
    ],
  },
  ...(['RoundRobin', 'LeastRequest', 'Random', 'RingHash', 'Maglev'] as const).map((type) => ({
    name: `${type} without its object`,
    spec: to({ loadBalancer: { type } }),
  })),
  {
    name: 'objects that the type does not name',
    spec: to({ loadBalancer: { type: 'Random', ringHash: { hashPolicies: [{ type: 'Header' }] } } }),
  },
  {
    name: 'hash policies without their objects',
    spec: hashed(
      { type: 'Header' },
      { type: 'Cookie' },
      { type: 'SourceIP' },
      { type: 'QueryParameter' },
      { type: 'FilterState' },
    ),
    violations: [
      `${policies}[0].header: must be defined`,
      `${policies}[1].cookie: must be defined`,
      `${policies}[3].queryParameter: must be defined`,
      `${policies}[4].filterState: must be defined`,
    ],
  },
  {
    name: 'paths of cookies',
    spec: hashed(
      { type: 'Cookie', cookie: { name: 'a' } },
      { type: 'Cookie', cookie: { name: 'a', path: '/' } },
      { type: 'Cookie', cookie: { name: 'a', path: '' } },
    ),
    violations: [`${policies}[2].cookie.path: must be an absolute path`],
  },
  {
    name: 'affinity tags of which one has no weight, and one none above 0',
    spec: near({ localZone: { affinityTags: [{ key: 'a', weight: 0 }, { key: '' }] } }),
    violations: [
      `${tags}[0].weight: must be greater than 0`,
      `${tags}[1].key: must not be empty`,
      `${tags}: all or none affinity tags should have weight`,
    ],
  },
  { name: 'affinity tags with weights', spec: near({ localZone: { affinityTags: [{ key: 'a', weight: 1 }] } }) },
  {
    name: 'zones where they have to be and where they cannot',
    spec: near({
      crossZone: {
        failover: [
          { from: { zones: [] }, to: { type: 'Any', zones: ['a'] } },
          { from: { zones: ['a', ''] }, to: { type: 'None', zones: ['a'] } },
          { to: { type: 'Only' } },
          { to: { type: 'AnyExcept', zones: [] } },
          { from: { zones: ['a'] }, to: { type: 'Only', zones: [''] } },
          { to: { type: 'Any', zones: [] } },
        ],
        failoverThreshold: { percentage: 0 },
      },
    }),
    violations: [
      `${failover}[0].from.zones: must not be empty`,
      `${failover}[0].to.zones: must be empty when type is Any`,
      `${failover}[1].from.zones[1]: must not be empty`,
      `${failover}[1].to.zones: must be empty when type is None`,
      `${failover}[2].to.zones: must not be empty when type is Only`,
      `${failover}[3].to.zones: must not be empty when type is AnyExcept`,
      `${percentage}: must be greater than: 0`,
    ],
  },
  { name: 'a threshold just above 0', spec: threshold('0.001') },
  { name: 'a threshold just below 100', spec: threshold('99.999') },
  { name: 'a threshold of 100', spec: threshold(100), violations: [`${percentage}: must be less than: 100`] },
  {
    name: 'a threshold that is no number',
    spec: threshold('50%'),
    violations: [
      `${percentage}: string has to be a valid number`,
      `${percentage}: must be greater than: 0`,
      `${percentage}: string has to be a valid number`,
    ],
  },
])('$name', ({ spec, violations = [] }) => {
  const found = validateMeshLoadBalancingStrategy(spec);
  expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
