import { parseDecimal, thousandthsOf } from '../../lib/decimal.js';
import { toProtoDuration } from '../../lib/proto-duration.js';
import { serviceTag } from '../../model/dataplane.js';
import type { IntOrString } from '../../model/nested.js';
import type { TargetRef } from '../../model/target-ref.js';
import type { ClusterPlan, OutlierDetection } from '../../plan/cluster-plan.js';
import { editConsumedClusters } from '../../plan/edit-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshCircuitBreakerKind } from './kind.js';
import type { MeshCircuitBreaker, MeshCircuitBreakerConf } from './schema.js';

type Rules = AppliedRules<MeshCircuitBreakerConf>;
type OutlierConf = NonNullable<MeshCircuitBreakerConf['outlierDetection']>;
type SuccessRate = NonNullable<NonNullable<OutlierConf['detectors']>['successRate']>;

const apply = (plan: ProxyPlan, rules: Rules): ProxyPlan =>
  editConsumedClusters(breakWorkloads(plan, rules), (cluster) =>
    breakCluster(cluster, rules.to({ [serviceTag]: cluster.service })),
  );

/** Kuma 2.5 looks for the cluster of a workload by the port of the inbound, and so finds it only where both are equal. */
function breakWorkloads(plan: ProxyPlan, rules: Rules): ProxyPlan {
  const clusters = new Map(plan.clusters);
  for (const inbound of plan.inbounds.values()) {
    const cluster = clusters.get(`localhost:${inbound.port}`);
    if (cluster !== undefined) clusters.set(cluster.name, breakCluster(cluster, rules.fromAll(inbound)));
  }
  return { ...plan, clusters };
}

/** Each of the two sections replaces what was there as a whole; one that is disabled leaves it. */
function breakCluster(cluster: ClusterPlan, conf: MeshCircuitBreakerConf | undefined): ClusterPlan {
  const { connectionLimits, outlierDetection } = conf ?? {};
  return {
    ...cluster,
    ...(connectionLimits === undefined ? {} : { circuitBreaker: connectionLimits }),
    ...(outlierDetection === undefined || outlierDetection.disabled === true
      ? {}
      : { outlierDetection: planOutlierDetection(outlierDetection) }),
  };
}

function planOutlierDetection(conf: OutlierConf): OutlierDetection {
  const { interval, baseEjectionTime, maxEjectionPercent, splitExternalAndLocalErrors } = conf;
  const { successRate, ...detectors } = conf.detectors ?? {};
  return {
    ...(interval === undefined ? {} : { interval: toProtoDuration(interval) }),
    ...(baseEjectionTime === undefined ? {} : { baseEjectionTime: toProtoDuration(baseEjectionTime) }),
    ...(maxEjectionPercent === undefined ? {} : { maxEjectionPercent }),
    ...(splitExternalAndLocalErrors === undefined
      ? {}
      : { splitExternalLocalOriginErrors: splitExternalAndLocalErrors }),
    switchesOffLocalOrigin: true,
    ...detectors,
    ...(successRate === undefined ? {} : { successRate: planSuccessRate(successRate) }),
  };
}

const planSuccessRate = ({
  standardDeviationFactor,
  ...counts
}: SuccessRate): NonNullable<OutlierDetection['successRate']> => ({
  ...counts,
  ...(standardDeviationFactor === undefined ? {} : { stdevFactor: planFactor(standardDeviationFactor) }),
});

/** The largest number that Envoy can hold. */
const maxFactor = 4_294_967_295;

function planFactor(factor: IntOrString): number {
  const decimal = parseDecimal(String(factor));
  return decimal === undefined ? 0 : Math.min(thousandthsOf(decimal), maxFactor);
}

/** MeshCircuitBreaker: limits connections and requests, and ejects hosts that fail. */
export const meshCircuitBreaker: Policy<MeshCircuitBreaker, MeshCircuitBreakerConf> = {
  kind: meshCircuitBreakerKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
  apply,
};
