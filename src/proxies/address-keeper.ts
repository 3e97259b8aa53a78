import { nextAddresses } from '../pipeline/next-addresses.js';
import { giveAddresses, type AddressBook } from './give-addresses.js';

/** What a keeper needs besides the book. */
export interface KeeperOptions extends AddressBook {
  readonly onError: (error: unknown) => void;
}

/**
 * Sees to it that the hosts of those meshes have addresses whose proxies are connected: before the first is told
 * anything, and whenever a host comes. Other meshes wait until somebody looks.
 */
export class AddressKeeper {
  readonly #options: KeeperOptions;
  readonly #meshes = new Set<string>();
  readonly #running = new Set<string>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** A proxy of the mesh connects; resolves when its hosts have addresses. */
  async follow(mesh: string): Promise<void> {
    this.#meshes.add(mesh);
    await giveAddresses(this.#options, mesh);
  }

  /** The world has changed. */
  onWorldChange(): void {
    const { meshes } = this.#options.world();
    for (const mesh of this.#meshes) {
      const snapshot = meshes.get(mesh);
      if (snapshot === undefined) this.#meshes.delete(mesh);
      else if (!this.#running.has(mesh) && nextAddresses(snapshot) !== undefined) void this.#give(mesh);
    }
  }

  async #give(mesh: string): Promise<void> {
    this.#running.add(mesh);
    try {
      await giveAddresses(this.#options, mesh);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#running.delete(mesh);
    }
  }
}
