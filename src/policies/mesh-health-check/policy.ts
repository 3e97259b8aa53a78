import { serviceTag } from '../../model/dataplane.js';
import { toNumber } from '../../model/nested.js';
import type { TargetRef } from '../../model/target-ref.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { editConsumedClusters } from '../../plan/edit-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshHealthCheckKind } from './kind.js';
import { planHealthCheck, type Asking } from './plan-check.js';
import type { MeshHealthCheck, MeshHealthCheckConf } from './schema.js';

const apply = (plan: ProxyPlan, rules: AppliedRules<MeshHealthCheckConf>): ProxyPlan =>
  editConsumedClusters(plan, (cluster) => {
    const conf = rules.to({ [serviceTag]: cluster.service });
    return conf === undefined ? cluster : checkCluster(cluster, conf, plan);
  });

/** Envoy takes one check of a cluster and refuses a second: that of an older HealthCheck goes. */
function checkCluster(cluster: ClusterPlan, conf: MeshHealthCheckConf, asking: Asking): ClusterPlan {
  const check = planHealthCheck(conf, cluster.gateway?.listenerProtocol ?? cluster.protocol, asking);
  return {
    ...cluster,
    ...planPanic(cluster, conf),
    ...(check === undefined ? {} : { healthChecks: [check] }),
  };
}

function planPanic(
  { panic }: ClusterPlan,
  { healthyPanicThreshold, failTrafficOnPanic }: MeshHealthCheckConf,
): Pick<ClusterPlan, 'panic'> {
  if (healthyPanicThreshold === undefined && failTrafficOnPanic === undefined) return {};
  return {
    panic: {
      ...panic,
      ...(healthyPanicThreshold === undefined ? {} : { threshold: toNumber(healthyPanicThreshold) }),
      ...(failTrafficOnPanic === undefined ? {} : { failTraffic: failTrafficOnPanic }),
    },
  };
}

/** MeshHealthCheck: asks hosts whether they are well. */
export const meshHealthCheck: Policy<MeshHealthCheck, MeshHealthCheckConf> = {
  kind: meshHealthCheckKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  apply,
};
