/** The protocol that an endpoint speaks, from its tag; whatever Kuma does not know is `unknown`. */
export type Protocol = 'unknown' | 'tcp' | 'kafka' | 'http' | 'http2' | 'grpc';

const stacks: Readonly<Record<Exclude<Protocol, 'unknown'>, readonly Protocol[]>> = {
  grpc: ['grpc', 'http2', 'tcp'],
  http2: ['http2', 'tcp'],
  http: ['http', 'tcp'],
  kafka: ['kafka', 'tcp'],
  tcp: ['tcp'],
};

/** Reads the value of the protocol tag, in any case. */
export function parseProtocol(tag: string): Protocol {
  const name = tag.toLowerCase();
  return Object.hasOwn(stacks, name) ? (name as Protocol) : 'unknown';
}

/** What two endpoints have in common: the first protocol of one stack that is in the other; unknown spoils all. */
export function commonProtocol(a: Protocol, b: Protocol): Protocol {
  if (a === b) return a;
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  return stacks[a].find((each) => stacks[b].includes(each)) ?? 'unknown';
}

/** The protocol of a service: what all of its endpoints have in common; `unknown` without endpoints. */
export const foldProtocols = (protocols: readonly Protocol[]): Protocol =>
  protocols.length === 0 ? 'unknown' : protocols.reduce(commonProtocol);

/** True for protocols that are HTTP inside. */
export const isHttp = (protocol: Protocol): boolean =>
  protocol === 'http' || protocol === 'http2' || protocol === 'grpc';
