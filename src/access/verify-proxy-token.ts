import type { JWTPayload } from 'jose';

import { quoteGo } from '../lib/go-quote.js';
import { err, ok, type Result } from '../lib/result.js';
import type { Tags } from '../model/resource.js';
import type { Store } from '../store/store.js';
import { dataplaneTokenKeys, zoneIngressTokenKeys, zoneTokenKeys } from './signing-keys.js';
import { verifyToken, type TokenKeys } from './verify-token.js';

/** A data plane proxy that asks to come in. */
export interface ClaimedDataplane {
  readonly mesh: string;
  readonly name: string;
  /** Of each of its inbounds, and of its gateway. */
  readonly tagSets: readonly Tags[];
}

/** A zone proxy that asks to come in. */
export interface ClaimedZoneProxy {
  readonly type: 'ingress' | 'egress';
  /** The zone of this control plane; empty without zones. */
  readonly zone: string;
}

/** The keys in secrets of the store, and no others. */
export const storedKeys: TokenKeys = { useSecrets: true, publicKeys: new Map() };

/** Tokens from before keys had ids name none (Kuma 2.5). */
const firstKeyId = '0';

/**
 * Whether a token lets this proxy in. It must be of the proxy's mesh; a name, a mesh and tags that it tells must be those
 * of the proxy, which must have all of these tags and no other values of them. `now` in RFC 3339. The error is for the
 * log and the proxy, in Kuma's words as far as it is about what the token is for.
 */
export async function verifyDataplaneToken(
  store: Store,
  token: string,
  { mesh, name, tagSets }: ClaimedDataplane,
  now: string,
  keys: TokenKeys = storedKeys,
): Promise<Result<undefined, string>> {
  const rules = {
    ...keys,
    keys: dataplaneTokenKeys(mesh),
    revocations: `dataplane-token-revocations-${mesh}`,
    defaultKeyId: firstKeyId,
  };
  const verified = await verifyToken(store, token, rules, now);
  if (!verified.ok) return err(`could not parse token: ${verified.error}`);
  const claims = readDataplaneClaims(verified.value);
  if (claims === undefined) return err('could not parse token: it is not one for a data plane proxy');
  if (claims.name !== '' && claims.name !== name) {
    return err(`proxy name from requestor: ${name} is different than in token: ${claims.name}`);
  }
  if (claims.mesh !== '' && claims.mesh !== mesh) {
    return err(`proxy mesh from requestor: ${mesh} is different than in token: ${claims.mesh}`);
  }
  return checkTags(claims.tags, tagSets);
}

/**
 * Whether a token lets a zone proxy in: a zone token whose scope has its type, of this zone or of none; a token without a
 * scope is an older one of a zone ingress. As `verifyDataplaneToken` otherwise.
 */
export async function verifyZoneToken(
  store: Store,
  token: string,
  { type, zone }: ClaimedZoneProxy,
  now: string,
  keys: TokenKeys = storedKeys,
): Promise<Result<undefined, string>> {
  const zoneRules = { ...keys, keys: zoneTokenKeys, revocations: 'zone-token-revocations' };
  const verified = await verifyToken(store, token, zoneRules, now);
  const claims = verified.ok ? readZoneClaims(verified.value) : undefined;
  if (claims !== undefined && claims.scope.length > 0) return checkZone(claims, type, zone);
  // keys of settings are not for older tokens (Kuma 2.5)
  const ingressRules = {
    ...storedKeys,
    keys: zoneIngressTokenKeys,
    revocations: 'zone-ingress-token-revocations',
    defaultKeyId: firstKeyId,
  };
  const older = await verifyToken(store, token, ingressRules, now);
  const olderClaims = older.ok ? readZoneClaims(older.value) : undefined;
  if (olderClaims?.scope.length === 0) return checkZone({ ...olderClaims, scope: ['ingress'] }, type, zone);
  return err(`could not parse token: ${verified.ok ? 'it is not one for a zone proxy' : verified.error}`);
}

interface ZoneClaims {
  readonly zone: string;
  readonly scope: readonly string[];
}

function checkZone(claims: ZoneClaims, type: string, zone: string): Result<undefined, string> {
  const { scope } = claims;
  if (!scope.includes(type)) {
    return err(
      `token cannot be used to authenticate zone entity (${type} is out of token's scope: [${scope.join(' ')}])`,
    );
  }
  if (claims.zone === '' || claims.zone === zone) return ok(undefined);
  return err(`zone from requestor: ${zone} is different than in token: ${claims.zone}`);
}

function checkTags(
  allowed: ReadonlyMap<string, readonly string[]>,
  tagSets: readonly Tags[],
): Result<undefined, string> {
  for (const [tag, values] of allowed) {
    const own = tagSets.flatMap((tags) => (Object.hasOwn(tags, tag) ? [tags[tag] ?? ''] : []));
    if (own.length === 0) return err(`dataplane has no tag ${quoteGo(tag)} required by the token`);
    const foreign = own.find((value) => !values.includes(value));
    if (foreign !== undefined) {
      return err(
        `dataplane contains tag ${quoteGo(tag)} with value ${quoteGo(foreign)} which is not allowed with this token. Allowed values in token are [${values.map(quoteGo).join(' ')}]`,
      );
    }
  }
  return ok(undefined);
}

interface DataplaneClaims {
  readonly name: string;
  readonly mesh: string;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/** Absent claims are empty; undefined when one is of another type. */
function readDataplaneClaims({ Name = '', Mesh = '', Tags: tags }: JWTPayload): DataplaneClaims | undefined {
  const entries = isObject(tags ?? {}) ? Object.entries(tags ?? {}) : undefined;
  if (typeof Name !== 'string' || typeof Mesh !== 'string' || entries?.every(isTagEntry) !== true) return undefined;
  return { name: Name, mesh: Mesh, tags: new Map(entries.filter(isTagEntry)) };
}

function readZoneClaims({ Zone = '', Scope }: JWTPayload): ZoneClaims | undefined {
  const scope = Scope ?? [];
  return typeof Zone === 'string' && isTexts(scope) ? { zone: Zone, scope } : undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isTagEntry = (entry: readonly [string, unknown]): entry is [string, readonly string[]] => isTexts(entry[1]);
