import fc from 'fast-check';
import { expect, it } from 'vitest';

import { showPolicies } from '../../src/explain/show-policies.js';
import { showRules } from '../../src/explain/show-rules.js';
import type { Resource } from '../../src/model/resource.js';
import type { TargetRef } from '../../src/model/target-ref.js';
import { computeProxy } from '../../src/pipeline/compute-proxy.js';
import { matchProxy, type MatchedPolicies } from '../../src/pipeline/match-proxy.js';
import { kinds, policies } from '../../src/registry.js';
import {
  dataplaneOf,
  emptySnapshot,
  meshOf,
  nextSnapshot,
  resourcesOf,
  type MeshSnapshot,
} from '../../src/snapshot/mesh-snapshot.js';
import { backend, snapshotOf, web, type Document } from '../plan/plan-proxy.js';

const tags = fc.dictionary(fc.constantFrom('version', 'env'), fc.constantFrom('a', 'b'), { maxKeys: 2 });
const service = fc.constantFrom('web', 'backend', 'ghost');
const seconds = fc.nat(9).map((n) => `${n + 1}s`);

const targetRef = fc.oneof(
  fc.constant({ kind: 'Mesh' }),
  tags.map((own) => ({ kind: 'MeshSubset', tags: own })),
  service.map((name) => ({ kind: 'MeshService', name })),
  fc.record({ kind: fc.constant('MeshServiceSubset'), name: service, tags }),
);
const destination = fc.oneof(
  fc.constant({ kind: 'Mesh' }),
  service.map((name) => ({ kind: 'MeshService', name })),
);
const selectors = fc.array(
  fc
    .record({ name: fc.constantFrom('*', 'web', 'backend'), own: tags })
    .map(({ name, own }) => ({ match: { 'kuma.io/service': name, ...own } })),
  { minLength: 1, maxLength: 2 },
);

/** Few names, so that policies of different kinds share them. */
const named = (type: string, body: fc.Arbitrary<object>): fc.Arbitrary<readonly Document[]> =>
  fc.uniqueArray(
    fc
      .record({ name: fc.constantFrom('a', 'b', 'c', 'd'), body })
      .map(({ name, body: own }) => ({ type, name, ...own })),
    { selector: ({ name }) => name, maxLength: 4 },
  );

const newer = fc.tuple(
  named(
    'MeshTimeout',
    fc.record({
      spec: fc.record({
        targetRef,
        to: fc.array(
          fc.record({
            targetRef: destination,
            default: fc.record({ idleTimeout: seconds, connectionTimeout: seconds }, { requiredKeys: ['idleTimeout'] }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    }),
  ),
  named(
    'MeshTrafficPermission',
    fc.record({
      spec: fc.record({
        targetRef,
        from: fc.array(fc.record({ targetRef, default: fc.record({ action: fc.constantFrom('Allow', 'Deny') }) }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    }),
  ),
);
const older = fc.tuple(
  named(
    'Timeout',
    fc.record({
      sources: selectors,
      // further tags of a destination are refused
      destinations: service.map((name) => [{ match: { 'kuma.io/service': name } }]),
      conf: fc.record({ connectTimeout: seconds }),
    }),
  ),
  named('TrafficPermission', fc.record({ sources: selectors, destinations: selectors })),
);
const proxies = tags.map((own) => [web(own), backend()]);

const matched = (snapshot: MeshSnapshot): MatchedPolicies =>
  matchProxy(snapshot, dataplaneOf(snapshot, 'web-1')!, policies);

it('rules of newer policies do not depend on the order in which things were made', () => {
  fc.assert(
    fc.property(
      fc.tuple(proxies, newer).chain(([own, lists]) => {
        const all = [...own, ...lists.flat()];
        return fc.tuple(fc.constant(all), shuffled(all));
      }),
      ([documents, others]) => {
        const [one, other] = [documents, others].map((each) => matched(snapshotOf(each)));
        expect(showRules(other!)).toEqual(showRules(one!));
        expect(showPolicies(other!)).toEqual(showPolicies(one!));
      },
    ),
    { numRuns: 300 },
  );
});

it('a policy that matches nothing changes nothing', () => {
  // under a gateway or a route other sections are allowed than under proxies
  const bodies = policies.targetRef
    .flatMap(({ kind }) =>
      kind.examples.map(({ body }) => ({ ...body, spec: body['spec'] as { targetRef: TargetRef } })),
    )
    .filter(({ spec }) => spec.targetRef.kind !== 'MeshGateway' && spec.targetRef.kind !== 'MeshHTTPRoute');
  const stranger = fc.constantFrom(...bodies).map((body) => ({
    ...body,
    name: 'a-stranger',
    spec: { ...body.spec, targetRef: { kind: 'MeshSubset', tags: { version: 'nobody' } } },
  }));
  fc.assert(
    fc.property(proxies, newer, older, stranger, (own, lists, oldLists, policy) => {
      const all = [...own, ...lists.flat(), ...oldLists.flat()];
      const [without, beside] = [snapshotOf(all), snapshotOf([...all, policy])];
      const [one, other] = [without, beside].map(matched);
      expect(showPolicies(other!)).toEqual(showPolicies(one!));
      expect(showRules(other!)).toEqual(showRules(one!));
      const [before, after] = [without, beside].map((snapshot) =>
        computeProxy(snapshot, dataplaneOf(snapshot, 'web-1')!, policies),
      );
      expect(after!.resources).toEqual(before!.resources);
    }),
    { numRuns: 200 },
  );
});

/** Of older policies the newer counts more: that is when it was made, not when the server learnt of it. */
it('policies and rules do not depend on the order in which the server learns of things', () => {
  fc.assert(
    fc.property(
      fc.tuple(proxies, newer, older).chain(([own, lists, oldLists]) => {
        const snapshot = snapshotOf([...own, ...lists.flat(), ...oldLists.flat()]);
        const resources = kinds.flatMap(({ type }) => resourcesOf(snapshot, type));
        return fc.tuple(fc.constant(snapshot), shuffled(resources));
      }),
      ([snapshot, resources]) => {
        const one = matched(snapshot);
        const other = matched(learn(snapshot, resources));
        expect(showPolicies(other)).toEqual(showPolicies(one));
        expect(showRules(other)).toEqual(showRules(one));
      },
    ),
    { numRuns: 300 },
  );
});

const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });

/** The mesh with these resources, each in a step of its own. */
const learn = (whole: MeshSnapshot, resources: readonly Resource[]): MeshSnapshot =>
  resources.reduce(
    (snapshot, resource) =>
      nextSnapshot(snapshot, [{ type: resource.type, name: resource.name, revision: resource.revision, resource }]),
    nextSnapshot(emptySnapshot(whole.name), [{ type: 'Mesh', name: whole.name, revision: 1, resource: meshOf(whole) }]),
  );
