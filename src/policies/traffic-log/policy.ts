import { loggingBackendOf, type LoggingBackend } from '../../model/mesh-backends.js';
import {
  capturesOf,
  defaultHttpFormat,
  defaultTcpFormat,
  fillLogFormat,
  type LoggedConnections,
} from '../../plan/access-log.js';
import { editGatewayListeners, editOutbounds, editPassListeners } from '../../plan/edit-plan.js';
import type { AccessLog } from '../../plan/listener-plan.js';
import type { ProxyNode } from '../../plan/proxy-node.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { passThroughService } from '../../rules/match-legacy.js';
import { meshOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { trafficLogKind } from './kind.js';
import type { TrafficLog } from './schema.js';

/** Logs what goes through gateways, past the mesh, and through listeners that TrafficRoute made; a backend that the mesh lacks logs nothing. */
function apply(plan: ProxyPlan, matches: LegacyMatches<TrafficLog>, snapshot: MeshSnapshot): ProxyPlan {
  const backendFor = (service: string): LoggingBackend | undefined => {
    const policy = matches.service(service);
    return policy && loggingBackendOf(meshOf(snapshot), policy.spec.conf?.backend ?? '');
  };
  const outbounds = editOutbounds(plan, (listener) =>
    addLog(plan, listener, backendFor(listener.outbound.service), {
      destinationService: listener.outbound.service,
      direction: 'OUTBOUND',
    }),
  );
  const passing = editPassListeners(outbounds, (listener) =>
    addLog(plan, listener, backendFor(passThroughService), {
      destinationService: listener.destination,
      direction: listener.origin === 'transparent' ? 'UNSPECIFIED' : 'OUTBOUND',
    }),
  );
  // where the traffic of a gateway goes is not known when it comes
  return editGatewayListeners(passing, (listener) =>
    addLog(plan, listener, backendFor(passThroughService), { destinationService: '*', direction: 'INBOUND' }),
  );
}

interface Listener {
  readonly traffic: { readonly kind: string };
  readonly accessLogs: readonly AccessLog[];
}

function addLog<Kind extends Listener>(
  plan: ProxyPlan,
  listener: Kind,
  backend: LoggingBackend | undefined,
  connections: Omit<LoggedConnections, 'sourceService'>,
): Kind {
  const isHttp = listener.traffic.kind === 'http';
  const log = backend && planLog(plan, backend, { isHttp, sourceService: plan.identifyingService, ...connections });
  return log === undefined ? listener : { ...listener, accessLogs: [...listener.accessLogs, log] };
}

function planLog(
  plan: ProxyPlan,
  backend: LoggingBackend,
  { isHttp, ...connections }: LoggedConnections & { readonly isHttp: boolean },
): AccessLog | undefined {
  const format = backend.format ?? (isHttp ? defaultHttpFormat : defaultTcpFormat);
  const line = fillLogFormat(`${format}\n`, plan, connections);
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
