import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { admit, readBody } from '../../src/admission/admit.js';
import { renderResource } from '../../src/api/render.js';
import { renderSpec } from '../../src/store/spec-text.js';
import type { Kind } from '../../src/model/kind.js';
import { readBack, readBackKeyword } from '../../src/model/read-back.js';
import type { Resource } from '../../src/model/resource.js';
import { kinds } from '../../src/registry.js';
import { arbitraryDocument, inflate } from './documents.js';

const runs = Number(process.env['FUZZ_RUNS'] ?? 1000);
const limits = { maxDepth: 64 };
const meta = {
  creationTime: '2026-01-02T03:04:05Z',
  modificationTime: '2026-01-02T03:04:05.678901234Z',
  creationRevision: 1,
  revision: 1,
};
const mesh: Resource = { type: 'Mesh', mesh: '', name: 'default', ...meta, spec: {} };

/** What becomes of a body that is PUT where `previous` is stored; undefined when it is refused. */
function put(kind: Kind, text: string, previous?: Resource): Resource | undefined {
  const candidate = readBody(kind, text, limits);
  if (!candidate.ok) return undefined;
  const { envelope } = candidate.value;
  const key = { type: kind.type, mesh: kind.scope === 'mesh' ? envelope.mesh : '', name: envelope.name };
  const admitted = admit(kind, key, candidate.value, { mesh, previous });
  return admitted.ok ? { ...key, ...meta, spec: admitted.value } : undefined;
}

/** The body of a GET. */
const view = (kind: Kind, resource: Resource): string =>
  renderResource(kind, { ...resource, unknownFields: '[]', spec: renderSpec(resource.spec) });

/** Of these kinds Kuma 2.5 takes some documents whose answer it refuses: an empty value counts, and is dropped then. */
const isForgetful = (kind: Kind): boolean =>
  JSON.stringify(kind.schema).includes(readBack.omitEmptyLate[readBackKeyword]);

/** admit(view(r)) = r */
function expectToBeTakenAgain(kind: Kind, resource: Resource): void {
  const text = view(kind, resource);
  const again = put(kind, text, resource);
  if (again === undefined && isForgetful(kind)) return;
  expect(again === undefined ? 'refused' : view(kind, again)).toBe(text);
}

const shared = new Map(
  [Object.prototype, Array.prototype].map((prototype) => [prototype, Object.getOwnPropertyNames(prototype)]),
);
afterEach(() => {
  for (const [prototype, names] of shared) expect(Object.getOwnPropertyNames(prototype)).toEqual(names);
});

const writable = kinds.filter(({ readOnly }) => !readOnly);

describe.each(writable)('$type', (kind) => {
  it.each(kind.examples)('takes "$summary", and takes again what it answers', ({ body }) => {
    const resource = put(kind, JSON.stringify(body));
    if (resource === undefined) throw new Error('refused');
    expectToBeTakenAgain(kind, resource);
  });

  it(`judges ${runs} documents without an exception, and takes again what it answers`, { timeout: runs * 60 }, () => {
    fc.assert(
      fc.property(arbitraryDocument(kind), (text) => {
        const resource = put(kind, text);
        if (resource !== undefined) expectToBeTakenAgain(kind, resource);
      }),
      { numRuns: runs },
    );
  });

  it('judges 64 KiB in 100 ms, whatever part of the document is that long', { timeout: 60_000 }, () => {
    const [longest] = kind.examples
      .map(({ body }) => body)
      .sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length);
    const judge = (text: string): number => {
      const start = process.cpuUsage();
      readBody(kind, text, limits);
      return process.cpuUsage(start).user / 1_000;
    };
    // the first times it is the code that is made ready, and at any time others take the machine
    const tries = Array.from({ length: 8 });
    const slow = inflate(longest ?? {}, 64 * 1024).filter(({ text }) => tries.every(() => judge(text) > 100));
    expect(slow.map(({ name }) => name)).toEqual([]);
  });
});
