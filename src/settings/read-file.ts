import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';

import { suggest } from '../lib/suggest.js';
import { fileKeys } from './keys.js';

/** What a configuration file says. */
export interface FileContents {
  /** Path of a setting to its value and where it stands. */
  readonly values: ReadonlyMap<string, { readonly value: unknown; readonly where: string }>;
  /** Paths of keys that Kuma knows and that have no effect here. */
  readonly ineffective: readonly string[];
  /** One line for each thing that is wrong with the file. */
  readonly problems: readonly string[];
}

interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly fileName: string;
  readonly values: Map<string, { readonly value: unknown; readonly where: string }>;
  readonly ineffective: string[];
  readonly problems: string[];
}

/** Reads YAML (so JSON too) with the keys of Kuma. A key without a value counts as absent. */
export function readFile(text: string, fileName: string): FileContents {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'core',
    resolveKnownTags: false,
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const reading: Reading = { document, lines, fileName, values: new Map(), ineffective: [], problems: [] };
  // an unknown tag is a mere warning to the parser
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    reading.problems.push(`${fileName}:${lines.linePos(pos[0]).line}: ${message}`);
  }
  if (reading.problems.length > 0) return reading;
  const root = document.contents;
  if (isMap(root)) readSection(reading, root, '');
  else if (!isEmpty(root)) reading.problems.push(`${fileName}: must hold keys and values`);
  return reading;
}

function readSection(reading: Reading, section: YAMLMap, above: string): void {
  for (const { key, value } of section.items) {
    if (!isScalar(key)) continue;
    const where = `${reading.fileName}:${reading.lines.linePos(key.range?.[0] ?? 0).line}`;
    const node = isAlias(value) ? value.resolve(reading.document) : (value as Node | null);
    readEntry(reading, `${above}${String(key.value)}`, node, where);
  }
}

function readEntry(reading: Reading, path: string, node: Node | null | undefined, where: string): void {
  const fileKey = fileKeys.get(path.toLowerCase());
  if (fileKey === undefined) {
    const meant = suggest(path, knownPaths);
    reading.problems.push(`${where}: ${path}: unknown key${meant === undefined ? '' : `, did you mean ${meant}?`}`);
    return;
  }
  if (isEmpty(node)) return;
  switch (fileKey.kind) {
    case 'setting':
      reading.values.set(fileKey.key.path, { value: node.toJS(reading.document, { maxAliasCount: 100 }), where });
      return;
    case 'ineffective':
      reading.ineffective.push(fileKey.path);
      return;
    case 'section':
      if (isMap(node)) readSection(reading, node, `${fileKey.path}.`);
      else reading.problems.push(`${where}: ${path}: must hold further keys`);
  }
}

const isEmpty = (node: Node | null | undefined): node is null | undefined =>
  node === null || node === undefined || (isScalar(node) && node.value === null);

const knownPaths = [...fileKeys.values()].map((fileKey) =>
  fileKey.kind === 'setting' ? fileKey.key.path : fileKey.path,
);
