import { BlockList, isIPv4, isIPv6 } from 'node:net';

const here = new BlockList();
here.addSubnet('127.0.0.0', 8, 'ipv4');
here.addAddress('::1', 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** Everything that leads to this host or its nearest neighbours, whatever it is called; `0.0.0.0` connects to it too. */
const isNear = (address: string): boolean => isLoopback(address) || isUnspecified(address) || isIn(linkLocal, address);

const isLoopback = (address: string): boolean => isIn(here, address);

const isUnspecified = (address: string): boolean => /^(?:0\.0\.0\.0|[0:]+)$/.test(address);

/** IPv4 addresses as IPv6 sockets write them are those they stand for. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[0-9.]+$)/i, '').replace(/%.*$/, '');

function isIn(list: BlockList, address: string): boolean {
  const text = plain(address);
  if (isIPv4(text)) return list.check(text, 'ipv4');
  return isIPv6(text) && list.check(text, 'ipv6');
}

/**
 * Whether this server may ask the admin of a proxy at an address, given where the proxy connected from and the server's
 * own addresses. A Dataplane may name any address: what only this host can reach is asked only for proxies on this host.
 */
export function mayAsk(address: string, remoteAddress: string, ownAddresses: readonly string[]): boolean {
  if (!isNear(plain(address))) return true;
  const remote = plain(remoteAddress);
  return isLoopback(remote) || ownAddresses.map(plain).includes(remote);
}
