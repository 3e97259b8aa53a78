import type { XdsSection } from '../envoy/type-urls.js';

/** When a type of resource may be sent. */
export interface DeliveryRule {
  readonly section: XdsSection;
  /** Types of which the proxy must first have all it shall have. */
  readonly after: readonly XdsSection[];
  /** What is no longer wanted stays until the proxy has all of these, and has not refused them. */
  readonly removedAfter: readonly XdsSection[];
  /** Asking for no names means asking for all. */
  readonly hasWildcard: boolean;
}

/**
 * The order of ADS: what others refer to comes first and goes last, so that no connection meets a reference to nothing.
 */
export const deliveryOrder: readonly DeliveryRule[] = [
  // listeners and routes in use may still send connections to a cluster that is about to go
  { section: 'clusters', after: [], removedAfter: ['listeners', 'routes'], hasWildcard: true },
  // never held back: Envoy acknowledges clusters only when they are warm, for which it needs their endpoints
  { section: 'endpoints', after: [], removedAfter: [], hasWildcard: false },
  // by then the clusters that they lead to are warm
  { section: 'listeners', after: ['clusters'], removedAfter: [], hasWildcard: true },
  // the same; after listeners, which are what asks for them
  { section: 'routes', after: ['clusters'], removedAfter: [], hasWildcard: false },
  // never held back: clusters and listeners wait for their secrets to become warm
  { section: 'secrets', after: [], removedAfter: [], hasWildcard: false },
  // nothing refers to them
  { section: 'runtimes', after: [], removedAfter: [], hasWildcard: false },
];

/** The rule of each type. */
export const ruleOf: ReadonlyMap<XdsSection, DeliveryRule> = new Map(deliveryOrder.map((rule) => [rule.section, rule]));
