import { X509Certificate } from 'node:crypto';

import { rememberByIdentity } from '../../lib/remember.js';
import { enabledAuthority, type MeshAuthorities } from '../../model/certificate-authority.js';
import { collectTags, serviceTag, type DataplaneSpec } from '../../model/dataplane.js';
import { noFacets, type Resource, type ResourceKey } from '../../model/resource.js';
import { parseSecretName } from '../../model/secret-names.js';
import { identityType, trustType } from '../../model/stored-types.js';
import { issueIdentity } from '../../pki/issue-identity.js';
import { egressService } from '../../plan/external-services.js';
import { existingMeshes, findResource } from '../../snapshot/world.js';
import { parseStored, renderSpec } from '../../store/spec-text.js';
import type { Change, Operation, StoredResource } from '../../store/store.js';
import type { ProxyKey, Secrets } from '../proxy-hooks.js';
import { egressHolder } from './egress-identities.js';
import { isCurrent, renewalTime, type Identity, type WantedIdentity } from './identity.js';
import { MeshTrusts, type MeshTrust, type TrustContext } from './mesh-trusts.js';
import { takeTurns } from './take-turns.js';
import { writeTogether } from './write-together.js';

export interface IssuerContext extends Omit<TrustContext, 'onChange'> {
  /** Told when secrets may be others now: of one proxy, or of all of a mesh. */
  readonly onChange: (mesh: string, name?: string) => void;
  /** Told of what fails when nobody waits for it. */
  readonly onError: (error: unknown, key: ResourceKey) => void;
}

/** What the insight of a proxy says of its identity (Kuma 2.5). Times in RFC 3339. */
export interface IdentityFacts {
  readonly certificateExpirationTime: string;
  readonly lastCertificateRegeneration: string;
  readonly certificateRegenerations: number;
  readonly issuedBackend: string;
  readonly supportedBackends: string[];
}

/** Certificates that are made at a time: more would keep the event loop from the rest for longer. */
const places = 2;

/** How often a proxy's identity is issued anew because another server was faster. */
const maxAttempts = 20;

/**
 * Gives proxies the keys and certificates of their mesh. Identities are kept, encrypted, so that no start and no other
 * server makes new ones; they are exchanged at four fifths of their life, and when tags or the CA change.
 */
export class IdentityIssuer {
  readonly #context: IssuerContext;
  readonly #trusts: MeshTrusts;
  readonly #proxies = new Map<string, Holder>();
  readonly #takeTurn = takeTurns(places);
  readonly #write: ReturnType<typeof writeTogether>;
  /** Counts what may lead to other secrets for anybody. */
  #changes = 0;
  readonly #authoritySecrets = new Map<string, { readonly bundle: string; readonly secret: object }>();

  constructor(context: IssuerContext) {
    this.#context = context;
    this.#trusts = new MeshTrusts({
      ...context,
      onChange: (mesh) => {
        this.#changes += 1;
        context.onChange(mesh);
      },
    });
    this.#write = writeTogether(context.store);
  }

  /**
   * The secrets of these names with what has to be issued; at once where nothing changed that they follow from. Identical
   * maps and secrets as long as nothing changed. Rejects when the CA of the proxy's mesh cannot be had.
   */
  issueSecrets(proxy: ProxyKey, secrets: Secrets): Secrets | Promise<Secrets> {
    const last = this.#proxies.get(idOf(proxy))?.issued;
    const isSame =
      last?.asked === secrets &&
      last.changes === this.#changes &&
      last.dataplane === this.#dataplaneOf(proxy) &&
      this.#context.now() < last.until;
    return isSame ? last.secrets : this.#issueSecrets(proxy, secrets);
  }

  async #issueSecrets(proxy: ProxyKey, secrets: Secrets): Promise<Secrets> {
    const changes = this.#changes;
    const dataplane = this.#dataplaneOf(proxy);
    const wanted = [...secrets.keys()].map((name) => [name, parseSecretName(name)] as const);
    if (wanted.every(([, parts]) => parts === undefined)) return secrets;
    const trust = await this.#trusts.of(proxy.mesh);
    if (trust === undefined) throw new Error(`mesh ${JSON.stringify(proxy.mesh)} has no mTLS`);
    const holder: Holder = this.#proxies.get(idOf(proxy)) ?? { mesh: proxy.mesh };
    this.#proxies.set(idOf(proxy), holder);
    const issued = new Map<string, object>();
    for (const [name, parts] of wanted) {
      if (parts?.holds === 'identity')
        issued.set(name, identitySecret(await this.#identityOf(proxy, holder, trust))(name));
      if (parts?.holds === 'authority') {
        const bundle = await this.#bundleOf(parts.mesh, proxy.mesh);
        if (bundle !== '') issued.set(name, this.#authoritySecret(name, bundle));
      }
    }
    const answered = answer(holder, secrets, issued);
    const until = holder.identity === undefined ? 0 : renewalTime(holder.identity);
    holder.issued = { asked: secrets, changes, dataplane, until, secrets: answered };
    return answered;
  }

  /** What is known of the identity that a proxy was given; undefined before it has one. */
  describe(proxy: ProxyKey): IdentityFacts | undefined {
    const { identity } = this.#proxies.get(idOf(proxy)) ?? {};
    return identity && describeIdentity(identity);
  }

  /** The proxy is no longer connected to this server: nothing is renewed for it. */
  release(proxy: ProxyKey): void {
    const id = idOf(proxy);
    this.#proxies.get(id)?.callOff?.();
    this.#proxies.delete(id);
  }

  /** To be told of every change of the store, after the world has been. */
  onStoreChanges(changes: readonly Change[]): void {
    const meshes = new Set<string>();
    for (const { op, key, resource } of changes) {
      if (key.type === 'Mesh') meshes.add(key.name);
      if (key.type === 'Mesh' && !hasAuthority(resource)) this.#forgetAll(key.name);
      if (key.type === 'Secret' || key.type === trustType) meshes.add(key.mesh);
      if (op === 'delete' && key.type === 'Dataplane') this.#drop(key);
      if (op === 'delete' && key.type === 'ZoneEgress')
        for (const mesh of existingMeshes(this.#context.world())) this.#drop(egressHolder(mesh.name, key.name));
    }
    if (meshes.size > 0) this.#changes += 1;
    for (const mesh of meshes) if (this.#trusts.forget(mesh)) this.#context.onChange(mesh);
  }

  close(): void {
    this.#trusts.close();
    for (const { callOff } of this.#proxies.values()) callOff?.();
    this.#proxies.clear();
  }

  #identityOf(proxy: ProxyKey, holder: Holder, trust: MeshTrust): Promise<Identity> {
    // one after another, so that what is asked twice is issued once
    const before = holder.asking ?? Promise.resolve();
    const asking = before.catch(() => undefined).then(() => this.#findOrIssue(proxy, holder, trust));
    holder.asking = asking;
    return asking;
  }

  async #findOrIssue(proxy: ProxyKey, holder: Holder, trust: MeshTrust): Promise<Identity> {
    const { store, now } = this.#context;
    const wanted = { ...trust, tags: this.#tagsOf(proxy) };
    if (holder.identity !== undefined && isCurrent(holder.identity, wanted, now())) return holder.identity;
    const key: ResourceKey = { type: identityType, mesh: proxy.mesh, name: proxy.name };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const stored = await store.get(key);
      const known = stored && (parseStored(stored).spec as Identity);
      if (known !== undefined && isCurrent(known, wanted, now())) return this.#hold(proxy, holder, known);
      const identity = await this.#takeTurn(() =>
        issue(proxy.mesh, trust, { tags: wanted.tags, now: now(), before: known }),
      );
      const written = await this.#write(putIdentity(key, identity, stored));
      if (written.ok) return this.#hold(proxy, holder, identity);
    }
    throw new Error(`the identity of ${JSON.stringify(proxy)} cannot be kept`);
  }

  #tagsOf({ mesh, name, proxyType }: ProxyKey): WantedIdentity['tags'] {
    if (proxyType === 'egress') return { [serviceTag]: [egressService] };
    const dataplane = this.#dataplaneOf({ mesh, name });
    if (dataplane === undefined) throw new Error(`there is no Dataplane ${JSON.stringify(name)}`);
    return Object.fromEntries(collectTags(dataplane.spec as DataplaneSpec));
  }

  #dataplaneOf({ mesh, name }: ProxyKey): Resource | undefined {
    return findResource(this.#context.world(), { type: 'Dataplane', mesh, name });
  }

  #hold(proxy: ProxyKey, holder: Holder, identity: Identity): Identity {
    holder.identity = identity;
    this.#setAlarm(proxy, holder, identity);
    return identity;
  }

  #setAlarm(proxy: ProxyKey, holder: Holder, identity: Identity): void {
    holder.callOff?.();
    if (this.#proxies.get(idOf(proxy)) !== holder) return;
    const wait = renewalTime(identity) - this.#context.now();
    holder.callOff = this.#context.schedule(
      () => {
        // timers have an end before some certificates
        if (renewalTime(identity) > this.#context.now()) this.#setAlarm(proxy, holder, identity);
        else this.#context.onChange(proxy.mesh, proxy.name);
      },
      Math.min(Math.max(wait, shortestWait), longestTimer),
    );
  }

  /** What proxies of this mesh check those of a mesh by; empty when there is nothing to check. */
  async #bundleOf(mesh: string, ownMesh: string): Promise<string> {
    if (mesh !== 'all') return (await this.#trusts.of(mesh))?.bundle ?? '';
    const meshes = existingMeshes(this.#context.world()).map(({ name }) => name);
    // another mesh whose CA is broken must not harm this one (Kuma 2.5)
    const trusts = meshes.map((each) =>
      each === ownMesh ? this.#trusts.of(each) : this.#trusts.of(each).catch(() => undefined),
    );
    return (await Promise.all(trusts)).map((trust) => trust?.bundle ?? '').join('');
  }

  #authoritySecret(name: string, bundle: string): object {
    const known = this.#authoritySecrets.get(name);
    if (known?.bundle === bundle) return known.secret;
    const secret = { name, validationContext: { trustedCa: { inlineBytes: toBase64(bundle) } } };
    this.#authoritySecrets.set(name, { bundle, secret });
    return secret;
  }

  /** Without mTLS nobody has an identity; those that are kept are found again when there is one anew. */
  #forgetAll(mesh: string): void {
    for (const [id, holder] of this.#proxies) {
      if (holder.mesh !== mesh) continue;
      holder.callOff?.();
      this.#proxies.delete(id);
    }
  }

  /** An identity goes with its Dataplane or ZoneEgress. */
  #drop({ mesh, name }: ProxyKey): void {
    const key = { type: identityType, mesh, name };
    this.#write({ op: 'delete', key, expected: { state: 'any' } }).catch((error: unknown) => {
      this.#context.onError(error, key);
    });
  }
}

/** What is remembered of a proxy while it is connected. */
interface Holder {
  readonly mesh: string;
  identity?: Identity;
  asking?: Promise<Identity>;
  answer?: Secrets;
  issued?: Issued;
  callOff?: () => void;
}

/** What was issued last, and what it holds for. */
interface Issued {
  readonly asked: Secrets;
  readonly changes: number;
  readonly dataplane: Resource | undefined;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly secrets: Secrets;
}

/** The same map as before when it would hold the same. */
function answer(holder: Holder, asked: Secrets, issued: ReadonlyMap<string, object>): Secrets {
  const next = new Map([...asked].map(([name, secret]) => [name, issued.get(name) ?? secret]));
  const last = holder.answer;
  if (last?.size === next.size && [...next].every(([name, secret]) => last.get(name) === secret)) return last;
  holder.answer = next;
  return next;
}

/** A CA that is at its end would otherwise be asked without a pause; in milliseconds. */
const shortestWait = 1_000;

/** Timers of Node hold no more milliseconds. */
const longestTimer = 0x7fff_ffff;

const hasAuthority = (mesh: StoredResource | undefined): boolean =>
  mesh !== undefined && enabledAuthority(parseStored(mesh).spec as MeshAuthorities) !== undefined;

const idOf = ({ mesh, name }: ProxyKey): string => JSON.stringify([mesh, name]);

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** The secret of an identity, by its name: made once, so that it stays identical. */
const identitySecret = rememberByIdentity(({ certificate, privateKey }: Identity) => {
  const made = new Map<string, object>();
  return (name: string): object => {
    const secret = made.get(name) ?? {
      name,
      tlsCertificate: {
        certificateChain: { inlineBytes: toBase64(certificate) },
        privateKey: { inlineBytes: toBase64(privateKey) },
      },
    };
    made.set(name, secret);
    return secret;
  };
});

async function issue(
  mesh: string,
  { signer, backend, validity }: MeshTrust,
  {
    tags,
    now,
    before,
  }: { readonly tags: WantedIdentity['tags']; readonly now: number; readonly before: Identity | undefined },
): Promise<Identity> {
  const pair = await issueIdentity(signer, { mesh, tags: new Map(Object.entries(tags)), validity }, now);
  return {
    ...pair,
    authority: signer.fingerprint,
    backend,
    tags,
    validity,
    issuedAt: now,
    expiresAt: Date.parse(new X509Certificate(pair.certificate).validTo),
    count: (before?.count ?? 0) + 1,
  };
}

const putIdentity = (key: ResourceKey, identity: Identity, stored: StoredResource | undefined): Operation => ({
  op: 'put',
  key,
  spec: renderSpec(identity),
  facets: noFacets,
  ownedByMesh: true,
  time: new Date(identity.issuedAt).toISOString(),
  expected: stored === undefined ? { state: 'absent' } : { state: 'revision', revisions: [stored.revision] },
});

/** Identical as long as the identity is. */
const describeIdentity = rememberByIdentity(({ expiresAt, issuedAt, count, backend }: Identity): IdentityFacts => ({
  certificateExpirationTime: new Date(expiresAt).toISOString(),
  lastCertificateRegeneration: new Date(issuedAt).toISOString(),
  certificateRegenerations: count,
  issuedBackend: backend,
  supportedBackends: [backend],
}));
