import { isDeepStrictEqual } from 'node:util';

import type { Result } from '../../lib/result.js';
import {
  enabledAuthority,
  parseExpiry,
  type AuthorityBackend,
  type MeshAuthorities,
} from '../../model/certificate-authority.js';
import type { KeyPair } from '../../model/provision.js';
import { noFacets } from '../../model/resource.js';
import { trustType } from '../../model/stored-types.js';
import { openSigner, type CertificateSigner } from '../../pki/certificate-signer.js';
import { defaultIdentityValidity } from '../../pki/issue-identity.js';
import { findResource, type World } from '../../snapshot/world.js';
import { parseStored, renderSpec } from '../../store/spec-text.js';
import type { Store } from '../../store/store.js';
import { bundleOf, nextTrustChange, trustAuthority, type TrustedAuthorities, type TrustedAuthority } from './trust.js';

/** How identities of a mesh are issued and checked. */
export interface MeshTrust {
  readonly backend: string;
  readonly signer: CertificateSigner;
  /** Milliseconds that identities hold. */
  readonly validity: number;
  readonly trusted: TrustedAuthorities;
  /** What proxies check each other by, PEM. */
  readonly bundle: string;
}

export interface TrustContext {
  readonly store: Store;
  readonly world: () => World;
  /** The CA that a backend of a mesh names; the error says why it cannot be had. */
  readonly loadAuthority: (mesh: string, backend: AuthorityBackend) => Promise<Result<KeyPair, string>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back after so many milliseconds; what it returns calls that off. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
  /** Told when the secrets of all proxies of a mesh may be others now, without anybody having written something. */
  readonly onChange: (mesh: string) => void;
}

const maxAttempts = 20;

/** Knows the CAs of every mesh, and keeps those that are trusted in the store, so that all servers trust the same. */
export class MeshTrusts {
  readonly #context: TrustContext;
  readonly #known = new Map<string, Promise<MeshTrust | undefined>>();
  readonly #alarms = new Map<string, () => void>();

  constructor(context: TrustContext) {
    this.#context = context;
  }

  /** Undefined for a mesh without mTLS. Rejects when its CA cannot be had. */
  of(mesh: string): Promise<MeshTrust | undefined> {
    const known = this.#known.get(mesh) ?? this.#load(mesh);
    this.#known.set(mesh, known);
    // what failed is tried again
    known.catch(() => {
      if (this.#known.get(mesh) === known) this.#known.delete(mesh);
    });
    return known;
  }

  /** Something that a mesh's CAs follow from has changed. True when somebody has something that follows from them. */
  forget(mesh: string): boolean {
    return this.#known.delete(mesh);
  }

  close(): void {
    for (const callOff of this.#alarms.values()) callOff();
    this.#alarms.clear();
  }

  async #load(mesh: string): Promise<MeshTrust | undefined> {
    const found = findResource(this.#context.world(), { type: 'Mesh', mesh: '', name: mesh });
    const spec = found?.spec as MeshAuthorities | undefined;
    const backend = spec && enabledAuthority(spec);
    if (backend === undefined) return undefined;
    const name = backend.name ?? '';
    const pair = await this.#context.loadAuthority(mesh, backend);
    const signer = pair.ok ? openSigner(pair.value) : pair;
    if (!signer.ok) throw new Error(`the CA ${JSON.stringify(name)} of mesh ${JSON.stringify(mesh)}: ${signer.error}`);
    const validity = parseExpiry(backend.dpCert?.rotation?.expiration ?? '') ?? defaultIdentityValidity;
    const trusted = await this.#trust(mesh, signer.value, validity);
    this.#setAlarm(mesh, trusted);
    return { backend: name, signer: signer.value, validity, trusted, bundle: bundleOf(trusted) };
  }

  async #trust(mesh: string, signer: CertificateSigner, validity: number): Promise<TrustedAuthorities> {
    const { store, now } = this.#context;
    const key = { type: trustType, mesh, name: mesh };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const stored = await store.get(key);
      const { authorities = [] } = ((stored && parseStored(stored).spec) ?? {}) as StoredTrust;
      const trusted = trustAuthority(authorities, signer, { now: now(), validity });
      if (isDeepStrictEqual(trusted, authorities)) return trusted;
      const result = await store.transact({
        preconditions: [{ check: 'exists', key: { type: 'Mesh', mesh: '', name: mesh } }],
        operations: [
          {
            op: 'put',
            key,
            spec: renderSpec({ authorities: trusted } satisfies StoredTrust),
            facets: noFacets,
            ownedByMesh: true,
            time: new Date(now()).toISOString(),
            expected: stored === undefined ? { state: 'absent' } : { state: 'revision', revisions: [stored.revision] },
          },
        ],
      });
      if (result.ok) return trusted;
    }
    throw new Error(`the CAs of mesh ${JSON.stringify(mesh)} cannot be kept`);
  }

  #setAlarm(mesh: string, trusted: TrustedAuthorities): void {
    this.#alarms.get(mesh)?.();
    this.#alarms.delete(mesh);
    const now = this.#context.now();
    const next = nextTrustChange(trusted, now);
    if (next === undefined) return;
    const callOff = this.#context.schedule(() => {
      this.forget(mesh);
      this.#context.onChange(mesh);
    }, next - now);
    this.#alarms.set(mesh, callOff);
  }
}

interface StoredTrust {
  readonly authorities?: readonly TrustedAuthority[];
}
