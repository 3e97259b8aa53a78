import { proto } from '../../model/proto.js';
import { defineInsight } from './insight-kind.js';

/** What is known of a service. */
export const serviceInsight = defineInsight({
  type: 'ServiceInsight',
  path: 'service-insights',
  scope: 'mesh',
  displayName: 'Service Insight',
  schema: proto.message(
    {
      status: proto.enum(['none', 'offline', 'partially_degraded', 'online', 'not_available'], {
        description: 'Whether its Dataplanes are connected and ready; absent for a service that nobody offers.',
      }),
      dataplanes: proto.message(
        {
          total: proto.uint32({ description: 'Inbounds and gateways that offer it.' }),
          online: proto.uint32({ description: 'Those that are connected, with all inbounds ready.' }),
          offline: proto.uint32({ description: 'All others.' }),
        },
        { description: 'Who offers it.' },
      ),
      issuedBackends: proto.map(proto.uint32(), { description: 'How many have a certificate, by mTLS backend.' }),
      serviceType: proto.enum(['internal', 'external', 'gateway_delegated', 'gateway_builtin'], {
        description: 'What offers it; absent = internal.',
      }),
      addressPort: proto.string({ description: 'Where workloads reach it.' }),
    },
    { description: 'What is known of a service.' },
  ),
  example: {
    mesh: 'default',
    name: 'backend',
    status: 'online',
    dataplanes: { total: 2, online: 2 },
    issuedBackends: { 'ca-1': 2 },
    addressPort: 'backend.mesh:80',
  },
});
