import { isIPv6 } from 'node:net';

import { parseUrl } from './request-uri.js';

/**
 * True for what Kuma 2.5 takes for a URL or an address with a port, which is looser and odder than a URL: it must be
 * one for Go's `url.Parse` (`http://` put in front where only a port is there) and match an expression of
 * `govalidator`'s. That expression is written here without its ambiguous repetitions, as the same language.
 */
export function isLooseUrl(text: string): boolean {
  const isTooLong = Array.from(text).length >= 2083;
  if (isTooLong || Buffer.byteLength(text) <= 3 || text.startsWith('.') || /[\t\n\f\r ]/.test(text)) return false;
  const url = parseUrl(text.includes(':') && !text.includes('://') ? `http://${text}` : text);
  if (url === undefined || url.host.startsWith('.')) return false;
  if (url.host === '' && url.path !== '' && !/\.|%2e/i.test(url.path)) return false;
  return findHostStarts(text).some((start) => isHostWithRest(text.slice(start)));
}

/** Where the host may begin: after a known scheme, and after every `@` that has a user before it. */
function findHostStarts(text: string): number[] {
  const scheme = /^(?:ftp|tcp|udp|wss?|https?):\/\//.exec(text)?.[0] ?? '';
  const starts = [0, scheme.length];
  for (let at = text.indexOf('@', 1); at >= 0; at = text.indexOf('@', at + 1)) starts.push(at + 1);
  return starts;
}

/** A dot, a port, then the end or anything: blanks are ruled out before. */
const tail = String.raw`\.?(?::\d{1,5})?(?=[/?#]|$)`;

const middleOctet = String.raw`(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])`;
const ip4 = String.raw`(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(?:\.${middleOctet}){3}`;

const n = '[a-zA-Z0-9]';
const w = String.raw`[a-zA-Z0-9\u00a1-\uffff]`;
const lastName = String.raw`${w}+(?:--?${w}+)*(?:\.[a-zA-Z\u00a1-\uffff]+)?`;
/**
 * What may stand before the last name, without anything between them. If the last name fits behind any beginning, it
 * also fits behind the longest one, so the lookaheads find that one and do not give it back: linear time.
 */
const beginnings = [
  `${n}[\\w-]*${n}`,
  String.raw`${n}[\w-]*${n}\.${n}+(?:[-.]${n}+)*`,
  String.raw`${n}(?:[-_.]?${n})*${n}\.${n}+`,
].map((beginning, i) => `(?=(${beginning})${w})\\${i + 1}`);
const name = String.raw`(?:${beginnings.join('|')}|www\.)?${lastName}`;

const hostWithRest = new RegExp(`^(?:${name}|${ip4})${tail}`, 'u');
const bracketsWithRest = new RegExp(String.raw`^\[([0-9a-zA-Z:.%]+)\]${tail}`);

function isHostWithRest(text: string): boolean {
  const address = bracketsWithRest.exec(text)?.[1];
  return address === undefined ? hostWithRest.test(text) : isBracketedAddress(address);
}

const group = '[0-9a-fA-F]{1,4}';
const octet = '(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])';
const withIp4 = new RegExp(String.raw`^(?:::(?:ffff(?::0{1,4})?:)?|(?:${group}:){1,4}:)${octet}(?:\.${octet}){3}$`);
const withZone = /^fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+$/;

function isBracketedAddress(text: string): boolean {
  if (text.includes('.')) return withIp4.test(text);
  return text.includes('%') ? withZone.test(text) : isIPv6(text);
}
