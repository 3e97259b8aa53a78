import { tracingBackendOf, type TracingBackend } from '../../model/mesh-backends.js';
import { editGatewayListeners, editInbounds, editOutbounds, replaceParts } from '../../plan/edit-plan.js';
import type { Tracing } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { datadogService, planCollector, readCollectorUrl, zipkinVersion, type Collector } from '../../plan/tracing.js';
import { meshOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { trafficTraceKind } from './kind.js';
import type { TrafficTrace } from './schema.js';

/** Traces the requests of gateways, of all inbounds, and of the listeners that TrafficRoute made. */
function apply(plan: ProxyPlan, matches: LegacyMatches<TrafficTrace>, snapshot: MeshSnapshot): ProxyPlan {
  const policy = matches.proxy();
  const backend = policy && tracingBackendOf(meshOf(snapshot), policy.spec.conf?.backend ?? '');
  const target = backend && planTarget(backend);
  if (target === undefined) return plan;
  const cluster = planCollector(plan, { name: `tracing:${target.backend.name}`, origin: 'tracing' }, target.collector);
  const trace = (names: ListenerNames): Tracing => ({
    cluster: cluster.name,
    provider: target.provide(names),
    sampling: target.backend.sampling === undefined ? {} : { overall: target.backend.sampling },
    tags: [],
  });
  const inbounds = editInbounds(plan, (inbound) => ({
    ...inbound,
    tracing: trace({ service: inbound.service, direction: 'INBOUND' }),
  }));
  const outbounds = editOutbounds(inbounds, (listener) => ({
    ...listener,
    tracing: trace({
      service: plan.identifyingService,
      direction: 'OUTBOUND',
      destination: listener.outbound.service,
    }),
  }));
  const gateway = editGatewayListeners(outbounds, (listener) => ({
    ...listener,
    tracing: trace({ service: plan.identifyingService, direction: 'UNSPECIFIED' }),
  }));
  return replaceParts(gateway, { clusters: [cluster] });
}

/** What a listener is called in traces. */
interface ListenerNames {
  readonly service: string;
  readonly direction: 'INBOUND' | 'OUTBOUND' | 'UNSPECIFIED';
  readonly destination?: string;
}

interface Target {
  readonly backend: TracingBackend;
  readonly collector: Collector;
  readonly provide: (names: ListenerNames) => Tracing['provider'];
}

function planTarget(backend: TracingBackend): Target | undefined {
  switch (backend.type) {
    case 'zipkin': {
      const server = readCollectorUrl(backend.url);
      if (server === undefined) return undefined;
      const { traceId128bit, sharedSpanContext } = backend;
      const provider: Tracing['provider'] = {
        kind: 'zipkin',
        host: server.authority,
        path: server.path,
        version: zipkinVersion(backend.apiVersion),
        traceId128bit,
        ...(sharedSpanContext === undefined ? {} : { sharedSpanContext }),
      };
      return { backend, collector: server.collector, provide: () => provider };
    }
    case 'datadog': {
      const { address, port, splitService } = backend;
      return {
        backend,
        collector: { host: address, port, isEncrypted: false },
        provide: ({ service, direction, destination }) => ({
          kind: 'datadog',
          service: datadogService(service, splitService, direction, destination),
        }),
      };
    }
  }
}

/** TrafficTrace: makes proxies send traces of the requests that they pass on. */
export const trafficTrace: LegacyPolicy<TrafficTrace> = { kind: trafficTraceKind, matching: ['proxy'], apply };
