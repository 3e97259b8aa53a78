import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const conf = Type.Object({
  action: Type.Optional(
    nested.oneOf(['Allow', 'Deny', 'AllowWithShadowDeny'], {
      description: 'What happens to requests; AllowWithShadowDeny allows them and counts what Deny would refuse.',
    }),
  ),
});

/** The spec of a MeshTrafficPermission: the one truth of its shape. */
export const meshTrafficPermissionSchema = Type.Object(
  { targetRef: targetRefSchema, from: peersOf(conf, 'What clients may do.') },
  { description: 'Says which clients may talk to selected proxies; works with mutual TLS only.' },
);

export type MeshTrafficPermission = Static<typeof meshTrafficPermissionSchema>;
export type MeshTrafficPermissionConf = Static<typeof conf>;
