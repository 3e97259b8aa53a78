import { expect, it } from 'vitest';

import type { MeshTrafficPermission } from './schema.js';
import { validateMeshTrafficPermission } from './validate.js';

interface Case {
  readonly name: string;
  readonly spec: MeshTrafficPermission;
  readonly violations?: readonly string[];
}

it.each<Case>([
  {
    name: 'clients of every kind that has tags',
    spec: {
      targetRef: { kind: 'MeshServiceSubset', name: 'a' },
      from: ['Mesh', 'MeshSubset', 'MeshService', 'MeshServiceSubset'].map((kind) => ({
        targetRef: { kind, ...(kind.startsWith('MeshService') ? { name: 'b' } : {}) },
        default: { action: 'Allow' },
      })),
    },
  },
  {
    name: 'no clients',
    spec: { targetRef: { kind: 'MeshGateway', name: 'a' }, from: [] },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.from: needs at least one item'],
  },
  {
    name: 'a kind that has none, and nothing said',
    spec: {
      targetRef: { kind: 'Mesh' },
      from: [{ targetRef: { kind: 'MeshGateway', name: 'a' }, default: {} }],
    },
    violations: ['spec.from[0].targetRef.kind: value is not supported', 'spec.from[0].default.action: must be defined'],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshTrafficPermission(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
