import { BlockList, isIP } from 'node:net';

import type { Violation } from './violation.js';

/** An IPv4 dotted quad without leading zeros, or an IPv6 address without zone. */
export const isIpAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%');

const localAddresses = new BlockList();
localAddresses.addAddress('127.0.0.1');
localAddresses.addAddress('0.0.0.0');
localAddresses.addAddress('::', 'ipv6');

/** True for an IP address that takes in 127.0.0.1: itself, or "any", in any spelling. Names are never looked up. */
export const isLocalAddress = (address: string): boolean =>
  isIpAddress(address) && localAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const label = /^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}$/;

/** A DNS name as Kuma takes it: underscores and capitals allowed, one dot or underscore more at the end. */
export function isDnsName(text: string): boolean {
  if (text === '' || text.replaceAll('.', '').length > 255 || isIpAddress(text)) return false;
  const isName = (name: string): boolean => name !== '' && name.split('.').every((each) => label.test(each));
  return isName(text) || ((text.endsWith('.') || text.endsWith('_')) && isName(text.slice(0, -1)));
}

/** `ip:port` as Envoy and Kuma write it in names: IPv6 addresses in brackets. */
export const formatAddress = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** The address of a proxy: an IP address that is not "any", or a DNS name. */
export function checkAddress(path: string, address: string | undefined): Violation[] {
  const field = `${path}.address`;
  if (address === undefined || address === '') return [{ field, message: "address can't be empty" }];
  if (address === '0.0.0.0' || address === '::') return [{ field, message: 'must not be 0.0.0.0 or ::' }];
  return isIpAddress(address) || isDnsName(address)
    ? []
    : [{ field, message: 'address has to be valid IP address or domain name' }];
}

/** True when a listener at one address takes what is meant for the other: they are equal, or one is "any". */
export const overlap = (a: string, b: string): boolean => isAny(a) || isAny(b) || (isIP(a) !== 0 && a === b);

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';
