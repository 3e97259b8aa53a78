import type { Kind } from './model/kind.js';
import { adminCertificateType, identityType } from './model/stored-types.js';
import { policies } from './policies/registry.js';
import { dataplane } from './resources/dataplane/index.js';
import { externalService } from './resources/external-service/index.js';
import { insights } from './resources/insights/index.js';
import { zone } from './resources/zone/index.js';
import { zoneEgress } from './resources/zone-egress/index.js';
import { zoneIngress } from './resources/zone-ingress/index.js';
import { globalSecret } from './resources/global-secret/index.js';
import { mesh } from './resources/mesh/index.js';
import { secret } from './resources/secret/index.js';

/** Every kind; routes, validation, OpenAPI and the command line are derived from this list. */
export const kinds: readonly Kind[] = [
  mesh,
  dataplane,
  externalService,
  zone,
  zoneIngress,
  zoneEgress,
  ...insights,
  secret,
  globalSecret,
  ...[...policies.targetRef, ...policies.legacy].map(({ kind }) => kind),
];

/** Types whose specs are encrypted in the store: those for administrators alone, and the identities of proxies. */
export const encryptedTypes: readonly string[] = [
  ...kinds.flatMap(({ type, adminOnly }) => (adminOnly ? [type] : [])),
  identityType,
  adminCertificateType,
];

export { policies };
