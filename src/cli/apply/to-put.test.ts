import { describe, expect, it } from 'vitest';

import { toPut, type SendableKind } from './to-put.js';

const kinds: readonly SendableKind[] = [
  { type: 'Mesh', path: 'meshes', scope: 'global', form: 'flat' },
  { type: 'Dataplane', path: 'dataplanes', scope: 'mesh', form: 'flat' },
  { type: 'MeshTCPRoute', path: 'meshtcproutes', scope: 'mesh', form: 'nested' },
];

const spec = { targetRef: { kind: 'Mesh' } };
const apiVersion = 'kuma.io/v1alpha1';

describe('toPut', () => {
  it.each([
    {
      name: 'a policy',
      document: { type: 'MeshTCPRoute', mesh: 'm', name: 'r', spec },
      put: {
        label: 'MeshTCPRoute m/r',
        path: '/meshes/m/meshtcproutes/r',
        body: { type: 'MeshTCPRoute', mesh: 'm', name: 'r', spec },
      },
    },
    {
      name: 'a policy without mesh',
      document: { type: 'MeshTCPRoute', name: 'r', spec },
      put: {
        label: 'MeshTCPRoute default/r',
        path: '/meshes/default/meshtcproutes/r',
        body: { type: 'MeshTCPRoute', mesh: 'default', name: 'r', spec },
      },
    },
    {
      name: 'what is unknown is left to the server',
      document: { type: 'MeshTCPRoute', mesh: 'm', name: 'r', extra: 1 },
      put: {
        label: 'MeshTCPRoute m/r',
        path: '/meshes/m/meshtcproutes/r',
        body: { type: 'MeshTCPRoute', mesh: 'm', name: 'r', extra: 1 },
      },
    },
    {
      name: 'a mesh',
      document: { type: 'Mesh', name: 'm', mtls: {} },
      put: { label: 'Mesh m', path: '/meshes/m', body: { type: 'Mesh', name: 'm', mtls: {} } },
    },
    {
      name: 'names with characters of URLs',
      document: { type: 'Dataplane', mesh: 'a/b', name: 'c?d' },
      put: {
        label: 'Dataplane a/b/c?d',
        path: '/meshes/a%2Fb/dataplanes/c%3Fd',
        body: { type: 'Dataplane', mesh: 'a/b', name: 'c?d' },
      },
    },
    {
      name: 'a policy in Kubernetes form',
      document: {
        apiVersion,
        kind: 'MeshTCPRoute',
        metadata: { name: 'r', namespace: 'n', labels: { 'kuma.io/mesh': 'm' } },
        spec,
      },
      put: {
        label: 'MeshTCPRoute m/r',
        path: '/meshes/m/meshtcproutes/r',
        body: { type: 'MeshTCPRoute', name: 'r', mesh: 'm', spec },
      },
    },
    {
      name: 'a policy in Kubernetes form without label and spec',
      document: { apiVersion, kind: 'MeshTCPRoute', metadata: { name: 'r' } },
      put: {
        label: 'MeshTCPRoute default/r',
        path: '/meshes/default/meshtcproutes/r',
        body: { type: 'MeshTCPRoute', name: 'r', mesh: 'default' },
      },
    },
    {
      name: 'a Dataplane in Kubernetes form: the spec becomes flat',
      document: {
        apiVersion,
        kind: 'Dataplane',
        mesh: 'm',
        metadata: { name: 'd' },
        spec: { networking: {}, name: 'other' },
      },
      put: {
        label: 'Dataplane m/d',
        path: '/meshes/m/dataplanes/d',
        body: { type: 'Dataplane', name: 'd', mesh: 'm', networking: {} },
      },
    },
    {
      name: 'a mesh in Kubernetes form',
      document: { apiVersion, kind: 'Mesh', metadata: { name: 'm' }, spec: { mtls: {} } },
      put: { label: 'Mesh m', path: '/meshes/m', body: { type: 'Mesh', name: 'm', mtls: {} } },
    },
    {
      name: 'the label counts more than the field',
      document: { apiVersion, kind: 'Dataplane', mesh: 'a', metadata: { name: 'd', labels: { 'kuma.io/mesh': 'b' } } },
      put: {
        label: 'Dataplane b/d',
        path: '/meshes/b/dataplanes/d',
        body: { type: 'Dataplane', name: 'd', mesh: 'b' },
      },
    },
  ])('$name', ({ document, put }) => {
    expect(toPut(document, kinds)).toEqual({ ok: true, value: { type: put.body.type, ...put } });
  });

  const known = 'known types: Dataplane, Mesh, MeshTCPRoute';
  it.each([
    { name: 'no object', document: ['a'], error: 'a document must hold keys and values' },
    {
      name: 'no type',
      document: { name: 'a' },
      error: 'neither `type` (Universal form) nor `kind` (Kubernetes form) is given',
    },
    {
      name: 'a type that is nearly one',
      document: { type: 'MeshTcpRout', name: 'a' },
      error: `unknown type "MeshTcpRout" (did you mean MeshTCPRoute?); ${known}`,
    },
    {
      name: 'a type that is none',
      document: { type: 'Deployment', name: 'a' },
      error: `unknown type "Deployment"; ${known}`,
    },
    { name: 'a type that is no text', document: { type: 1, name: 'a' }, error: `unknown type 1; ${known}` },
    { name: 'no name', document: { type: 'Mesh' }, error: 'name: must be a text that is not empty' },
    {
      name: 'a name that is a number',
      document: { type: 'Mesh', name: 1 },
      error: 'name: must be a text that is not empty',
    },
    {
      name: 'an empty mesh',
      document: { type: 'Dataplane', name: 'a', mesh: '' },
      error: 'mesh: must be a text that is not empty',
    },
    {
      name: 'another API',
      document: { apiVersion: 'v1', kind: 'Mesh', metadata: { name: 'a' } },
      error: 'apiVersion: must be kuma.io/v1alpha1, is "v1"',
    },
    {
      name: 'no API',
      document: { kind: 'Mesh', metadata: { name: 'a' } },
      error: 'apiVersion: must be kuma.io/v1alpha1, is undefined',
    },
    {
      name: 'no metadata',
      document: { apiVersion, kind: 'Mesh' },
      error: 'metadata.name: must be a text that is not empty',
    },
    {
      name: 'an unknown kind',
      document: { apiVersion, kind: 'Mesch', metadata: { name: 'a' } },
      error: `unknown type "Mesch" (did you mean Mesh?); ${known}`,
    },
    {
      name: 'a flat spec that is a list',
      document: { apiVersion, kind: 'Mesh', metadata: { name: 'a' }, spec: [] },
      error: 'spec: must hold keys and values',
    },
    {
      name: 'a label that is no text',
      document: { apiVersion, kind: 'Dataplane', metadata: { name: 'a', labels: { 'kuma.io/mesh': 1 } } },
      error: 'metadata.labels["kuma.io/mesh"]: must be a text that is not empty',
    },
  ])('refuses $name', ({ document, error }) => {
    expect(toPut(document, kinds)).toEqual({ ok: false, error });
  });
});
