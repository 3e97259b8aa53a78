import { expect, it } from 'vitest';

import { meshProxyPatch } from './mesh-proxy-patch/index.js';
import { meshTrace } from './mesh-trace/index.js';
import type { Section } from './policy.js';

const targetRef = { kind: 'Mesh' };

/** What a section makes of several policies. */
function mergeAll<Spec, Conf>(section: Section<Spec, Conf> | undefined, specs: readonly Spec[]): Conf | undefined {
  const items = specs.flatMap((spec, i) => section?.items(spec, { mesh: 'default', name: `p${i}` }) ?? []);
  expect(items.map(({ subset, origin }) => ({ subset, origin }))).toEqual(
    specs.map((_, i) => ({ subset: {}, origin: { mesh: 'default', name: `p${i}` } })),
  );
  return section?.merge(items.map(({ conf }) => conf));
}

it('MeshProxyPatch: changes of all policies follow each other', () => {
  const specs = ['a', 'b'].map((name) => ({
    targetRef,
    default: { appendModifications: [{ cluster: { operation: 'Remove' as const, match: { name } } }] },
  }));
  expect(mergeAll(meshProxyPatch.single, specs)).toEqual({
    appendModifications: specs.flatMap((spec) => spec.default.appendModifications),
  });
});

it('MeshTrace: backends and tags are replaced, sampling is merged', () => {
  const specs = [
    { targetRef, default: { backends: [], sampling: { overall: 1, client: 2 }, tags: [{ name: 'a', literal: '' }] } },
    { targetRef, default: { backends: [{ type: 'Zipkin' as const }], sampling: { client: 3 } } },
  ];
  expect(mergeAll(meshTrace.single, specs)).toEqual({
    backends: [{ type: 'Zipkin' }],
    sampling: { overall: 1, client: 3 },
    tags: [{ name: 'a', literal: '' }],
  });
});
