import fc, { type Arbitrary } from 'fast-check';

import type { Kind } from '../../src/model/kind.js';

type Path = readonly string[];

/** Texts that some rule looks at. */
const texts = fc.constantFrom(
  ...[
    '',
    '*',
    '/',
    'a',
    'a.b',
    'A',
    'Mesh',
    'MeshService',
    'MeshGateway',
    '0',
    '-1',
    '1e400',
    '5.5',
    '100',
    '10.0.0.1',
  ],
  ...[
    '0s',
    '1s',
    '-1s',
    '1.5h',
    '10mbps',
    'tcp',
    'http',
    '/tmp/a',
    'C:\\a',
    'logs:9000',
    'http://a.b:1/c?d#e',
    '(',
    '"',
  ],
  ...[
    'toString',
    'hasOwnProperty',
    '\u0000',
    '\ud800',
    'é😀',
    '%START_TIME%',
    'PATCH',
    'Exact',
    'YQ==',
    '{}',
    'type: 1',
  ],
);
/** Keys among which are those that objects have anyway. */
const keys = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '',
    'a b',
    'kuma.io/service',
    'kind',
    'name',
  ],
  ...['type', 'tags', 'mesh', 'spec', 'default', 'match', '0'],
);
const numbers = fc.constantFrom(
  ...['0', '1', '-1', '-0', '1.5', '10.0', '1e2', '1e400', '100', '599', '65536', '2147483648', '4294967296'],
  ...['9007199254740993', '1000000000.5'],
);

/** Marks a number in a document, to be written as it is. */
const asNumber = (text: string): string => `number:${text}`;

const junk = fc.letrec<{ readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      texts,
      fc.string({ unit: 'binary', maxLength: 8 }),
      numbers.map(asNumber),
      fc.constant(null),
      fc.boolean(),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const change = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'text', 'number', 'remove', 'empty', 'add', 'copy'),
  key: keys,
  value: junk,
  text: texts,
  number: numbers,
});

type Change = typeof change extends Arbitrary<infer Value> ? Value : never;

/** JSON of a document of the kind: an example with up to five changes, or anything. */
export const arbitraryDocument = (kind: Kind): Arbitrary<string> =>
  fc
    .oneof(
      { weight: 1, arbitrary: junk },
      { weight: 3, arbitrary: junk.map((spec) => wrap(kind, spec)) },
      {
        weight: 16,
        arbitrary: fc
          .tuple(fc.constantFrom(...kind.examples.map(({ body }) => body)), fc.array(change, { maxLength: 5 }))
          .map(([body, changes]) => changes.reduce<unknown>(applyChange, body)),
      },
    )
    .map((document) => JSON.stringify(document ?? null).replaceAll(/"number:([^"]*)"/g, '$1'));

const wrap = ({ type, form }: Kind, spec: unknown): unknown => {
  const envelope = { type, mesh: 'default', name: 'a' };
  return form === 'nested' ? { ...envelope, spec } : { ...envelope, ...(isContainer(spec) ? spec : {}) };
};

function applyChange(document: unknown, { at, how, key, value, text, number }: Change): unknown {
  const places = listPlaces(document);
  const path = places[at % places.length]?.path ?? [];
  return changeAt(document, path, (old) => {
    switch (how) {
      case 'replace':
        return value;
      case 'text':
        return text;
      case 'number':
        return asNumber(number);
      case 'remove':
        return undefined;
      case 'empty':
        return Array.isArray(old) ? [] : typeof old === 'string' ? '' : {};
      case 'add':
        return Array.isArray(old) ? [...old, value] : isContainer(old) ? addKey(old, key, value) : old;
      case 'copy':
        return Array.isArray(old) ? [...old, ...old] : old;
    }
  });
}

const addKey = (object: object, key: string, value: unknown): object =>
  Object.fromEntries([...Object.entries(object), [key, value]]);

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

interface Place {
  readonly path: Path;
  readonly value: unknown;
}

/** Every place in a document but its root. */
function listPlaces(value: unknown, path: Path = []): Place[] {
  const here = path.length === 0 ? [] : [{ path, value }];
  if (!isContainer(value)) return here;
  return [...here, ...Object.entries(value).flatMap(([key, each]) => listPlaces(each, [...path, key]))];
}

/** The document with the value at a path changed; undefined takes it out. */
function changeAt(value: unknown, [key, ...rest]: Path, edit: (old: unknown) => unknown): unknown {
  if (key === undefined) return edit(value);
  if (!isContainer(value)) return value;
  const entries = Object.entries(value)
    .map(([name, each]) => [name, name === key ? changeAt(each, rest, edit) : (each as unknown)] as const)
    .filter(([, each]) => each !== undefined);
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

/** What makes slow expressions slow, when it is repeated and something else follows. */
const fillers = ['a', 'a.', 'a-', '1', '/', '('];

/** The document as JSON of about this size: one text, one list or one map after the other made as long as that. */
export function inflate(body: object, size: number): { readonly name: string; readonly text: string }[] {
  return listPlaces(body).flatMap(({ path, value }) =>
    (typeof value === 'string' ? fillers : ['a']).map((filler) => ({
      name: `${path.join('.')} of "${filler}"`,
      text: JSON.stringify(changeAt(body, path, () => inflateValue(value, filler, size))),
    })),
  );
}

function inflateValue(old: unknown, filler: string, size: number): unknown {
  if (Array.isArray(old)) {
    const item: unknown = old[0] ?? filler;
    return Array.from({ length: Math.ceil(size / (JSON.stringify(item).length + 1)) }, () => item);
  }
  if (isContainer(old))
    return Object.fromEntries(Array.from({ length: size / 16 }, (_, i) => [`${filler}${i}`, filler]));
  return `${filler.repeat(Math.ceil(size / filler.length))}!`;
}
