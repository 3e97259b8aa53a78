import { serviceTag, tagOf, type Dataplane } from '../../model/dataplane.js';
import { planProxy } from '../../pipeline/compute-proxy.js';
import type { LegacyPolicy } from '../../pipeline/match-proxy.js';
import { matchProxy } from '../../pipeline/match-proxy.js';
import type { LegacyResource, LegacySpec } from '../../rules/legacy-selection.js';
import type { Selector } from '../../model/selector.js';
import { passThroughService, type Attachment, type LegacyMatch } from '../../rules/match-legacy.js';
import { resourcesByName, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { isNamedBy } from '../show-affected.js';
import { warnOfLeftOut } from './left-out.js';
import { isOffered, isRoutedName } from './mesh-index.js';
import { proxyClassesOf, type ProxyClass } from './proxy-class.js';
import { take, type Question } from './question.js';
import { showDataplanes, type Warning } from './warning.js';

type Ask = Question<LegacyPolicy>;

/** Doubts about a policy of the older form. */
export function* warnOfLegacy(ask: Ask): Generator<Warning> {
  yield* warnOfMissingServices(ask);
  if (ask.policy.matching.length === 0) return;
  const policy = ask.resource as LegacyResource;
  const isSelected = (dataplane: Dataplane): boolean => isNamedBy(policy, dataplane);
  const selected = [...take(ask.atMost, proxyClassesOf(ask.snapshot), isSelected)];
  if (selected.length === 0) {
    const { selectors } = ask.resource.spec as LegacySpec;
    const field = selectors === undefined ? 'sources' : 'selectors';
    yield {
      code: 'selects-no-proxy',
      field,
      message: 'no Dataplane is selected; compare the tags with those of the inbounds',
    };
    return;
  }
  yield* warnOfNoEffect(ask, selected);
  yield* warnOfLeftOut(ask, selected);
}

function* warnOfMissingServices({ snapshot, resource, policy, policies }: Ask): Generator<Warning> {
  const { destinations = [] } = resource.spec as LegacySpec;
  const named = destinations.map(({ match }, i) => ({
    field: `destinations[${i}].match`,
    service: tagOf(match, serviceTag),
    isOnlyAName: isRoutedName(snapshot, policies, tagOf(match, serviceTag)),
  }));
  const routed = (policy.destinations?.(resource.spec) ?? []).map((tags) => ({
    field: 'conf',
    service: tagOf(tags, serviceTag),
    isOnlyAName: false,
  }));
  for (const { field, service, isOnlyAName } of [...named, ...routed]) {
    if (isAny(service) || service === passThroughService || isOnlyAName || isOffered(snapshot, service)) continue;
    yield {
      code: 'service-not-offered',
      field,
      message: `nobody offers the service "${service}"; is it spelt as in kuma.io/service?`,
    };
  }
}

const isAny = (service: string): boolean => service === '' || service === '*';

/** Stops at the first proxy on which the policy counts. */
function* warnOfNoEffect(ask: Ask, selected: readonly ProxyClass[]): Generator<Warning> {
  const { resource, policy } = ask;
  const spec = resource.spec as LegacySpec;
  const replaced: ProxyClass[] = [];
  const overridden: ProxyClass[] = [];
  const winners = new Set<string>();
  for (const proxy of selected) {
    const matches = matchesOf(ask, proxy.dataplane).filter(({ at }) => isAbout(spec, at));
    const own = matches.filter(({ policies }) => policies.some(({ name }) => name === resource.name));
    if (own.length === 0) {
      if (matches.length > 0) overridden.push(proxy);
      for (const { policies } of matches) for (const { name } of policies) winners.add(name);
      continue;
    }
    if (policy.actsOnRoutes !== true || !isReplaced(ask, proxy.dataplane, own)) return;
    replaced.push(proxy);
  }
  if (replaced.length > 0) {
    // what is meant for everything is there for what has no newer route
    if (isForEverything(spec)) return;
    yield {
      code: 'replaced-by-route',
      field: 'destinations',
      message: `the outbounds are routed by MeshTCPRoute or MeshHTTPRoute, which a ${policy.kind.type} does not change; use ${successorOf(policy.kind.type)} instead`,
      ...showDataplanes(replaced),
    };
  } else if (winners.size > 0) {
    yield {
      code: 'overridden',
      field: spec.selectors === undefined ? 'sources' : 'selectors',
      message: `everything is overridden by ${[...winners].sort().join(', ')}: more tags win, of equally many the newer policy`,
      ...showDataplanes(overridden),
    };
  } else if (isForClients(policy) && !isForAllServices(spec)) {
    yield {
      code: 'no-outbound',
      field: 'destinations',
      message: `no selected proxy has an outbound for ${servicesOf(spec.destinations).join(', ')}`,
    };
  }
}

const servicesOf = (selectors: readonly Selector[] = []): readonly string[] =>
  selectors.map(({ match }) => tagOf(match, serviceTag));

const isForAllServices = ({ destinations }: LegacySpec): boolean => servicesOf(destinations).some(isAny);

/** True of a policy that names no service at all, as those that come with a mesh. */
const isForEverything = ({ sources, destinations }: LegacySpec): boolean =>
  [...servicesOf(sources), ...servicesOf(destinations)].every(isAny);

/** True of a policy that attaches to nothing but the outbounds of clients. */
const isForClients = ({ matching }: LegacyPolicy): boolean =>
  matching.every((each) => each === 'outbound' || each === 'service' || each === 'destination');

/** True of an attachment that the policy names, whatever is more specific there. */
const isAbout = (spec: LegacySpec, { type, service }: Attachment): boolean =>
  type === 'dataplane' || isForAllServices(spec) || servicesOf(spec.destinations).includes(service);

const matchesOf = ({ snapshot, policy, policies }: Ask, dataplane: Dataplane): readonly LegacyMatch[] => {
  const legacy = policies.legacy.filter((each) => each === policy || each.destinations !== undefined);
  return matchProxy(snapshot, dataplane, { targetRef: [], legacy }).legacy.filter(
    ({ type }) => type === policy.kind.type,
  );
};

/** True when none of the outbounds to which the policy attaches is routed by a TrafficRoute any more. */
function isReplaced({ snapshot, policies }: Ask, dataplane: Dataplane, own: readonly LegacyMatch[]): boolean {
  const targetRef = policies.targetRef.filter(
    ({ kind, routes }) => routes !== undefined && hasSome(snapshot, kind.type),
  );
  if (targetRef.length === 0) return false;
  const legacy = policies.legacy.filter((each) => each.destinations !== undefined);
  const { plan } = planProxy(snapshot, dataplane, { targetRef, legacy });
  const routes = new Set(targetRef.map(({ kind }) => kind.type));
  const services = new Set(own.map(({ at }) => at.service));
  const listeners = [...plan.outboundListeners.values()].filter(({ outbound }) => services.has(outbound.service));
  return listeners.length > 0 && listeners.every(({ routedBy }) => routedBy !== undefined && routes.has(routedBy));
}

const hasSome = (snapshot: MeshSnapshot, type: string): boolean => resourcesByName(snapshot, type).size > 0;

/** The policy of the newer form that does what the older one did. */
function successorOf(type: string): string {
  switch (type) {
    case 'TrafficRoute':
      return 'MeshTCPRoute or MeshHTTPRoute';
    case 'TrafficLog':
      return 'MeshAccessLog';
    case 'TrafficTrace':
      return 'MeshTrace';
    case 'TrafficPermission':
      return 'MeshTrafficPermission';
    default:
      return `Mesh${type}`;
  }
}
