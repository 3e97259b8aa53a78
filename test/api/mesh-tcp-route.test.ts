import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { route, startServer, type TestServer } from './fixture.js';

const kinds = '[Mesh MeshSubset MeshGateway MeshService MeshServiceSubset MeshHTTPRoute]';
const mesh = { kind: 'Mesh' };
const backend = { kind: 'MeshService', name: 'backend' };
const rulesOf = (...backendRefs: unknown[]) => [{ default: { backendRefs } }];
const toBackend = (...backendRefs: unknown[]) => ({
  targetRef: mesh,
  to: [{ targetRef: backend, rules: rulesOf(...backendRefs) }],
});
const gateway = { kind: 'MeshGateway', name: 'edge' };
const nameMessage = "invalid characters. Valid characters are numbers, lowercase latin letters and '-', '_' symbols.";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({}, false);
});
afterAll(() => server.close());

describe('what a MeshTCPRoute may be', () => {
  it.each([
    { name: 'kind Mesh', spec: { targetRef: mesh } },
    {
      name: 'empty texts and maps count as unset',
      spec: { targetRef: { kind: 'Mesh', name: '', mesh: '', tags: {} } },
      stored: { targetRef: mesh },
    },
    { name: 'kind MeshSubset without tags', spec: { targetRef: { kind: 'MeshSubset' } } },
    { name: 'kind MeshSubset', spec: { targetRef: { kind: 'MeshSubset', tags: { app: 'frontend' } } } },
    {
      name: 'tags of all allowed characters',
      spec: { targetRef: { kind: 'MeshSubset', tags: { 'aZ9.-_:/': 'aZ9.-_:' } } },
    },
    { name: 'kind MeshService', spec: { targetRef: { kind: 'MeshService', name: 'a_b-9' } } },
    {
      name: 'kind MeshServiceSubset',
      spec: { targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { v: '1' } } },
    },
    { name: 'kind MeshServiceSubset without tags', spec: { targetRef: { kind: 'MeshServiceSubset', name: 'web' } } },
    { name: 'no to', spec: { targetRef: mesh } },
    { name: 'no rules', spec: { targetRef: mesh, to: [{ targetRef: backend }] } },
    {
      name: 'an empty list of rules is stored as none',
      spec: { targetRef: mesh, to: [{ targetRef: backend, rules: [] }] },
      stored: { targetRef: mesh, to: [{ targetRef: backend }] },
    },
    {
      name: 'the same destination twice',
      spec: { targetRef: mesh, to: [{ targetRef: backend }, { targetRef: backend }] },
    },
    { name: 'a backendRef without weight', spec: toBackend(backend) },
    { name: 'weight 0', spec: toBackend({ ...backend, weight: 0 }) },
    { name: 'only weights of 0', spec: toBackend({ ...backend, weight: 0 }, { ...backend, weight: 0 }) },
    { name: 'the largest weight', spec: toBackend({ ...backend, weight: 9007199254740991 }) },
    { name: 'the same backendRef twice', spec: toBackend({ ...backend, weight: 1 }, { ...backend, weight: 3 }) },
    {
      name: 'a subset as backendRef',
      spec: toBackend({ kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v0' }, weight: 90 }),
    },
    { name: 'a gateway', spec: { targetRef: gateway, to: [{ targetRef: mesh, rules: rulesOf(backend) }] } },
    {
      name: 'listeners of a gateway',
      spec: { targetRef: { ...gateway, name: 'edge.ns', tags: { port: 'tcp' } }, to: [{ targetRef: mesh }] },
    },
    {
      name: 'fields in any order, and unknown ones dropped',
      spec: {
        to: [
          {
            rules: [{ x: 1, default: { backendRefs: [{ port: 80, weight: 1, name: 'b', kind: 'MeshService' }] } }],
            targetRef: backend,
          },
        ],
        targetRef: mesh,
      },
      stored: {
        targetRef: mesh,
        to: [
          {
            targetRef: backend,
            rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'b', weight: 1 }] } }],
          },
        ],
      },
    },
    {
      name: 'tags are stored in the order of their names',
      spec: { targetRef: { kind: 'MeshSubset', tags: { b: '2', a: '1' } } },
      stored: { targetRef: { kind: 'MeshSubset', tags: { a: '1', b: '2' } } },
    },
  ])('$name', async ({ spec, stored }) => {
    const path = '/meshes/default/meshtcproutes/valid';
    await server.remove(path);
    expect((await server.put(path, route('valid', spec))).statusCode).toBe(201);
    const read = (await server.get(path)).json<{ readonly spec: unknown }>();
    expect(JSON.stringify(read.spec)).toBe(JSON.stringify(stored ?? spec));
  });
});

describe('what a MeshTCPRoute may not be', () => {
  const required = 'in body is required';
  const unsupported = 'value is not supported';
  const ref = 'spec.to[0].rules[0].default.backendRefs[0]';
  it.each<{
    readonly name: string;
    readonly spec: unknown;
    readonly violations: readonly (readonly [field: string, reason: string])[];
  }>([
    { name: 'no targetRef', spec: {}, violations: [['spec.targetRef', required]] },
    { name: 'spec null', spec: null, violations: [['', 'spec in body must be of type object: "null"']] },
    { name: 'spec a text', spec: 'x', violations: [['', 'spec in body must be of type object: "string"']] },
    {
      name: 'targetRef null',
      spec: { targetRef: null },
      violations: [['spec.targetRef', 'in body must be of type object: "null"']],
    },
    { name: 'kind absent', spec: { targetRef: {} }, violations: [['spec.targetRef.kind', 'must be defined']] },
    {
      name: 'kind unknown',
      spec: { targetRef: { kind: 'Blah' } },
      violations: [['spec.targetRef.kind', `in body should be one of ${kinds}`]],
    },
    {
      name: 'kind a number',
      spec: { targetRef: { kind: 1 } },
      violations: [
        ['spec.targetRef.kind', 'in body must be of type string: "number"'],
        ['spec.targetRef.kind', `in body should be one of ${kinds}`],
      ],
    },
    {
      name: 'kind MeshHTTPRoute on top',
      spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'x' } },
      violations: [['spec.targetRef.kind', unsupported]],
    },
    {
      name: 'kind Mesh with everything',
      spec: { targetRef: { kind: 'Mesh', name: 'x', mesh: 'y', tags: { a: 'b' } } },
      violations: [
        ['spec.targetRef.name', 'using name with kind Mesh is not yet supported'],
        ['spec.targetRef.mesh', 'must not be set with kind Mesh'],
        ['spec.targetRef.tags', 'must not be set with kind Mesh'],
      ],
    },
    {
      name: 'kind MeshSubset with name and mesh',
      spec: { targetRef: { kind: 'MeshSubset', name: 'x', mesh: 'y' } },
      violations: [
        ['spec.targetRef.name', 'must not be set with kind MeshSubset'],
        ['spec.targetRef.mesh', 'must not be set with kind MeshSubset'],
      ],
    },
    {
      name: 'kind MeshService without name, with mesh and tags',
      spec: { targetRef: { kind: 'MeshService', mesh: 'y', tags: { a: 'b' } } },
      violations: [
        ['spec.targetRef.name', 'must be set with kind MeshService'],
        ['spec.targetRef.mesh', 'must not be set with kind MeshService'],
        ['spec.targetRef.tags', 'must not be set with kind MeshService'],
      ],
    },
    {
      name: 'a dot in a service',
      spec: { targetRef: { kind: 'MeshService', name: 'a.b' } },
      violations: [['spec.targetRef.name', nameMessage]],
    },
    {
      name: 'capitals in a service',
      spec: { targetRef: { kind: 'MeshServiceSubset', name: 'A' } },
      violations: [['spec.targetRef.name', nameMessage]],
    },
    {
      name: 'kind MeshServiceSubset without name',
      spec: { targetRef: { kind: 'MeshServiceSubset' } },
      violations: [['spec.targetRef.name', 'must be set with kind MeshServiceSubset']],
    },
    {
      name: 'tags null',
      spec: { targetRef: { kind: 'MeshSubset', tags: null } },
      violations: [['spec.targetRef.tags', 'in body must be of type object: "null"']],
    },
    {
      name: 'a tag that is no text',
      spec: { targetRef: { kind: 'MeshSubset', tags: { a: 1 } } },
      violations: [['spec.targetRef.tags.a', 'in body must be of type string: "number"']],
    },
    {
      name: 'every rule of tags, in the order of their names',
      spec: { targetRef: { kind: 'MeshSubset', tags: { 'z z': '', '': 'x', b: 'c/d', c: '*' } } },
      violations: [
        ['spec.targetRef.tags', 'tag name must be non-empty'],
        ['spec.targetRef.tags["b"]', 'tag value must consist of alphanumeric characters, dots, dashes and underscores'],
        ['spec.targetRef.tags["c"]', 'tag value must consist of alphanumeric characters, dots, dashes and underscores'],
        [
          'spec.targetRef.tags["z z"]',
          'tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores',
        ],
        ['spec.targetRef.tags["z z"]', 'tag value must be non-empty'],
      ],
    },
    {
      name: 'to empty',
      spec: { targetRef: mesh, to: [] },
      violations: [['spec.to', 'in body should have at least 1 items']],
    },
    {
      name: 'to an object',
      spec: { targetRef: mesh, to: {} },
      violations: [['spec.to', 'in body must be of type array: "object"']],
    },
    {
      name: 'to without targetRef',
      spec: { targetRef: mesh, to: [{}] },
      violations: [['spec.to[0].targetRef', required]],
    },
    {
      name: 'an item null',
      spec: { targetRef: mesh, to: [null] },
      violations: [['spec.to[0]', 'in body must be of type object: "null"']],
    },
    {
      name: 'kind Mesh as destination',
      spec: { targetRef: mesh, to: [{ targetRef: mesh }] },
      violations: [['spec.to[0].targetRef.kind', unsupported]],
    },
    {
      name: 'two rules',
      spec: { targetRef: mesh, to: [{ targetRef: backend, rules: [...rulesOf(backend), ...rulesOf(backend)] }] },
      violations: [['spec.to[0].rules', 'in body should have at most 1 items']],
    },
    {
      name: 'a rule without default',
      spec: { targetRef: mesh, to: [{ targetRef: backend, rules: [{}] }] },
      violations: [['spec.to[0].rules[0].default', required]],
    },
    {
      name: 'default without backendRefs',
      spec: { targetRef: mesh, to: [{ targetRef: backend, rules: [{ default: {} }] }] },
      violations: [['spec.to[0].rules[0].default.backendRefs', required]],
    },
    {
      name: 'no backendRef',
      spec: toBackend(),
      violations: [['spec.to[0].rules[0].default.backendRefs', 'in body should have at least 1 items']],
    },
    {
      name: 'a backendRef without kind',
      spec: toBackend({ name: 'b' }),
      violations: [[`${ref}.kind`, 'must be defined']],
    },
    { name: 'kind Mesh as backendRef', spec: toBackend(mesh), violations: [[`${ref}.kind`, unsupported]] },
    {
      name: 'a backendRef without name',
      spec: toBackend({ kind: 'MeshService' }),
      violations: [[`${ref}.name`, 'must be set with kind MeshService']],
    },
    {
      name: 'tags on a MeshService',
      spec: toBackend({ ...backend, tags: { a: 'b' } }),
      violations: [[`${ref}.tags`, 'must not be set with kind MeshService']],
    },
    {
      name: 'a negative weight',
      spec: toBackend({ ...backend, weight: -1 }),
      violations: [[`${ref}.weight`, 'in body should be greater than or equal to 0']],
    },
    {
      name: 'half a weight',
      spec: toBackend({ ...backend, weight: 1.5 }),
      violations: [[`${ref}.weight`, 'in body must be of type integer: "number"']],
    },
    {
      name: 'a weight as text',
      spec: toBackend({ ...backend, weight: '1' }),
      violations: [[`${ref}.weight`, 'in body must be of type integer: "string"']],
    },
    {
      name: 'a weight null',
      spec: toBackend({ ...backend, weight: null }),
      violations: [[`${ref}.weight`, 'in body must be of type integer: "null"']],
    },
    {
      name: 'a weight true',
      spec: toBackend({ ...backend, weight: true }),
      violations: [[`${ref}.weight`, 'in body must be of type integer: "boolean"']],
    },
    {
      name: 'a weight too large',
      spec: toBackend({ ...backend, weight: 9007199254740992 }),
      violations: [[`${ref}.weight`, 'in body must be of type integer: "number"']],
    },
    {
      name: 'a gateway without name',
      spec: { targetRef: { kind: 'MeshGateway' }, to: [{ targetRef: mesh }] },
      violations: [['spec.targetRef.name', 'must be set with kind MeshGateway']],
    },
    {
      name: 'a gateway of another mesh, badly named',
      spec: { targetRef: { kind: 'MeshGateway', name: 'Edge!', mesh: 'x' } },
      violations: [
        [
          'spec.targetRef.name',
          "invalid characters: must consist of lower case alphanumeric characters, '-', '.' and '_'.",
        ],
        ['spec.targetRef.mesh', 'must not be set with kind MeshGateway'],
      ],
    },
    {
      name: 'a service as destination of a gateway',
      spec: { targetRef: gateway, to: [{ targetRef: backend }] },
      violations: [['spec.to[0].targetRef.kind', unsupported]],
    },
    {
      name: 'violations everywhere, in the order of the document',
      spec: {
        targetRef: { kind: 'MeshService' },
        to: [{ targetRef: {}, rules: rulesOf({ kind: 'Mesh' }, { kind: 'MeshService' }) }, { targetRef: mesh }],
      },
      violations: [
        ['spec.targetRef.name', 'must be set with kind MeshService'],
        ['spec.to[0].targetRef.kind', 'must be defined'],
        [`${ref}.kind`, unsupported],
        ['spec.to[0].rules[0].default.backendRefs[1].name', 'must be set with kind MeshService'],
        ['spec.to[1].targetRef.kind', unsupported],
      ],
    },
    {
      name: 'faults of shape everywhere, in the order of the document',
      spec: { to: [{ rules: [{}, {}], targetRef: { name: 1 } }, 5] },
      violations: [
        ['spec.to[0].targetRef.name', 'in body must be of type string: "number"'],
        ['spec.to[0].rules', 'in body should have at most 1 items'],
        ['spec.to[0].rules[0].default', required],
        ['spec.to[0].rules[1].default', required],
        ['spec.to[1]', 'in body must be of type object: "number"'],
        ['spec.targetRef', required],
      ],
    },
  ])('$name', async ({ spec, violations }) => {
    const answer = await server.put('/meshes/default/meshtcproutes/refused', route('refused', spec));
    expect(answer.json()).toEqual({
      type: '/std-errors',
      status: 400,
      title: 'Could not process a resource',
      detail: 'Resource is not valid',
      invalid_parameters: violations.map(([field, reason]) => ({ field, reason })),
      details: 'Resource is not valid',
      causes: violations.map(([field, message]) => ({ field, message })),
    });
    expect((await server.get('/meshes/default/meshtcproutes/refused')).statusCode).toBe(404);
  });

  it.each(['10.0', '1e1', '-0'])('a weight written %s cannot be read', async (weight) => {
    const body = JSON.stringify(route('refused', toBackend({ ...backend, weight: 77 }))).replace('77', weight);
    const answer = await server.put('/meshes/default/meshtcproutes/refused', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      title: 'Bad Request',
      detail: expect.stringMatching(/^invalid MeshTCPRoute object: '.*weight.*'$/) as unknown,
    });
  });
});
