import { serviceTag } from '../../model/dataplane.js';
import type { TargetRef } from '../../model/target-ref.js';
import type { LoggedConnections } from '../../plan/access-log.js';
import {
  editGatewayListeners,
  editInbounds,
  editListeners,
  editPassListeners,
  isClosed,
  replaceParts,
} from '../../plan/edit-plan.js';
import type { GatewayListenerPlan } from '../../plan/gateway-plan.js';
import type { Traffic } from '../../plan/http-plan.js';
import type { AccessLog } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { passThroughService } from '../../rules/match-legacy.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { gatherCollectors, type Collectors } from './collectors.js';
import { meshAccessLogKind } from './kind.js';
import { planLog } from './plan-log.js';
import type { MeshAccessLog, MeshAccessLogConf } from './schema.js';

/** A listener of any direction, as far as logs are concerned. */
interface Listener {
  readonly traffic: Traffic;
  readonly accessLogs: readonly AccessLog[];
}

/** What all listeners of a proxy share. */
interface Logging {
  readonly plan: ProxyPlan;
  readonly collectors: Collectors;
}

function apply(plan: ProxyPlan, rules: AppliedRules<MeshAccessLogConf>): ProxyPlan {
  const logging: Logging = { plan, collectors: gatherCollectors(plan) };
  const { identifyingService } = plan;
  const inbounds = editInbounds(plan, (inbound) =>
    addLogs(inbound, rules.fromAll(inbound), logging, {
      sourceService: 'unknown',
      destinationService: identifyingService,
      direction: 'INBOUND',
    }),
  );
  const listeners = editListeners(inbounds, (listener, { service }) =>
    addLogs(listener, rules.to({ [serviceTag]: service }), logging, {
      sourceService: identifyingService,
      destinationService: service,
      direction: 'OUTBOUND',
    }),
  );
  const passing = editPassListeners(listeners, (listener) =>
    addLogs(listener, rules.to({ [serviceTag]: passThroughService }), logging, {
      sourceService: identifyingService,
      destinationService: listener.destination,
      direction: 'OUTBOUND',
    }),
  );
  const gateway = editGatewayListeners(passing, (listener) => logGateway(listener, rules.toAll(), logging));
  return replaceParts(gateway, { clusters: logging.collectors.clusters() });
}

/** Where the traffic of a gateway goes is not known when it comes; Kuma 2.5 has it go out. */
function logGateway(
  listener: GatewayListenerPlan,
  conf: MeshAccessLogConf | undefined,
  logging: Logging,
): GatewayListenerPlan {
  const { traffic } = listener;
  if (traffic.kind === 'tcp' && traffic.chains.every(({ tcp }) => tcp.splits.length === 0)) return listener;
  const connections = {
    sourceService: logging.plan.identifyingService,
    destinationService: '*',
    direction: 'OUTBOUND',
  } as const;
  return { ...listener, accessLogs: [...listener.accessLogs, ...planLogs(conf, traffic.kind, logging, connections)] };
}

/** The logs stand behind those of an older TrafficLog. What closes connections logs nothing. */
function addLogs<Kind extends Listener>(
  listener: Kind,
  conf: MeshAccessLogConf | undefined,
  logging: Logging,
  connections: LoggedConnections,
): Kind {
  if (conf === undefined || isClosed(listener.traffic)) return listener;
  const logs = planLogs(conf, listener.traffic.kind, logging, connections);
  return { ...listener, accessLogs: [...listener.accessLogs, ...logs] };
}

const planLogs = (
  conf: MeshAccessLogConf | undefined,
  kind: Traffic['kind'],
  logging: Logging,
  connections: LoggedConnections,
): readonly AccessLog[] =>
  (conf?.backends ?? []).flatMap(
    (backend) => planLog(backend, { ...logging, connections, isHttp: kind === 'http' }) ?? [],
  );

/** MeshAccessLog: logs connections and requests. */
export const meshAccessLog: Policy<MeshAccessLog, MeshAccessLogConf> = {
  kind: meshAccessLogKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
  apply,
};
