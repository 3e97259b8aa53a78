import { err, ok, type Result } from '../lib/result.js';
import type { ProxyInsight } from '../model/insight.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { deleteProxy } from './delete-proxy.js';
import { readOwnResource, type AskingProxy } from './own-resource.js';
import { putOwnResource, type MayReplace, type ProxyStore } from './put-own-resource.js';

/** What registering needs. */
export interface RegistrationContext extends ProxyStore {
  readonly kinds: readonly Kind[];
  /** Id of this server, which insights name as the one a proxy is connected to. */
  readonly instanceId: string;
  /** Milliseconds between a proxy's going and that of its resource: time for it to reach another server. */
  readonly delay: number;
  /** Calls back after so many milliseconds; what it returns calls that off. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void;
  /** Told of what fails when nobody waits for it. */
  readonly onError: (error: unknown, key: ResourceKey) => void;
}

/**
 * The proxies of this server whose resources they brought along: made when they connect, deleted a while after they are
 * gone. Others, whose resources users made, are not touched.
 */
export class Registrations {
  readonly #context: RegistrationContext;
  readonly #registered = new Map<string, Registration>();

  constructor(context: RegistrationContext) {
    this.#context = context;
  }

  /** Stores what the proxy brings along, if anything. The error is for the proxy. */
  async register(proxy: AskingProxy, mayReplace: MayReplace): Promise<Result<void, string>> {
    const own = readOwnResource(this.#context.kinds, proxy);
    if (!own.ok) return own;
    if (own.value === undefined) return ok(undefined);
    const { key, kind } = own.value;
    const id = idOf(key);
    const known = this.#registered.get(id);
    const registration: Registration = known ?? { key, kind, isConnected: true };
    registration.isConnected = true;
    registration.callOff?.();
    delete registration.callOff;
    this.#registered.set(id, registration);
    const put = await putOwnResource(this.#context, own.value, mayReplace);
    if (put.ok) return put;
    if (known === undefined) this.#registered.delete(id);
    else this.onDisconnect(proxy);
    return err(`could not register proxy passed in kuma-dp run: ${put.error}`);
  }

  /** The proxy has gone: its resource goes too, unless it comes back in time. */
  onDisconnect(proxy: AskingProxy): void {
    const own = readOwnResource(this.#context.kinds, proxy);
    const id = own.ok && own.value !== undefined ? idOf(own.value.key) : undefined;
    const registration = id === undefined ? undefined : this.#registered.get(id);
    if (id === undefined || registration === undefined) return;
    registration.isConnected = false;
    registration.callOff?.();
    registration.callOff = this.#context.schedule(() => {
      delete registration.callOff;
      this.#deregister(id, registration).catch((error: unknown) => {
        this.#context.onError(error, registration.key);
      });
    }, this.#context.delay);
  }

  /** The server ends: proxies go to another one and keep their resources (Kuma 2.5). */
  close(): void {
    for (const { callOff } of this.#registered.values()) callOff?.();
    this.#registered.clear();
  }

  async #deregister(id: string, registration: Registration): Promise<void> {
    const { store, instanceId } = this.#context;
    const { key, kind } = registration;
    await deleteProxy(store, kind, key, (insight) => !registration.isConnected && !isElsewhere(insight, instanceId));
    if (!registration.isConnected) this.#registered.delete(id);
  }
}

/** `callOff` is there between a proxy's going and the deletion of its resource. */
interface Registration {
  readonly key: ResourceKey;
  readonly kind: Kind;
  isConnected: boolean;
  callOff?: () => void;
}

const idOf = ({ type, mesh, name }: ResourceKey): string => JSON.stringify([type, mesh, name]);

/** The newest stream is one to another server. */
function isElsewhere(insight: unknown, instanceId: string): boolean {
  const newest = (insight as ProxyInsight | undefined)?.subscriptions?.at(-1);
  return newest !== undefined && newest.controlPlaneInstanceId !== instanceId;
}
