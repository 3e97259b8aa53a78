import { proto } from '../../model/proto.js';
import { defineInsight } from './insight-kind.js';

const counts = (description: string) =>
  proto.message(
    {
      total: proto.uint32({ description: 'All of them.' }),
      online: proto.uint32({ description: 'Connected, with all inbounds ready.' }),
      offline: proto.uint32({ description: 'Not connected, or with no inbound ready.' }),
      partiallyDegraded: proto.uint32({ description: 'Connected, with some inbounds not ready.' }),
    },
    { description },
  );

/** What a mesh has, in numbers. */
export const meshInsight = defineInsight({
  type: 'MeshInsight',
  path: 'mesh-insights',
  scope: 'global',
  displayName: 'Mesh Insight',
  schema: proto.message(
    {
      dataplanes: counts('All Dataplanes.'),
      policies: proto.map(
        proto.message({ total: proto.uint32({ description: 'How many.' }) }, { description: 'Policies of a type.' }),
        { description: 'By type; only those of which there are some.' },
      ),
      dpVersions: proto.message(
        {
          kumaDp: proto.map(counts('Dataplanes that run this version.'), { description: 'By version of kuma-dp.' }),
          envoy: proto.map(counts('Dataplanes that run this version.'), { description: 'By version of Envoy.' }),
        },
        { description: 'What the proxies run; `unknown` for those that never connected.' },
      ),
      mTLS: proto.message(
        {
          issuedBackends: proto.map(counts('Dataplanes with a certificate of it.'), { description: 'By backend.' }),
          supportedBackends: proto.map(counts('Dataplanes that trust it.'), { description: 'By backend.' }),
        },
        { description: 'Identities of the proxies.' },
      ),
      services: proto.message(
        {
          total: proto.uint32({ description: 'All of them.' }),
          internal: proto.uint32({ description: 'Services that Dataplanes offer.' }),
          external: proto.uint32({ description: 'ExternalServices.' }),
        },
        { description: 'Services of the mesh.' },
      ),
      dataplanesByType: proto.message(
        {
          standard: counts('Proxies beside a workload.'),
          gateway: counts('Gateways of both types.'),
          gatewayBuiltin: counts('Proxies that are the gateway.'),
          gatewayDelegated: counts('Proxies beside another gateway.'),
        },
        { description: 'Dataplanes by what they are.' },
      ),
    },
    { description: 'What a mesh has, in numbers; those that are 0 are left out.' },
  ),
  example: {
    name: 'default',
    dataplanes: { total: 3, online: 2, offline: 1 },
    policies: { MeshTCPRoute: { total: 1 } },
    dpVersions: {
      kumaDp: { '2.5.11': { total: 2, online: 2 }, unknown: { total: 1, offline: 1 } },
      envoy: { '1.28.5': { total: 2, online: 2 }, unknown: { total: 1, offline: 1 } },
    },
    mTLS: {
      issuedBackends: { 'ca-1': { total: 2, online: 2 } },
      supportedBackends: { 'ca-1': { total: 2, online: 2 } },
    },
    services: { total: 2, internal: 2 },
    dataplanesByType: {
      standard: { total: 2, online: 2 },
      gateway: { total: 1, offline: 1 },
      gatewayBuiltin: {},
      gatewayDelegated: { total: 1, offline: 1 },
    },
  },
});
