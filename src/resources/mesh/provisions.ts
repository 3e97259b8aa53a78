import {
  builtinSecrets,
  decodeBuiltinConf,
  defaultAuthorityValidity,
  parseExpiry,
  type AuthorityBackend,
} from '../../model/certificate-authority.js';
import type { Around } from '../../model/kind.js';
import type { Provision } from '../../model/provision.js';
import type { ResourceKey } from '../../model/resource.js';
import { initialPolicies } from './initial-policies.js';
import type { MeshDocument } from './schema.js';

/** A builtin CA holds from a little earlier on than it is made, for clocks that are late. */
const clockSkew = 10_000;
const defaultRsaBits = 2048;

/**
 * What is made together with a mesh: its builtin CAs, and on creation the key of its proxies' tokens and its first
 * policies, which never come again.
 */
export function provisionsOf(spec: MeshDocument, { name: mesh }: ResourceKey, { previous }: Around): Provision[] {
  const backends = spec.mtls?.backends ?? [];
  const authorities = backends.filter(({ type }) => type === 'builtin').map((each) => builtinAuthority(mesh, each));
  if (previous !== undefined) return authorities;
  return [
    { provide: 'signing-key', type: 'Secret', mesh, prefix: `dataplane-token-signing-key-${mesh}` },
    ...authorities,
    ...initialPolicies(spec, mesh),
  ];
}

/** Of a conf that cannot be read `check` has complained, unless the CA exists already. */
function builtinAuthority(mesh: string, { name = '', conf }: AuthorityBackend): Provision {
  const decoded = decodeBuiltinConf(conf);
  const { RSAbits = 0, expiration = '' } = decoded.ok ? (decoded.value.caCert ?? {}) : {};
  const { cert, key } = builtinSecrets(mesh, name);
  return {
    provide: 'authority',
    certificate: { type: 'Secret', mesh, name: cert },
    privateKey: { type: 'Secret', mesh, name: key },
    request: {
      commonName: mesh,
      trustDomain: mesh,
      rsaBits: RSAbits === 0 ? defaultRsaBits : RSAbits,
      validity: parseExpiry(expiration) ?? defaultAuthorityValidity,
      backdated: clockSkew,
    },
  };
}
