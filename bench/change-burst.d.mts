import type { AdsProxy } from './ads-proxy.mjs';

export const firstWeight: number;
export function mostPushes(took: number): number;
export function putBurstRoute(url: string, weight: number): Promise<void>;
export function seedFleet(url: string, count: number): Promise<void>;
export function connectFleet(port: number, count: number, earlier?: readonly AdsProxy[]): Promise<AdsProxy[]>;
export function hasWeight(proxy: AdsProxy, weight: number): boolean;
export function burst(
  url: string,
  fleet: readonly AdsProxy[],
  options?: { readonly changes?: number; readonly milliseconds?: number },
): Promise<{ readonly took: number; readonly settledAfter: number; readonly pushes: readonly number[] }>;
