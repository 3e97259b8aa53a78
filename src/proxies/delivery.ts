import type { XdsSection } from '../envoy/type-urls.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import type { ProxyKey } from './proxy-hooks.js';

/** How far a proxy is with one type of resource. Times in milliseconds since 1970. */
export interface TypeDelivery {
  /** Version that the proxy shall have. */
  readonly target: string;
  readonly sent?: { readonly version: string; readonly at: number };
  readonly acknowledged?: {
    readonly version: string;
    readonly at: number;
    /** Milliseconds since the change that led to it; absent when the proxy had it when it connected. */
    readonly delay?: number;
  };
  /** The last refusal, also when something was taken since. */
  readonly rejected?: { readonly version: string; readonly at: number; readonly message: string };
}

/** What is known of the delivery to a connected proxy. */
export interface Delivery {
  readonly connectedAt: number;
  readonly protocol: 'sotw' | 'delta';
  /** Types that the proxy asks for. */
  readonly types: ReadonlyMap<XdsSection, TypeDelivery>;
  /** Why no newer configuration could be made; the proxy keeps its last good one. */
  readonly failure: { readonly message: string; readonly at: number } | undefined;
}

/** The proxies that are connected to this server. */
export interface LiveProxies {
  /** As of the newest write; undefined when the proxy is not connected. */
  deliveryOf(key: ProxyKey): Promise<Delivery | undefined>;
  /** What the connected proxy tells of itself; undefined when it is not connected. */
  nodeOf(key: ProxyKey): ProxyNode | undefined;
  /** Address that the connected proxy connected from; undefined when it is not connected. */
  addressOf(key: ProxyKey): string | undefined;
}

/** A text that stands for a proxy and nothing else. */
export const idOf = ({ mesh, name, proxyType }: ProxyKey): string => `${proxyType ?? ''}\0${mesh}\0${name}`;
