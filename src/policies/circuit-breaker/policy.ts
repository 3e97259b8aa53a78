import { rememberByBoth } from '../../lib/remember.js';
import type { ProtoNumber } from '../../model/proto.js';
import type { CircuitBreaker as Limits, ClusterPlan, OutlierDetection } from '../../plan/cluster-plan.js';
import { editClusters } from '../../plan/edit-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { circuitBreakerKind } from './kind.js';
import type { CircuitBreaker } from './schema.js';

type Conf = NonNullable<CircuitBreaker['conf']>;
type Detectors = NonNullable<Conf['detectors']>;

/** Guards the clusters that TrafficRoute made. Without detectors detection is there too, with all of them off (Kuma 2.5). */
const apply = (plan: ProxyPlan, matches: LegacyMatches<CircuitBreaker>): ProxyPlan =>
  editClusters(plan, (cluster) => {
    const policy = matches.cluster(cluster);
    return policy === undefined ? cluster : guardCluster(cluster, policy.spec);
  });

const guardCluster = rememberByBoth((cluster: ClusterPlan, spec: CircuitBreaker): ClusterPlan => {
  const { thresholds, ...conf } = spec.conf ?? {};
  const limits: { circuitBreaker?: Limits } = thresholds === undefined ? {} : { circuitBreaker: thresholds };
  return { ...cluster, ...limits, outlierDetection: planDetection(conf) };
});

function planDetection({ splitExternalAndLocalErrors, detectors = {}, ...timing }: Conf): OutlierDetection {
  const { totalErrors, gatewayErrors, localErrors, standardDeviation, failure } = detectors;
  return {
    ...timing,
    ...(splitExternalAndLocalErrors === undefined
      ? {}
      : { splitExternalLocalOriginErrors: splitExternalAndLocalErrors }),
    ...(totalErrors === undefined ? {} : { totalFailures: totalErrors }),
    ...(gatewayErrors === undefined ? {} : { gatewayFailures: gatewayErrors }),
    ...(localErrors === undefined ? {} : { localOriginFailures: localErrors }),
    ...(standardDeviation === undefined ? {} : { successRate: planSuccessRate(standardDeviation) }),
    ...(failure === undefined ? {} : { failurePercentage: failure }),
  };
}

const planSuccessRate = ({ factor, ...volume }: NonNullable<Detectors['standardDeviation']>) => ({
  ...volume,
  ...(factor === undefined ? {} : { stdevFactor: toThousandths(factor) }),
});

/** What Envoy cannot hold becomes the nearest that it can. */
const toThousandths = (factor: ProtoNumber): number =>
  Math.min(Math.max(Math.trunc(Number(factor) * 1000) || 0, 0), 4_294_967_295);

/** CircuitBreaker: leaves out endpoints that fail, and limits what a service is given. */
export const circuitBreaker: LegacyPolicy<CircuitBreaker> = {
  kind: circuitBreakerKind,
  matching: ['destination'],
  apply,
  actsOnRoutes: true,
};
