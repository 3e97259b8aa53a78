import { loggingBackendOf, type LoggingBackend } from '../../model/mesh-backends.js';
import { capturesOf, defaultHttpFormat, defaultTcpFormat, fillLogFormat } from '../../plan/access-log.js';
import { editOutbounds } from '../../plan/edit-plan.js';
import type { AccessLog, OutboundListenerPlan } from '../../plan/listener-plan.js';
import type { ProxyNode } from '../../plan/proxy-node.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { meshOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { trafficLogKind } from './kind.js';
import type { TrafficLog } from './schema.js';

/** Logs what goes through the listeners that TrafficRoute made; a backend that the mesh lacks logs nothing. */
function apply(plan: ProxyPlan, matches: LegacyMatches<TrafficLog>, snapshot: MeshSnapshot): ProxyPlan {
  return editOutbounds(plan, (listener) => {
    const policy = matches.service(listener.outbound.service);
    const backend = policy && loggingBackendOf(meshOf(snapshot), policy.spec.conf?.backend ?? '');
    const log = backend && planLog(plan, listener, backend);
    return log === undefined ? listener : { ...listener, accessLogs: [...listener.accessLogs, log] };
  });
}

function planLog(plan: ProxyPlan, listener: OutboundListenerPlan, backend: LoggingBackend): AccessLog | undefined {
  const format = backend.format ?? (listener.traffic.kind === 'http' ? defaultHttpFormat : defaultTcpFormat);
  const line = fillLogFormat(`${format}\n`, plan, {
    sourceService: plan.identifyingService,
    destinationService: listener.outbound.service,
    direction: 'OUTBOUND',
  });
  if (line === undefined) return undefined;
  switch (backend.type) {
    case 'file':
      return { kind: 'file', path: backend.path, format: { kind: 'text', text: line } };
    case 'tcp':
      return planTcpLog(plan.node, `${backend.address};${line}`, line);
  }
}

/** What is beside the proxy sends the lines on; it learns from each where to. */
const planTcpLog = ({ hasLogPipe, accessLogSocketPath }: ProxyNode, text: string, line: string): AccessLog =>
  hasLogPipe
    ? { kind: 'file', path: accessLogSocketPath, format: { kind: 'text', text } }
    : { kind: 'stream', name: text, ...capturesOf(line) };

/** TrafficLog: logs connections and requests. */
export const trafficLog: LegacyPolicy<TrafficLog> = {
  kind: trafficLogKind,
  matching: ['service'],
  actsOnRoutes: true,
  apply,
};
