/** Idle timeout of an inbound, twice that of the outbound that Kuma's default Timeout policy gives the other side. */
export const inboundIdleTimeout = '7200s';

/** Stream idle timeout of an HTTP inbound, likewise. */
export const inboundStreamIdleTimeout = '3600s';
