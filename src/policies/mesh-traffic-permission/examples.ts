import type { Example } from '../../model/kind.js';

/** Examples of MeshTrafficPermission. */
export const meshTrafficPermissionExamples: readonly Example[] = [
  {
    summary: 'Everybody may talk to everybody',
    body: {
      type: 'MeshTrafficPermission',
      name: 'allow-all',
      mesh: 'default',
      spec: { targetRef: { kind: 'Mesh' }, from: [{ targetRef: { kind: 'Mesh' }, default: { action: 'Allow' } }] },
    },
  },
  {
    summary: 'Only frontend may talk to backend',
    body: {
      type: 'MeshTrafficPermission',
      name: 'backend',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'backend' },
        from: [
          { targetRef: { kind: 'Mesh' }, default: { action: 'Deny' } },
          { targetRef: { kind: 'MeshService', name: 'frontend' }, default: { action: 'Allow' } },
        ],
      },
    },
  },
  {
    summary: 'Every field',
    body: {
      type: 'MeshTrafficPermission',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
        from: [
          {
            targetRef: { kind: 'MeshServiceSubset', name: 'client', tags: { version: 'v1' } },
            default: { action: 'Allow' },
          },
          { targetRef: { kind: 'MeshSubset', tags: { team: 'a' } }, default: { action: 'AllowWithShadowDeny' } },
          { targetRef: { kind: 'Mesh' }, default: { action: 'Deny' } },
        ],
      },
    },
  },
];
