import { isIpAddress } from '../model/net.js';
import type { Resource, ResourceKey } from '../model/resource.js';
import { resourceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { virtualHosts, type VirtualHost } from './virtual-hosts.js';

/** Addresses that were given out, by the keys of their hosts. */
export type Addresses = ReadonlyMap<string, string>;

/** What is stored of a mesh's addresses. */
export interface AddressesSpec {
  readonly addresses?: Readonly<Record<string, string>>;
}

/** Where the addresses of a mesh are kept; they go with the mesh, and no API shows them. */
export const addressesKey = (mesh: string): ResourceKey => ({
  type: 'Config',
  mesh,
  name: `kuma-${mesh}-dns-vips`,
});

const none: Addresses = new Map();
const read = new WeakMap<Resource, Addresses>();

/** The addresses that a mesh has given out. */
export function addressesOf(snapshot: MeshSnapshot): Addresses {
  const { type, name } = addressesKey(snapshot.name);
  const resource = resourceOf(snapshot, type, name);
  if (resource === undefined) return none;
  const addresses = read.get(resource) ?? new Map(Object.entries((resource.spec as AddressesSpec).addresses ?? {}));
  read.set(resource, addresses);
  return addresses;
}

/** Under which the address of a host is kept (Kuma 2.5: its kind as a number, and its name). */
const keyOf = ({ kind, name }: VirtualHost): string => `${{ service: 0, host: 1, name: 2 }[kind]}:${name}`;

/** The address of a host; undefined as long as it has none. That of an external service may be one already. */
export const addressOf = (addresses: Addresses, host: VirtualHost): string | undefined =>
  hasOwnAddress(host) ? host.name : addresses.get(keyOf(host));

const hasOwnAddress = ({ kind, name }: VirtualHost): boolean => kind === 'host' && isIpAddress(name);

/** What the addresses of a mesh must become; undefined when every host has one. */
export function nextAddresses(snapshot: MeshSnapshot): Addresses | undefined {
  const addresses = addressesOf(snapshot);
  const keys = virtualHosts(snapshot)
    .filter((host) => !hasOwnAddress(host))
    .map(keyOf);
  return keys.every((key) => addresses.has(key)) ? undefined : allocateAddresses(addresses, keys);
}

/** The block from which addresses are given out, as Kuma has it: 240.0.0.0/4. */
const firstAddress = 240 * 2 ** 24;
const addressCount = 2 ** 28;

/**
 * Gives an address to every key that has none, in order; the others keep theirs, and those that are wanted no longer are
 * free the next time. Where the block is exhausted, the rest goes without.
 */
export function allocateAddresses(previous: Addresses, keys: readonly string[]): Addresses {
  const taken = new Set(previous.values());
  const next = new Map<string, string>();
  let offset = 0;
  const takeFree = (): string | undefined => {
    while (offset < addressCount) {
      const address = showAddress(firstAddress + offset);
      offset += 1;
      if (!taken.has(address)) return address;
    }
    return undefined;
  };
  for (const key of keys) {
    const address = previous.get(key) ?? takeFree();
    if (address !== undefined) next.set(key, address);
  }
  return next;
}

const showAddress = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
