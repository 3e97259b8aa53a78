import { dataplaneInsightSchema, subscriptionsSchema } from '../../model/insight.js';
import { proto } from '../../model/proto.js';
import { defineInsight } from './insight-kind.js';

const counters = { responsesSent: '3', responsesAcknowledged: '3' };

const subscription = {
  id: '1e6d7fc3-f5ad-4715-9c58-1604d2451e9e',
  controlPlaneInstanceId: 'cp-1-a1b2',
  connectTime: '2026-11-24T20:05:53.662892362Z',
  status: {
    lastUpdateTime: '2026-11-24T20:05:54.893306654Z',
    total: counters,
    cds: { responsesSent: '1', responsesAcknowledged: '1' },
    eds: { responsesSent: '1', responsesAcknowledged: '1' },
    lds: { responsesSent: '1', responsesAcknowledged: '1' },
    rds: {},
  },
  version: {
    kumaDp: { version: '2.5.11', gitTag: '2.5.11', gitCommit: 'abc', buildDate: '2024', kumaCpCompatible: true },
    envoy: { version: '1.28.5', build: '1.28.5/Clean/RELEASE/BoringSSL', kumaDpCompatible: true },
  },
};

/** What is known of the proxy of a Dataplane. */
export const dataplaneInsight = defineInsight({
  type: 'DataplaneInsight',
  path: 'dataplane-insights',
  scope: 'mesh',
  displayName: 'Dataplane Insight',
  schema: dataplaneInsightSchema,
  kubernetesNamespaced: true,
  kubernetesPart: 'status',
  example: {
    mesh: 'default',
    name: 'backend-1',
    subscriptions: [subscription],
    mTLS: {
      certificateExpirationTime: '2026-11-25T20:05:54Z',
      lastCertificateRegeneration: '2026-11-24T20:05:54.800373810Z',
      certificateRegenerations: 1,
      issuedBackend: 'ca-1',
      supportedBackends: ['ca-1'],
    },
  },
});

/** What is known of the proxy of a ZoneIngress. */
export const zoneIngressInsight = defineInsight({
  type: 'ZoneIngressInsight',
  path: 'zone-ingress-insights',
  scope: 'global',
  displayName: 'Zone Ingress Insight',
  schema: proto.message(
    { subscriptions: subscriptionsSchema },
    { description: 'What is known of the proxy of a ZoneIngress.' },
  ),
  kubernetesNamespaced: true,
  example: { name: 'ingress-1', subscriptions: [subscription] },
});

/** What is known of the proxy of a ZoneEgress. */
export const zoneEgressInsight = defineInsight({
  type: 'ZoneEgressInsight',
  path: 'zoneegressinsights',
  scope: 'global',
  displayName: 'Zone Egress Insight',
  schema: proto.message(
    { subscriptions: subscriptionsSchema },
    { description: 'What is known of the proxy of a ZoneEgress.' },
  ),
  kubernetesNamespaced: true,
  example: { name: 'egress-1', subscriptions: [subscription] },
});
