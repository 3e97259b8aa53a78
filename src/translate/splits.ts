import type { Split } from '../plan/http-plan.js';

/** The largest weight that Envoy can hold. */
const maxWeight = 4_294_967_295;

/** Where connections or requests go: one cluster, or several in shares; undefined without any. */
export function translateSplits(
  splits: readonly Split[],
):
  | { readonly cluster: string }
  | { readonly weightedClusters: { clusters: { name: string; weight: number }[] } }
  | undefined {
  const [first, ...others] = splits;
  if (first === undefined) return undefined;
  if (others.length === 0) return { cluster: first.cluster };
  // weights are relative: what Envoy cannot hold is scaled down, and nothing that takes part falls out
  const scale = Math.max(1, ...splits.map(({ weight }) => weight / maxWeight));
  return {
    weightedClusters: {
      clusters: splits.map(({ cluster, weight }) => ({
        name: cluster,
        weight: Math.max(1, Math.floor(weight / scale)),
      })),
    },
  };
}
