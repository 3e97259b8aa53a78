import { isDeepStrictEqual } from 'node:util';

import { splitPem } from '../lib/pem.js';
import { rememberByIdentity } from '../lib/remember.js';
import type { KeyPair } from '../model/provision.js';
import { noFacets, type ResourceKey } from '../model/resource.js';
import { secretText, type SecretSpec } from '../model/secret.js';
import { adminCertificateType } from '../model/stored-types.js';
import { openSigner, type CertificateSigner } from '../pki/certificate-signer.js';
import { issueAdminClient, issueAdminServer } from '../pki/issue-identity.js';
import { parseStored, renderSpec } from '../store/spec-text.js';
import type { Change, Operation, Store, StoredResource } from '../store/store.js';
import { takeTurns } from './identities/take-turns.js';
import { writeTogether } from './identities/write-together.js';

/** What Envoy's admin proves itself with, and of which CA its clients must be: base64, as Envoy takes it. */
export interface AdminCertificate {
  readonly certificateChain: string;
  readonly privateKey: string;
  readonly authority: string;
}

/** With what this server asks Envoy's admin, and by which CA it checks who answers; PEM. */
export interface AdminClientCertificate extends KeyPair {
  readonly authority: string;
}

/** The CA of Envoy's admin (Kuma 2.5): a certificate followed by its key. */
const authorityKey: ResourceKey = { type: 'GlobalSecret', mesh: '', name: 'envoy-admin-ca' };

const proxyTypes: ReadonlySet<string> = new Set(['Dataplane', 'ZoneIngress', 'ZoneEgress']);

const maxAttempts = 20;

/**
 * Certificates of Envoy's admin. Those of proxies are kept, encrypted, so that a proxy's configuration is the same after
 * a restart and from another server.
 */
export class AdminCertificates {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #takeTurn = takeTurns(2);
  readonly #write: ReturnType<typeof writeTogether>;
  readonly #known = new Map<string, Purpose & { readonly answer: AdminCertificate }>();
  #signer: Promise<CertificateSigner> | undefined;
  #client: Promise<AdminClientCertificate> | undefined;

  /** `now` in milliseconds since 1970. */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#write = writeTogether(store);
  }

  /** The certificate of the admin of a proxy at these addresses; identical as long as nothing changed. Rejects without a CA. */
  async of(proxy: ResourceKey, addresses: readonly string[]): Promise<AdminCertificate> {
    const signer = await this.#sign();
    const key = keyOf(proxy);
    const wanted = { authority: signer.fingerprint, addresses: [...addresses] };
    const known = this.#known.get(key.name);
    if (known !== undefined && isFor(known, wanted)) return known.answer;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const stored = await this.#store.get(key);
      const kept = stored && (parseStored(stored).spec as StoredCertificate);
      if (kept !== undefined && isFor(kept, wanted)) return this.#hold(key, kept, signer);
      const pair = await this.#takeTurn(() => issueAdminServer(signer, addresses, this.#now()));
      const made = { ...wanted, ...pair };
      const written = await this.#write(putCertificate(key, made, stored, this.#now()));
      if (written.ok) return this.#hold(key, made, signer);
    }
    throw new Error(`the admin certificate of ${JSON.stringify(proxy)} cannot be kept`);
  }

  /** What this server itself shows; made anew at each start, since no proxy holds it. Rejects without a CA. */
  client(): Promise<AdminClientCertificate> {
    this.#client ??= this.#makeClient();
    this.#client.catch(() => {
      this.#client = undefined;
    });
    return this.#client;
  }

  /** To be told of every change of the store. The value: true when the certificates of all proxies may be others now. */
  onStoreChanges(changes: readonly Change[]): boolean {
    for (const { op, key } of changes) if (op === 'delete' && proxyTypes.has(key.type)) this.#drop(key);
    const isOther = changes.some(({ key }) => key.type === authorityKey.type && key.name === authorityKey.name);
    if (!isOther) return false;
    this.#signer = undefined;
    this.#client = undefined;
    return true;
  }

  /** A certificate goes with its proxy. One that cannot be deleted does no harm: it is for no other proxy. */
  #drop(proxy: ResourceKey): void {
    const key = keyOf(proxy);
    this.#known.delete(key.name);
    this.#write({ op: 'delete', key, expected: { state: 'any' } }).catch(() => undefined);
  }

  async #makeClient(): Promise<AdminClientCertificate> {
    const signer = await this.#sign();
    return { ...(await issueAdminClient(signer, this.#now())), authority: signer.certificates };
  }

  #sign(): Promise<CertificateSigner> {
    this.#signer ??= openAuthority(this.#store);
    this.#signer.catch(() => {
      this.#signer = undefined;
    });
    return this.#signer;
  }

  #hold(
    key: ResourceKey,
    { authority, addresses, certificate, privateKey }: StoredCertificate,
    signer: CertificateSigner,
  ): AdminCertificate {
    const answer = {
      certificateChain: toBase64(certificate),
      privateKey: toBase64(privateKey),
      authority: encodeAuthority(signer),
    };
    this.#known.set(key.name, { authority, addresses, answer });
    return answer;
  }
}

/** What a certificate is good for. */
interface Purpose {
  /** Fingerprint of the CA. */
  readonly authority: string;
  readonly addresses: readonly string[];
}

/** As it is stored, under the proxy's name. */
type StoredCertificate = KeyPair & Purpose;

/** The text is long, and the same for all proxies. */
const encodeAuthority = rememberByIdentity(({ certificates }: CertificateSigner): string => toBase64(certificates));

const isFor = ({ authority, addresses }: Purpose, wanted: Purpose): boolean =>
  isDeepStrictEqual({ authority, addresses }, wanted);

async function openAuthority(store: Store): Promise<CertificateSigner> {
  const stored = await store.get(authorityKey);
  const text = stored === undefined ? '' : secretText(parseStored(stored).spec as SecretSpec);
  const blocks = splitPem(text);
  const ofLabel = (isWanted: (label: string) => boolean): string =>
    blocks
      .filter(({ label }) => isWanted(label))
      .map((block) => block.text)
      .join('\n');
  const signer = openSigner({
    certificate: ofLabel((label) => label === 'CERTIFICATE'),
    privateKey: ofLabel((label) => label.endsWith('PRIVATE KEY')),
  });
  if (!signer.ok) throw new Error(`the ${authorityKey.type} ${authorityKey.name}: ${signer.error}`);
  return signer.value;
}

/** Names of proxies of different types may be equal. */
const keyOf = ({ type, mesh, name }: ResourceKey): ResourceKey => ({
  type: adminCertificateType,
  mesh,
  name: `${type}.${mesh}.${name}`,
});

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

const putCertificate = (
  key: ResourceKey,
  certificate: StoredCertificate,
  stored: StoredResource | undefined,
  now: number,
): Operation => ({
  op: 'put',
  key,
  spec: renderSpec(certificate),
  facets: noFacets,
  ownedByMesh: key.mesh !== '',
  time: new Date(now).toISOString(),
  expected: stored === undefined ? { state: 'absent' } : { state: 'revision', revisions: [stored.revision] },
});
