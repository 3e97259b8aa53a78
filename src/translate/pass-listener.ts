import type { Listener } from '../envoy/resources.js';
import type { PassListenerPlan } from '../plan/redirected.js';
import { socketAddress } from './address.js';
import { sanitizeStatName } from './names.js';
import { translateTcp } from './tcp.js';

/** A listener that sends connections on. That for whatever was redirected looks for others that know the address first. */
export const translatePass = (listener: PassListenerPlan): Listener => ({
  name: listener.name,
  address: socketAddress(listener),
  ...(listener.direction === 'inbound'
    ? { trafficDirection: 'INBOUND', enableReusePort: false }
    : { trafficDirection: 'OUTBOUND' }),
  filterChains: [{ filters: translateTcp(listener.traffic, sanitizeStatName(listener.name), listener.accessLogs) }],
  ...(listener.origin === 'transparent' ? { useOriginalDst: true } : { bindToPort: false }),
});
