import { expect, it } from 'vitest';

import type { JsonPatch, MeshProxyPatch, Modification } from './schema.js';
import { validateMeshProxyPatch } from './validate.js';

const patch = (...appendModifications: Modification[]): MeshProxyPatch => ({
  targetRef: { kind: 'Mesh' },
  default: { appendModifications },
});
const patching = (...jsonPatches: JsonPatch[]): MeshProxyPatch =>
  patch({ cluster: { operation: 'Patch', jsonPatches } });
const named = { name: 'x' };
const value = 'name: a';

const first = 'spec.default.appendModifications[0]';
const invalid = 'native Envoy resource is not valid: ';
const noName = (message: string): string => `${invalid}invalid ${message}.Name: value length must be at least 1 runes`;
const remove: JsonPatch = { op: 'remove', path: '/a' };
const allowed = (name: string, ops: string): string => `"${name}" is allowed only when "op" is one of [${ops}]`;
const needed = (name: string, ops: string): string => `"${name}" must not be empty when "op" is one of [${ops}]`;

interface Case {
  readonly name: string;
  readonly spec: MeshProxyPatch;
  readonly violations?: readonly string[];
}

it.each<Case>([
  {
    name: 'no changes',
    spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'a' }, default: { appendModifications: [] } },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.default.appendModifications: must not be empty'],
  },
  {
    name: 'a gateway',
    spec: { ...patch({ cluster: { operation: 'Remove' } }), targetRef: { kind: 'MeshGateway', name: 'a' } },
  },
  {
    name: 'a change without key',
    spec: patch({}),
    violations: [`${first}: at least one modification has to be defined`],
  },
  {
    name: 'of several keys the first',
    spec: patch(
      { httpFilter: { operation: 'AddFirst' }, networkFilter: { operation: 'AddFirst' } },
      { networkFilter: { operation: 'AddFirst' }, virtualHost: { match: {}, operation: 'Add' } },
      { virtualHost: { match: {}, operation: 'Add' }, listener: { operation: 'Add' } },
      { listener: { operation: 'Add' }, cluster: { operation: 'Add' } },
    ),
    violations: ['networkFilter', 'virtualHost', 'listener', 'cluster'].map(
      (key, i) => `spec.default.appendModifications[${i}].${key}.value: must be defined`,
    ),
  },
  ...(['cluster', 'listener'] as const).flatMap((key): Case[] => [
    {
      name: `${key}: an addition with a match and without value`,
      spec: patch({ [key]: { operation: 'Add', match: {}, jsonPatches: [remove] } }),
      violations: [`${first}.${key}.match: must not be defined`, `${first}.${key}.value: must be defined`],
    },
    {
      name: `${key}: an addition that breaks a rule of Envoy, of which a patch is free`,
      spec: patch({ [key]: { operation: 'Add', value: '{}' } }, { [key]: { operation: 'Patch', value: '{}' } }),
      violations: key === 'cluster' ? [`${first}.cluster.value: ${noName('Cluster')}`] : [],
    },
    {
      name: `${key}: a removal with a value`,
      spec: patch({ [key]: { operation: 'Remove', value, jsonPatches: [remove] } }),
      violations: [`${first}.${key}.value: must not be defined`],
    },
  ]),
  {
    name: 'virtualHost: an addition with a name, broken',
    spec: patch({ virtualHost: { match: named, operation: 'Add', value } }),
    violations: [
      `${first}.virtualHost.match.name: must not be defined`,
      `${first}.virtualHost.value: ${invalid}invalid VirtualHost.Domains: value must contain at least 1 item(s)`,
    ],
  },
  { name: 'virtualHost: a patch', spec: patch({ virtualHost: { match: named, operation: 'Patch', value } }) },
  {
    name: 'virtualHost: a removal with a value',
    spec: patch({ virtualHost: { match: {}, operation: 'Remove', value } }),
    violations: [`${first}.virtualHost.value: must not be defined`],
  },
  ...(
    [
      ['networkFilter', 'Filter'],
      ['httpFilter', 'HttpFilter'],
    ] as const
  ).flatMap(([key, type]): Case[] => [
    ...(['AddFirst', 'AddLast'] as const).map((operation) => ({
      name: `${key}: ${operation} of what breaks a rule`,
      spec: patch({ [key]: { operation, value: '{}' } }),
      violations: [`${first}.${key}.value: ${noName(type)}`],
    })),
    ...(
      [
        ['AddBefore', 'before'],
        ['AddAfter', 'after'],
      ] as const
    ).map(([operation, where]) => ({
      name: `${key}: ${operation} without a neighbour and a value`,
      spec: patch({ [key]: { operation, match: {} } }, { [key]: { operation, match: named, value } }),
      violations: [
        `${first}.${key}.match.name: must be defined. You need to pick a filter ${where} which this one will be added`,
        `${first}.${key}.value: must be defined`,
      ],
    })),
    {
      name: `${key}: a patch without name`,
      spec: patch({ [key]: { operation: 'Patch', value } }, { [key]: { operation: 'Patch', match: named, value: '' } }),
      violations: [`${first}.${key}.match.name: must be defined`],
    },
    {
      name: `${key}: a removal with a value`,
      spec: patch({ [key]: { operation: 'Remove', value } }),
      violations: [`${first}.${key}.value: must not be defined`],
    },
  ]),
  {
    name: 'a patch with both, and with neither',
    spec: patch(
      { cluster: { operation: 'Patch', value, jsonPatches: [remove] } },
      { listener: { operation: 'Patch', jsonPatches: [] } },
    ),
    violations: [
      `${first}.cluster: cluster must have only one type defined: value, jsonPatches`,
      'spec.default.appendModifications[1].listener: listener must have exactly one defined: value, jsonPatches',
    ],
  },
  {
    name: 'a patch that cannot be read',
    spec: patch({ cluster: { operation: 'Patch', value: 'a' } }),
    violations: [`${first}.cluster.value: ${invalid}envoy.config.cluster.v3.Cluster: "a" is not an object`],
  },
  {
    name: 'JSON patches with what they need',
    spec: patching(
      { op: 'add', path: '', value: null },
      { op: 'replace', path: 'no pointer', value: 0 },
      { op: 'move', path: '/a', from: '' },
      { op: 'copy', path: '/a', from: '/b' },
      remove,
    ),
  },
  {
    name: 'JSON patches without what they need, and with what they do not',
    spec: patching(
      { op: 'add', path: '/a', from: '/b' },
      { op: 'move', path: '/a', value: 1 },
      { op: 'remove', path: '', from: '/a', value: 1 },
      { op: 'remove', path: '/' },
    ),
    violations: [
      `[0].from: ${allowed('from', '"move", "copy"')}`,
      `[0].value: ${needed('value', '"add", "replace"')}`,
      `[1].from: ${needed('from', '"move", "copy"')}`,
      `[1].value: ${allowed('value', '"add", "replace"')}`,
      `[2].from: ${allowed('from', '"move", "copy"')}`,
      `[2].value: ${allowed('value', '"add", "replace"')}`,
      '[2].path: root path cannot be removed',
      '[3].path: root path cannot be removed',
    ].map((text) => `${first}.cluster.jsonPatches${text}`),
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshProxyPatch(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
