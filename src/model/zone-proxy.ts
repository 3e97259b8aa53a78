import { checkAddress, isLocalAddress } from './net.js';
import { checkPort } from './tag-rules.js';
import type { Violation } from './violation.js';

/** Addresses and ports of a zone ingress or egress; an egress has no advertised ones. */
export interface ZoneProxyNetworking {
  readonly address?: string;
  readonly port?: number;
  readonly advertisedAddress?: string;
  readonly advertisedPort?: number;
  readonly admin?: { readonly port?: number };
}

/** Every violation of a zone proxy's networking, in Kuma's order. Absent networking lacks only its port. */
export function checkZoneProxy(networking: ZoneProxyNetworking = {}): Violation[] {
  const { address = '', port, advertisedAddress = '', advertisedPort = 0 } = networking;
  const path = 'networking';
  const violations: Violation[] = [];
  if (isAdminPortTaken(networking)) violations.push({ field: `${path}.admin.port`, message: 'must differ from port' });
  if (advertisedAddress === '' && advertisedPort !== 0)
    violations.push({ field: `${path}.advertisedAddress`, message: 'has to be defined with advertisedPort' });
  if (advertisedAddress !== '' && advertisedPort === 0)
    violations.push({ field: `${path}.advertisedPort`, message: 'has to be defined with advertisedAddress' });
  // Kuma 2.5 shows these as networking.address.address and networking.advertisedAddress.address
  if (address !== '') violations.push(...checkAddress(`${path}.address`, address));
  if (advertisedAddress !== '') violations.push(...checkAddress(`${path}.advertisedAddress`, advertisedAddress));
  violations.push(...checkPort(`${path}.port`, port));
  if (advertisedPort !== 0) violations.push(...checkPort(`${path}.advertisedPort`, advertisedPort));
  return violations;
}

/** Envoy's admin API listens on 127.0.0.1, so nothing else may listen on its port there. */
function isAdminPortTaken({ address, port, advertisedAddress, advertisedPort, admin }: ZoneProxyNetworking): boolean {
  if (admin === undefined) return false;
  const takes = (at: string | undefined, listens: number | undefined): boolean =>
    at !== undefined && (admin.port ?? 0) === (listens ?? 0) && isLocalAddress(at);
  return takes(address, port) || takes(advertisedAddress, advertisedPort);
}
