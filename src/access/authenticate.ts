import { err, ok, type Result } from '../lib/result.js';
import type { Store } from '../store/store.js';
import type { Identity } from './identity.js';
import { userTokenKeys } from './signing-keys.js';
import { verifyToken, type TokenKeys } from './verify-token.js';

/** The token in an `Authorization` header; undefined for other schemes, which are ignored (Kuma 2.5: `Bearer` in this case only). */
export const bearerToken = (header: string | undefined): string | undefined =>
  header?.startsWith('Bearer ') === true ? header.slice('Bearer '.length) : undefined;

/** The user of a token. The error is for the log: clients are not told why. */
export async function authenticateUser(
  store: Store,
  token: string,
  keys: TokenKeys,
  now: string,
): Promise<Result<Identity, string>> {
  const rules = { ...keys, keys: userTokenKeys, revocations: 'user-token-revocations' };
  const verified = await verifyToken(store, token, rules, now);
  if (!verified.ok) return verified;
  const { Name: name, Groups: groups } = verified.value;
  if (typeof name !== 'string') return err('it names no user');
  const named = Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
  return ok({ name, groups: [...named, 'mesh-system:authenticated'] });
}
