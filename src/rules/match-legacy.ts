import {
  inboundAddress,
  outboundAddress,
  serviceTag,
  tagOf,
  workloadPort,
  type Dataplane,
  type Inbound,
} from '../model/dataplane.js';
import { identify } from '../lib/identify.js';
import { isEqualJson } from '../lib/is-equal.js';
import { rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { formatAddress } from '../model/net.js';
import { compareBytes, type Tags } from '../model/resource.js';
import { resourcesByName, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive, keepList } from '../snapshot/question.js';
import {
  findForInbound,
  findForProxy,
  listForInbound,
  selectByService,
  type LegacyResource,
} from './legacy-selection.js';
import { metricsInbounds } from './metrics-inbound.js';

/**
 * Where policies of an older type attach to a proxy:
 * - `inbound`: the most specific one to each inbound; `inbounds`: every one that names the inbound
 * - `outbound`: the most specific one to each outbound, by its service
 * - `service`: the most specific one to each service of an outbound, and to `pass_through`
 * - `destination`: the most specific one to each service to which the routes of the outbounds lead
 * - `proxy`: the most specific one to the proxy as a whole
 */
export type LegacyMatching = 'inbound' | 'inbounds' | 'outbound' | 'service' | 'destination' | 'proxy';

/** How the rules room reads an older kind of policy; stated once per policy. */
export interface LegacyReader {
  readonly type: string;
  readonly matching: readonly LegacyMatching[];
  /** Of routes: the destinations to which the connections go, as they stand in the spec. */
  readonly destinations?: (spec: unknown) => readonly Tags[];
}

/** A part of a proxy to which policies attach. */
export interface Attachment {
  readonly type: 'inbound' | 'outbound' | 'service' | 'dataplane';
  /** `address:port:workloadPort` of an inbound, `address:port` of an outbound, the service; empty for the proxy. */
  readonly name: string;
  /** Empty for the proxy, and for inbounds that are not the Dataplane's own. */
  readonly service: string;
}

/** Policies of one type at one attachment; at least one. */
export interface LegacyMatch {
  readonly type: string;
  readonly at: Attachment;
  readonly policies: readonly LegacyResource[];
  /** At an outbound: tags of the one that brought the policy there, of several with the same address. */
  readonly tags?: Tags;
}

/** The service that stands for connections to destinations that are not in the mesh. */
export const passThroughService = 'pass_through';

/** Name of an inbound as an attachment; IPv6 addresses without brackets (Kuma 2.5). */
export const inboundName = (address: string, port: number, workload: number): string =>
  `${address}:${port}:${workload}`;

const nameOf = ({ spec }: Dataplane, inbound: Inbound): string =>
  inboundName(inboundAddress(spec, inbound), inbound.port, workloadPort(inbound));

/** Everything that policies of the older types are at a proxy, in no particular order. */
export const matchLegacy = (
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  readers: readonly LegacyReader[],
): readonly LegacyMatch[] => (readers.length === 0 ? none : askMatches(snapshot, { dataplane, readers }));

const none: readonly LegacyMatch[] = [];

const askMatches = derive({
  keyOf: ({ dataplane, readers }: { readonly dataplane: Dataplane; readonly readers: readonly LegacyReader[] }) =>
    `${identify(dataplane)} ${identify(readers)}`,
  answer: (snapshot, { dataplane, readers }) => matchAll(snapshot, dataplane, readers),
  settle: (before, after) =>
    before.length === after.length && before.every((match, i) => isSameMatch(match, after[i])) ? before : after,
});

/** Policies are the same when they are identical: they may be large. */
const isSameMatch = (match: LegacyMatch, other: LegacyMatch | undefined): boolean =>
  match === other ||
  (other !== undefined &&
    keepList(match.policies, other.policies) === match.policies &&
    isEqualJson({ ...match, policies: undefined }, { ...other, policies: undefined }));

function matchAll(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  readers: readonly LegacyReader[],
): readonly LegacyMatch[] {
  const destinations = destinationServices(snapshot, dataplane, readers);
  return readers
    .filter(({ type }) => hasAny(snapshot, type))
    .flatMap(({ type, matching }) =>
      matching.flatMap((each) => matchOne(snapshot, dataplane, each, { type, destinations })),
    );
}

/** Whether there are resources of a type. */
const hasAny = derive({
  keyOf: (type: string) => type,
  answer: (snapshot, type): boolean => resourcesByName(snapshot, type).size > 0,
});

interface Matching {
  readonly type: string;
  readonly destinations: readonly string[];
}

function matchOne(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  matching: LegacyMatching,
  { type, destinations }: Matching,
): readonly LegacyMatch[] {
  switch (matching) {
    case 'inbound':
      return matchInbounds(snapshot, dataplane, type, (tags) => {
        const policy = findForInbound(snapshot, { type, tags });
        return policy === undefined ? undefined : alone(policy);
      });
    case 'inbounds':
      return matchInbounds(snapshot, dataplane, type, (tags) => listForInbound(snapshot, { type, tags }));
    case 'outbound':
      return [...matchOutbounds(snapshot, dataplane, type).values()].map(({ at, policy, tags }) => ({
        type,
        at,
        policies: alone(policy),
        tags,
      }));
    case 'service': {
      const services = [...outboundServices(dataplane), passThroughService];
      return byService(selectByService(snapshot, { type, dataplane, services }));
    }
    case 'destination':
      return byService(selectByService(snapshot, { type, dataplane, services: destinations }));
    case 'proxy': {
      const policy = findForProxy(snapshot, { type, dataplane });
      return policy === undefined ? [] : [{ type, at: proxyAsAWhole, policies: alone(policy) }];
    }
  }
}

const outboundServices = ({ spec }: Dataplane): readonly string[] =>
  (spec.networking?.outbound ?? []).map(({ tags }) => tagOf(tags, serviceTag));

const proxyAsAWhole: Attachment = { type: 'dataplane', name: '', service: '' };

const alone = rememberByIdentity((policy: LegacyResource): readonly LegacyResource[] => [policy]);

const byService = (selected: ReadonlyMap<string, LegacyResource>): LegacyMatch[] =>
  [...selected].map(([service, policy]) =>
    atServices(policy)(service, () => ({
      type: policy.type,
      at: { type: 'service', name: service, service },
      policies: alone(policy),
    })),
  );

/** A policy at services; all proxies share what is said of one, as there are many of them. */
const atServices = rememberByIdentity<LegacyResource, TextMemo<LegacyMatch>>(() => rememberTexts<LegacyMatch>());

/** Of inbounds with the same address and ports the last one for which there is an answer counts (Kuma 2.5). */
function matchInbounds(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  type: string,
  select: (tags: Tags) => readonly LegacyResource[] | undefined,
): LegacyMatch[] {
  const own = dataplane.spec.networking?.inbound ?? [];
  const services = new Map(own.map((inbound) => [nameOf(dataplane, inbound), tagOf(inbound.tags, serviceTag)]));
  const found = new Map<string, readonly LegacyResource[]>();
  for (const inbound of [...own, ...metricsInbounds(snapshot, dataplane)]) {
    const policies = select(inbound.tags ?? {});
    if (policies !== undefined) found.set(nameOf(dataplane, inbound), policies);
  }
  return [...found]
    .filter(([, policies]) => policies.length > 0)
    .map(([name, policies]) => ({
      type,
      at: { type: 'inbound', name, service: services.get(name) ?? '' },
      policies,
    }));
}

interface OutboundMatch {
  readonly at: Attachment;
  readonly policy: LegacyResource;
  /** Tags of the outbound that brought the policy here. */
  readonly tags: Tags;
}

/** Of outbounds with the same address the last one that has a policy gives it, and the last one the service. */
function matchOutbounds(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  type: string,
): ReadonlyMap<string, OutboundMatch> {
  const outbounds = dataplane.spec.networking?.outbound ?? [];
  const selected = selectByService(snapshot, { type, dataplane, services: outboundServices(dataplane) });
  const found = new Map<string, OutboundMatch>();
  for (const outbound of outbounds) {
    const name = formatAddress({ address: outboundAddress(outbound), port: outbound.port });
    const service = tagOf(outbound.tags, serviceTag);
    const policy = selected.get(service);
    const before = found.get(name);
    const at = { type: 'outbound', name, service } as const;
    if (policy !== undefined) found.set(name, { at, policy, tags: outbound.tags ?? {} });
    else if (before !== undefined) found.set(name, { ...before, at });
  }
  return found;
}

/**
 * The services to which connections from the outbounds go: where a route holds, those of its destinations, of which
 * a `*` and a missing tag stand for the outbound's own; else the outbound's service.
 */
function destinationServices(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  readers: readonly LegacyReader[],
): readonly string[] {
  const route = readers.find(({ destinations }) => destinations !== undefined);
  const routes =
    route === undefined ? new Map<string, OutboundMatch>() : matchOutbounds(snapshot, dataplane, route.type);
  const services = new Set<string>();
  for (const outbound of dataplane.spec.networking?.outbound ?? []) {
    const match = routes.get(formatAddress({ address: outboundAddress(outbound), port: outbound.port }));
    const destinations = match && route?.destinations?.(match.policy.spec);
    if (match === undefined || destinations === undefined) services.add(tagOf(outbound.tags, serviceTag));
    else for (const each of destinations) services.add(tagOf(resolveDestination(each, match.tags), serviceTag));
  }
  return [...services];
}

/** The tags of a route's destination for one outbound: `*` and what is missing are the outbound's own. */
export function resolveDestination(destination: Tags, outbound: Tags): Tags {
  const exact = Object.entries(destination).filter(([, value]) => value !== '*');
  return Object.fromEntries([...Object.entries(outbound), ...exact].sort(([a], [b]) => compareBytes(a, b)));
}
