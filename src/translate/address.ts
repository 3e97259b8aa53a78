import type { Address } from '../envoy/resources.js';

/** A socket address in Envoy's form. */
export const socketAddress = ({ address, port }: { readonly address: string; readonly port: number }): Address => ({
  socketAddress: { address, portValue: port },
});
