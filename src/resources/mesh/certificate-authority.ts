import { quoteGo } from '../../lib/go-quote.js';
import {
  builtinSecrets,
  decodeBuiltinConf,
  decodeProvidedConf,
  parseExpiry,
} from '../../model/certificate-authority.js';
import type { DataSource } from '../../model/data-source.js';
import { isDnsName } from '../../model/net.js';
import type { ProvidedAuthority } from '../../model/provision.js';
import type { Violation } from '../../model/violation.js';
import type { MeshDocument } from './schema.js';

type Backend = NonNullable<NonNullable<MeshDocument['mtls']>['backends']>[number];

/**
 * Violations of the certificate authorities of a mesh that show without loading anything: types, names and the shape of
 * confs. `previous` is the mesh as it is stored, undefined for a new one.
 */
export function checkCertificateAuthorities(
  meshName: string,
  { mtls }: MeshDocument,
  previous: MeshDocument | undefined,
): Violation[] {
  const violations: Violation[] = [];
  for (const [i, backend] of (mtls?.backends ?? []).entries()) {
    const path = `mtls.backends[${i}]`;
    const isChecked = mtls?.skipValidation !== true;
    switch (backend.type ?? '') {
      case 'builtin':
        if (isChecked) violations.push(...checkBuiltin(`${path}.conf`, meshName, backend));
        if (violations.length === 0 && !hasBuiltin(previous, backend.name))
          violations.push(...checkMakeable(`${path}.conf`, backend));
        break;
      case 'provided':
        if (isChecked) violations.push(...checkProvided(`${path}.conf`, backend));
        break;
      default:
        return [...violations, { field: `${path}.type`, message: 'could not find installed plugin for this type' }];
    }
  }
  return violations;
}

/** A CA that is made already is kept, whatever its conf says later. */
const hasBuiltin = (mesh: MeshDocument | undefined, name: string | undefined): boolean =>
  (mesh?.mtls?.backends ?? []).some((backend) => backend.type === 'builtin' && backend.name === name);

function checkBuiltin(path: string, meshName: string, { name = '', conf }: Backend): Violation[] {
  const decoded = decodeBuiltinConf(conf);
  const secret = builtinSecrets(meshName, name).cert;
  const field = `${path}.mtls.backends.name`;
  return [
    ...(decoded.ok ? [] : [{ field: path, message: `could not convert backend config: ${decoded.error}` }]),
    ...(Buffer.byteLength(secret) > 255 ? [{ field, message: 'Backend name is too long. Max length: 255' }] : []),
    ...(isDnsName(secret) && secret === secret.toLowerCase()
      ? []
      : [{ field, message: `${quoteGo(name)} name must be valid dns name` }]),
  ];
}

/** Smaller keys are refused by TLS libraries; larger ones take minutes to make. */
const rsaBits = { least: 1024, most: 8192 };

/** What makes it impossible to make the CA; Kuma 2.5 answers 500 then and keeps half a mesh. */
function checkMakeable(path: string, { conf }: Backend): Violation[] {
  const decoded = decodeBuiltinConf(conf);
  if (!decoded.ok) return [{ field: path, message: `could not convert backend config: ${decoded.error}` }];
  const { RSAbits = 0, expiration = '' } = decoded.value.caCert ?? {};
  const isMakeable = RSAbits === 0 || (RSAbits >= rsaBits.least && RSAbits <= rsaBits.most);
  return [
    ...(isMakeable
      ? []
      : [{ field: `${path}.caCert.RSAbits`, message: `must be in the range [${rsaBits.least}, ${rsaBits.most}]` }]),
    ...(expiration === '' || parseExpiry(expiration) !== undefined
      ? []
      : [{ field: `${path}.caCert.expiration`, message: 'has to be a valid format' }]),
  ];
}

function checkProvided(path: string, { conf }: Backend): Violation[] {
  const decoded = decodeProvidedConf(conf);
  if (!decoded.ok) return [{ field: path, message: `could not convert backend config: ${decoded.error}` }];
  const { cert, key } = decoded.value;
  return [...checkSource(`${path}.cert`, cert), ...checkSource(`${path}.key`, key)];
}

function checkSource(path: string, source: DataSource | undefined): Violation[] {
  if (source === undefined) return [{ field: path, message: 'has to be defined' }];
  const member = (['secret', 'file', 'inline', 'inlineString'] as const).find((name) => source[name] !== undefined);
  if (member === undefined) {
    return [{ field: path, message: 'data source has to be chosen. Available sources: secret, file, inline' }];
  }
  // an empty inlineString passes (Kuma 2.5)
  const isEmpty = member !== 'inlineString' && (source[member] ?? '') === '';
  return isEmpty ? [{ field: `${path}.${member}`, message: 'cannot be empty' }] : [];
}

/** The CAs whose certificates and keys are to be loaded and checked; of each the conf is without violations. */
export const providedAuthorities = ({ mtls }: MeshDocument): ProvidedAuthority[] =>
  (mtls?.backends ?? []).flatMap(({ type, conf }, i) => {
    if (type !== 'provided' || mtls?.skipValidation === true) return [];
    const decoded = decodeProvidedConf(conf);
    const { cert, key } = decoded.ok ? decoded.value : {};
    return cert === undefined || key === undefined ? [] : [{ field: `mtls.backends[${i}].conf`, cert, key }];
  });
