import type { IncomingMessage } from 'node:http';

import type { Problem } from '../model/problem.js';

/** How much may be under way at once. */
export interface LoadSettings {
  /** Connections that an address may hold, and requests that it may have under way. */
  readonly maxConnectionsPerAddress: number;
  readonly maxRequestsInFlight: number;
  /** Bytes of all bodies together. */
  readonly maxBytesInFlight: number;
  /** Bytes that a body has at most. */
  readonly bodyLimit: number;
}

/** A request that was let in, or why it was not. Either way `end` is to be called once it is answered. */
export interface Admission {
  readonly refusal: Problem | undefined;
  end(): void;
}

/** Counts what is under way on all ports of the API, to refuse what is too much before anything is done for it. */
export class LoadLimits {
  readonly #connections = new Tally();
  readonly #requests = new Tally();
  #bytes = 0;

  constructor(private readonly settings: LoadSettings) {}

  /** Counts a connection; false when its address has too many. `leave` is to be called when an accepted one ends. */
  acceptConnection(address: string): boolean {
    if (this.#connections.of(address) >= this.settings.maxConnectionsPerAddress) return false;
    this.#connections.add(address, 1);
    return true;
  }

  endConnection(address: string): void {
    this.#connections.add(address, -1);
  }

  /** Counts a request of an address. */
  begin(address: string, headers: IncomingMessage['headers']): Admission {
    const bytes = this.#announcedBytes(headers);
    const refusal = this.#refuse(address, bytes);
    const counted = refusal === undefined ? bytes : 0;
    this.#requests.add(address, 1);
    this.#bytes += counted;
    return {
      refusal,
      end: () => {
        this.#requests.add(address, -1);
        this.#bytes -= counted;
      },
    };
  }

  #refuse(address: string, bytes: number): Problem | undefined {
    const { maxConnectionsPerAddress, maxRequestsInFlight, maxBytesInFlight } = this.settings;
    if (this.#requests.of(address) >= maxConnectionsPerAddress) return tooManyOf('requests');
    if (this.#requests.total >= maxRequestsInFlight) return busy('requests', 'apiServer.maxRequestsInFlight');
    return this.#bytes + bytes > maxBytesInFlight ? busy('bytes', 'apiServer.maxBytesInFlight') : undefined;
  }

  /** Bodies that are too large are not read, so that they need no room. */
  #announcedBytes({ 'content-length': length, 'transfer-encoding': encoding }: IncomingMessage['headers']): number {
    const { bodyLimit } = this.settings;
    if (encoding !== undefined) return bodyLimit;
    const bytes = Number(length ?? 0);
    return bytes > bodyLimit ? 0 : bytes;
  }
}

/** What an address with too many connections or requests is told. */
export const tooManyOf = (what: 'connections' | 'requests'): Problem => ({
  problem: 'too-many-requests',
  detail: `this address has too many ${what} open; the limit is the setting apiServer.maxConnectionsPerAddress`,
});

const busy = (what: 'requests' | 'bytes', setting: string): Problem => ({
  problem: 'unavailable',
  title: 'Service Unavailable',
  detail: `too many ${what} are under way; the limit is the setting ${setting}; try again later`,
});

/** A number for each address, without those that are zero. */
class Tally {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: string, change: number): void {
    const count = this.of(address) + change;
    this.#total += change;
    if (count === 0) this.#counts.delete(address);
    else this.#counts.set(address, count);
  }
}
