import { dataplaneTokenKeys, userTokenKeys, zoneIngressTokenKeys, zoneTokenKeys } from '../access/signing-keys.js';
import type { SigningKeys } from '../access/signing-keys.js';
import { describeDurationError } from '../lib/go-duration-error.js';
import { parseGoDuration } from '../lib/go-duration.js';
import { compareBytes } from '../model/resource.js';
import type { Violation } from '../model/violation.js';

/** A token as a client asks for it. */
export interface TokenRequest {
  readonly keys: SigningKeys;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Milliseconds; negative for a token that never holds. */
  readonly validFor: number;
  readonly violations: readonly Violation[];
}

/** The fields of a body by their names, whose case does not count (as Go decodes JSON). */
export type Fields = ReadonlyMap<string, unknown>;

/** Reads the body of one sort of tokens; undefined when it cannot be decoded. */
export type ReadToken = (fields: Fields) => TokenRequest | undefined;

const tenYears = 10 * 365 * 24 * 3_600_000;
const proxyTypes: readonly string[] = ['dataplane', 'ingress', 'egress'];
const cannotBeEmpty = (field: string): Violation => ({ field, message: 'cannot be empty' });

/** The fields of a decoded body; undefined when it is no object. */
export function readFields(body: unknown): Fields | undefined {
  if (body === null) return new Map();
  if (typeof body !== 'object' || Array.isArray(body)) return undefined;
  return new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

/** `POST /tokens/dataplane`. */
export function readDataplaneToken(fields: Fields): TokenRequest | undefined {
  const [name, mesh, type, validFor] = readTexts(fields, 'name', 'mesh', 'type', 'validfor');
  const tags = readTags(fields.get('tags') ?? {});
  if (name === undefined || mesh === undefined || type === undefined || validFor === undefined || tags === undefined)
    return undefined;
  const validity = readOptionalValidity(validFor);
  const isUnknown = type !== '' && !proxyTypes.includes(type);
  return {
    keys: dataplaneTokenKeys(mesh),
    claims: { Name: name, Mesh: mesh, Tags: tags, Type: type },
    validFor: validity.validFor,
    violations: [
      ...(mesh === '' ? [cannotBeEmpty('mesh')] : []),
      ...validity.violations,
      ...(isUnknown ? [{ field: 'type', message: `${type} is not a valid proxy type` }] : []),
    ],
  };
}

/** `POST /tokens/zone`. Kuma 2.5 takes an empty zone and any scope. */
export function readZoneToken(fields: Fields): TokenRequest | undefined {
  const [zone, validFor] = readTexts(fields, 'zone', 'validfor');
  const scope = fields.get('scope') ?? null;
  if (zone === undefined || validFor === undefined || (scope !== null && !isTexts(scope))) return undefined;
  const validity = readOptionalValidity(validFor);
  return {
    keys: zoneTokenKeys,
    claims: { Zone: zone, Scope: scope },
    validFor: validity.validFor,
    violations: [...(scope === null ? [cannotBeEmpty('scope')] : []), ...validity.violations],
  };
}

/** `POST /tokens/zone-ingress`. */
export function readZoneIngressToken(fields: Fields): TokenRequest | undefined {
  const [zone, validFor] = readTexts(fields, 'zone', 'validfor');
  if (zone === undefined || validFor === undefined) return undefined;
  const validity = readOptionalValidity(validFor);
  return {
    keys: zoneIngressTokenKeys,
    claims: { Zone: zone },
    validFor: validity.validFor,
    violations: [...(zone === '' ? [cannotBeEmpty('zone')] : []), ...validity.violations],
  };
}

/** `POST /tokens/user`. */
export function readUserToken(fields: Fields): TokenRequest | undefined {
  const [name, validFor] = readTexts(fields, 'name', 'validfor');
  const groups = fields.get('groups') ?? null;
  if (name === undefined || validFor === undefined || (groups !== null && !isTexts(groups))) return undefined;
  const validity = readValidity(validFor);
  const isZero = validFor !== '' && validity.validFor === 0;
  return {
    keys: userTokenKeys,
    claims: { Name: name, Groups: groups },
    validFor: validity.validFor,
    violations: [
      ...(name === '' ? [cannotBeEmpty('name')] : []),
      ...(validFor === '' ? [cannotBeEmpty('validFor')] : validity.violations),
      ...(isZero ? [{ field: 'validFor', message: 'cannot be empty or nil' }] : []),
    ],
  };
}

/** Texts by name; absent ones are empty, and undefined is what is no text. */
const readTexts = (fields: Fields, ...names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => {
    const value = fields.get(name) ?? '';
    return typeof value === 'string' ? value : undefined;
  });

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** Tags sorted by name, their values sorted and each once; tags without values are left out. */
function readTags(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const tags = Object.entries(value).map(([name, values]) => [name, (values ?? []) as unknown] as const);
  const texts = tags.flatMap(([name, values]) => (isTexts(values) ? [[name, values] as const] : []));
  if (texts.length < tags.length) return undefined;
  return Object.fromEntries(
    texts
      .filter(([, values]) => values.length > 0)
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([name, values]) => [name, [...new Set(values)].sort(compareBytes)]),
  );
}

const readOptionalValidity = (text: string): Pick<TokenRequest, 'validFor' | 'violations'> =>
  text === '' ? { validFor: tenYears, violations: [] } : readValidity(text);

function readValidity(text: string): Pick<TokenRequest, 'validFor' | 'violations'> {
  const nanoseconds = parseGoDuration(text) ?? 0n;
  const message = describeDurationError(text);
  return {
    // a duration below a millisecond is still none of zero
    validFor: Number(nanoseconds) / 1_000_000,
    violations: message === undefined ? [] : [{ field: 'validFor', message: `is invalid: ${message}` }],
  };
}
