import type { Kind } from '../model/kind.js';
import { compareBytes } from '../model/resource.js';
import { resourcesByName, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { countByStatus, groupBy, withoutZeros, type Counts } from './counts.js';
import { factsOf, issuedBackends, type DataplaneFacts } from './dataplane-facts.js';

/** The spec of a mesh's MeshInsight: how many Dataplanes, policies and services it has. */
export function describeMesh(snapshot: MeshSnapshot, kinds: readonly Kind[]): object {
  const facts = factsOf(snapshot);
  const gateways = facts.filter(({ gateway }) => gateway !== undefined);
  const ofGateway = (type: DataplaneFacts['gateway']): Counts => show(facts.filter(({ gateway }) => gateway === type));
  const internal = new Set(facts.flatMap(({ offers }) => offers.map(({ service }) => service))).size;
  const external = resourcesOf(snapshot, 'ExternalService').length;
  const policies = countPolicies(snapshot, kinds);
  return {
    dataplanes: show(facts),
    ...(policies.length === 0
      ? {}
      : { policies: Object.fromEntries(policies.map(([type, total]) => [type, { total }])) }),
    dpVersions: nonEmpty({
      kumaDp: showVersions(facts, ({ kumaDp }) => kumaDp),
      envoy: showVersions(facts, ({ envoy }) => envoy),
    }),
    mTLS: nonEmpty({
      issuedBackends: showGroups(facts, issuedBackends),
      supportedBackends: showGroups(facts, ({ mTLS }) => mTLS?.supportedBackends ?? []),
    }),
    services: withoutZeros({ total: internal + external, internal, external }),
    dataplanesByType: {
      standard: ofGateway(undefined),
      gateway: show(gateways),
      gatewayBuiltin: ofGateway('builtin'),
      gatewayDelegated: ofGateway('delegated'),
    },
  };
}

const show = (facts: readonly DataplaneFacts[]): Counts => withoutZeros(countByStatus(facts));

const showGroups = (facts: readonly DataplaneFacts[], keysOf: (facts: DataplaneFacts) => readonly string[]): object =>
  Object.fromEntries(groupBy(facts, keysOf).map(([key, group]) => [key, show(group)]));

/** By version; here the total leaves out those that are partially degraded (Kuma 2.5). */
const showVersions = (facts: readonly DataplaneFacts[], versionOf: (facts: DataplaneFacts) => string): object =>
  Object.fromEntries(
    groupBy(facts, (each) => [versionOf(each)]).map(([version, group]) => {
      const counts = countByStatus(group);
      return [version, withoutZeros({ ...counts, total: counts.online + counts.offline })];
    }),
  );

const nonEmpty = (maps: Readonly<Record<string, object>>): object =>
  Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0));

/** How many policies of each type a mesh has, by type; only those of which it has some. */
export const countPolicies = (snapshot: MeshSnapshot, kinds: readonly Kind[]): readonly (readonly [string, number])[] =>
  kinds
    .filter(({ policy }) => policy !== undefined)
    .map(({ type }) => [type, resourcesByName(snapshot, type).size] as const)
    .filter(([, total]) => total > 0)
    .sort(([a], [b]) => compareBytes(a, b));
