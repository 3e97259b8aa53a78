import { workloadPort, type DataplaneSpec, type Inbound } from '../model/dataplane.js';

/** What a proxy found out of itself and of the workloads behind it. */
export interface HealthReport {
  /** False while it drains; it takes its workloads with it. */
  readonly isProxyHealthy: boolean;
  /** By port of the workload; of others it knows nothing. */
  readonly workloads: ReadonlyMap<number, boolean>;
}

/**
 * The Dataplane as the report has it: inbounds become ready and not ready. Ignored ones, and those of which it says the
 * same as before, stay as they are (Kuma 2.5); the same value when all do.
 */
export function applyHealth<Spec extends DataplaneSpec>(spec: Spec, report: HealthReport): Spec {
  const inbounds = spec.networking?.inbound ?? [];
  const next = inbounds.map((inbound) => applyTo(inbound, report));
  if (next.every((inbound, i) => inbound === inbounds[i])) return spec;
  return { ...spec, networking: { ...spec.networking, inbound: next } };
}

function applyTo(inbound: Inbound, { isProxyHealthy, workloads }: HealthReport): Inbound {
  const isHealthy = isProxyHealthy && (workloads.get(workloadPort(inbound)) ?? true);
  const { state } = inbound;
  if (isHealthy && (state === 'NotReady' || state === 1)) {
    const { state: _, ...rest } = inbound;
    return { ...rest, health: { ready: true } };
  }
  if (!isHealthy && (state === undefined || state === 'Ready' || state === 0))
    return { ...inbound, state: 'NotReady', health: {} };
  return inbound;
}
