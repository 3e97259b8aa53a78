import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { readBody } from '../../src/admission/admit.js';
import type { Kind } from '../../src/model/kind.js';
import { kinds } from '../../src/registry.js';
import { renderSpec } from '../../src/store/spec-text.js';
import { startServer, type TestServer } from './fixture.js';

const folder = new URL('../../examples/kinds/', import.meta.url).pathname;

/** The examples of a kind by file, as `<path>/<n>.yaml`. */
const filesOf = (kind: Kind): readonly (readonly [file: string, summary: string, body: object])[] =>
  kind.examples.map(({ summary, body }, i) => [`${kind.path}/${i + 1}.yaml`, summary, body]);

const written = kinds.filter(({ readOnly }) => !readOnly);
const files = written.flatMap(filesOf);

describe('examples/kinds (UPDATE_GOLDEN=1 writes them anew)', () => {
  if (process.env['UPDATE_GOLDEN'] !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    for (const [file, summary, body] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(
        join(folder, file),
        `# ${summary}\n${stringify(body, { lineWidth: 120, singleQuote: true, compat: 'yaml-1.1' })}`,
      );
    }
  }

  // in YAML 1.1, which kumactl reads, `off` is no text
  it.each(files)('%s is the example of the kind, in YAML 1.1 too', (file, _summary, body) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect([parse(text), parse(text, { schema: 'yaml-1.1' })]).toEqual([body, body]);
  });

  it('holds nothing else', () => {
    const found = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    const known = new Set(files.map(([file]) => file));
    expect(found.filter((each) => each.endsWith('.yaml') && !known.has(each))).toEqual([]);
  });
});

describe('the server takes every example and answers it as it is', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, false);
  });
  afterAll(() => server.close());

  it.each(written.flatMap((kind) => kind.examples.map(({ summary, body }) => ({ kind, summary, body }))))(
    '$kind.type: $summary',
    async ({ kind, body }) => {
      const path = `${body.mesh === undefined ? '' : `/meshes/${body.mesh}`}/${kind.path}/${body.name}`;
      const host = 'localhost:5681';
      expect([200, 201]).toContain((await server.put(path, body, { host })).statusCode);
      // on creation some kinds complete what was sent
      expect((await server.put(path, body, { host })).statusCode).toBe(200);
      const { creationTime, modificationTime, ...answer } = (await server.get(path, { host })).json<
        Record<string, unknown>
      >();
      expect([typeof creationTime, typeof modificationTime]).toEqual(['string', 'string']);
      expect(answer).toEqual(body);
    },
  );
});

// watchers are given the value that was admitted: it must not hold what its text leaves out
it.each(written.flatMap((kind) => kind.examples.map(({ summary, body }) => ({ kind, summary, body }))))(
  'what is admitted is what its text says: $kind.type: $summary',
  ({ kind, body }) => {
    const read = readBody(kind, JSON.stringify(body), { maxDepth: 64 });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const around = { previous: undefined, mesh: undefined, beside: new Map<string, []>() };
    const admitted = kind.complete?.(read.value.spec, around) ?? read.value.spec;
    expect(admitted).toStrictEqual(JSON.parse(renderSpec(admitted)));
  },
);
