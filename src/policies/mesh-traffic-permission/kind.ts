import { makePolicyKind } from '../policy-kind.js';
import { meshTrafficPermissionExamples } from './examples.js';
import { meshTrafficPermissionSchema, type MeshTrafficPermission } from './schema.js';
import { validateMeshTrafficPermission } from './validate.js';

/** The stored kind MeshTrafficPermission. */
export const meshTrafficPermissionKind = makePolicyKind<MeshTrafficPermission>({
  type: 'MeshTrafficPermission',
  path: 'meshtrafficpermissions',
  singularDisplayName: 'Mesh Traffic Permission',
  pluralDisplayName: 'Mesh Traffic Permissions',
  sections: ['from'],
  schema: meshTrafficPermissionSchema,
  validate: validateMeshTrafficPermission,
  examples: meshTrafficPermissionExamples,
});
