import type { Provision } from '../model/provision.js';
import type { ResourceKey } from '../model/resource.js';
import { secretBytes, toSecretSpec, type SecretSpec } from '../model/secret.js';
import { parseStored } from '../store/spec-text.js';
import { administrator } from './identity.js';
import { issueToken } from './issue-token.js';
import {
  readSigningKey,
  userTokenKeys,
  zoneIngressTokenKeys,
  zoneTokenKeys,
  type SigningKeys,
} from './signing-keys.js';
import { createResource, findSigningKey, keyNumber, type Workshop } from './provide.js';

const year = 365 * 24 * 3_600;
const minute = 60_000;

const globalKey = (name: string): ResourceKey => ({ type: 'GlobalSecret', mesh: '', name });

const signingKey = (keys: SigningKeys) => ({ provide: 'signing-key', ...keys }) as const;
const userTokens = signingKey(userTokenKeys);

const authority = (name: string, commonName: string): Provision => ({
  provide: 'authority-bundle',
  key: globalKey(name),
  request: { commonName, rsaBits: 2048, validity: 10 * year * 1_000, backdated: 5 * minute },
});

/** The keys and CAs of a control plane as a whole, made at the first start (Kuma 2.5). */
export const globalProvisions: readonly Provision[] = [
  authority('envoy-admin-ca', 'Envoy Admin CA'),
  authority('inter-cp-ca', 'Control Plane Intercommunication CA'),
  userTokens,
  signingKey(zoneIngressTokenKeys),
  signingKey(zoneTokenKeys),
];

/** Makes the global secret `admin-user-token`, the token with which a first administrator comes in, unless it is there or nothing can sign it. */
export async function makeAdminToken(workshop: Workshop): Promise<void> {
  const { store, now } = workshop;
  const key = globalKey('admin-user-token');
  const [known, signing] = await Promise.all([store.get(key), findSigningKey(store, userTokens)]);
  if (known !== undefined || signing === undefined) return;
  const privateKey = readSigningKey(secretBytes(parseStored(signing).spec as SecretSpec));
  if (privateKey === undefined) return;
  const token = await issueToken(
    { id: String(keyNumber(signing.name, userTokens.prefix)), privateKey },
    // without the group that comes with every token that is accepted
    { Name: administrator.name, Groups: [administrator.name] },
    { now: Math.floor(Date.parse(now()) / 1_000), validFor: 10 * year },
  );
  await store.transact(createResource(workshop, key, toSecretSpec(token)));
}
