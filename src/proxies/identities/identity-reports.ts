import { enabledAuthority, type MeshAuthorities } from '../../model/certificate-authority.js';
import { parseStored } from '../../store/spec-text.js';
import type { Change } from '../../store/store.js';
import { idOf } from '../delivery.js';
import type { ProxyKey } from '../proxy-hooks.js';
import type { StreamInsights } from '../stream-insights.js';
import type { IdentityFacts, IdentityIssuer } from './identity-issuer.js';

/**
 * Lets the insights of proxies say which identity they have, once they have it: others encrypt their connections to a
 * proxy on the strength of that, so it must not be said before the proxy has taken its key.
 */
export class IdentityReports {
  readonly #issuer: Pick<IdentityIssuer, 'describe'>;
  readonly #insights: Pick<StreamInsights, 'setIdentity'>;
  /** What was said of connected proxies. */
  readonly #said = new Map<string, { readonly proxy: ProxyKey; readonly facts: IdentityFacts }>();

  constructor(issuer: Pick<IdentityIssuer, 'describe'>, insights: Pick<StreamInsights, 'setIdentity'>) {
    this.#issuer = issuer;
    this.#insights = insights;
  }

  /** The proxy has answered something; `hasAll` tells whether it has taken everything. */
  report(proxy: ProxyKey, hasAll: () => boolean): void {
    const facts = this.#issuer.describe(proxy);
    const id = idOf(proxy);
    if (facts === undefined || this.#said.get(id)?.facts === facts || !hasAll()) return;
    this.#said.set(id, { proxy, facts });
    this.#insights.setIdentity(proxy, facts);
  }

  /** To be told of every commit: without mTLS there are no identities. */
  onStoreChanges(changes: readonly Change[]): void {
    for (const { key, resource } of changes) {
      if (key.type !== 'Mesh' || resource === undefined) continue;
      if (enabledAuthority(parseStored(resource).spec as MeshAuthorities) !== undefined) continue;
      for (const [id, { proxy }] of this.#said) {
        if (proxy.mesh !== key.name) continue;
        this.#said.delete(id);
        this.#insights.setIdentity(proxy, undefined);
      }
    }
  }

  /** The proxy is no longer connected to this server. */
  release(proxy: ProxyKey): void {
    this.#said.delete(idOf(proxy));
  }
}
