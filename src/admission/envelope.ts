import { err, ok, type Result } from '../lib/result.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { Violation } from '../model/violation.js';

/** What a body says of itself; absent fields are empty. */
export interface Envelope {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
}

const rfc3339 = /^\d{4}-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})([.,]\d+)?([Zz]|[+-](\d{2}):(\d{2}))$/;

/**
 * Reads the envelope of a body. Kuma 2.5 matches its keys without regard to case, the last one wins.
 * Times are ignored but must be RFC 3339 (kumactl sends `0001-01-01T00:00:00Z`).
 */
export function readEnvelope(body: Readonly<Record<string, unknown>>): Result<Envelope, string> {
  const fields = new Map<string, string>();
  for (const [key, value] of Object.entries(body)) {
    const name = envelopeKeys.get(key.toLowerCase());
    if (name === undefined || value === null) continue;
    if (typeof value !== 'string') return err(`${name} must be a string, not ${JSON.stringify(value)}`);
    if (name.endsWith('Time') && !rfc3339.test(value))
      return err(`${name} must be a time in RFC 3339, not ${JSON.stringify(value)}`);
    fields.set(name, value);
  }
  return ok({ type: fields.get('type') ?? '', mesh: fields.get('mesh') ?? '', name: fields.get('name') ?? '' });
}

/** Names of the fields of the envelope. */
export const envelopeFields = ['type', 'mesh', 'name', 'creationTime', 'modificationTime'] as const;

const envelopeKeys = new Map(envelopeFields.map((name): [string, string] => [name.toLowerCase(), name]));

/** True for the keys that belong to the envelope, in any case. */
export const isEnvelopeKey = (key: string): boolean => envelopeKeys.has(key.toLowerCase());

const strictName = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const oldName = /^[0-9a-z\-_.]*$/;

/**
 * What the URL and the envelope disagree on, and names that break the rules. On update of an existing resource the
 * looser old rule for names suffices, so that data of older versions can be kept.
 */
export function checkEnvelope(kind: Kind, key: ResourceKey, envelope: Envelope, exists: boolean): Violation[] {
  const violations: Violation[] = [];
  const mismatch = (field: string): number =>
    violations.push({ field, message: `${field} from the URL has to be the same as in body` });
  if (envelope.name !== key.name) mismatch('name');
  if (envelope.type !== kind.type) mismatch('type');
  if (kind.scope === 'mesh' && envelope.mesh !== key.mesh) mismatch('mesh');
  violations.push(...checkIdentifier('name', envelope.name, exists ? isOldName : isStrictName, exists));
  if (kind.scope === 'mesh') violations.push(...checkIdentifier('mesh', envelope.mesh, isOldName, true));
  return violations;
}

const isOldName = (name: string): boolean => oldName.test(name);
// label by label, so that no input makes the expression backtrack
const isStrictName = (name: string): boolean => name.split('.').every((label) => strictName.test(label));

function checkIdentifier(field: string, name: string, isValid: (name: string) => boolean, old: boolean): Violation[] {
  if (name === '') return [{ field, message: 'cannot be empty' }];
  if (Buffer.byteLength(name) > 253) return [{ field, message: 'value length must less or equal 253' }];
  if (isValid(name)) return [];
  return [
    {
      field,
      message: old
        ? "invalid characters. Valid characters are numbers, lowercase latin letters and '-', '_', '.' symbols."
        : "invalid characters. A lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    },
  ];
}
