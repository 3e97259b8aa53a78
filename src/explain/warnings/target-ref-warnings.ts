import { isHttp } from '../../model/protocol.js';
import type { Policy } from '../../pipeline/match-proxy.js';
import { matchProxy, ruleFor, sectionItems } from '../../pipeline/match-proxy.js';
import { meshTag, serviceTag } from '../../model/dataplane.js';
import { meshOf, resourcesByName, serviceOf } from '../../snapshot/mesh-snapshot.js';
import { selectEndpoints } from '../../plan/select-endpoints.js';
import type { ProxyClass } from './proxy-class.js';
import { affected, affectedConsumers, onlyOf, type Question } from './question.js';
import { isExternal, isOffered, isRoutedName } from './mesh-index.js';
import { warnOfLeftOut } from './left-out.js';
import { findOverriding } from './overridden.js';
import { findBackendLists, findOwnBackends, findReferences, subsetTags, type Reference } from './references.js';
import { showDataplanes, type Warning } from './warning.js';

type Ask = Question<Policy>;

/** Doubts about a policy with targetRefs. */
export function* warnOfTargetRef(ask: Ask): Generator<Warning> {
  const references = findReferences(ask.resource.spec);
  yield* warnOfMissingServices(ask, references);
  for (const { field, weights } of findBackendLists(ask.resource.spec)) {
    if (weights.length > 0 && weights.every((weight) => weight === 0))
      yield {
        code: 'zero-weight',
        field,
        message: 'all weights are 0: connections are closed; give at least one backend a weight',
      };
  }
  yield* warnOfEncryption(ask);
  if (!hasSome(affected(ask))) {
    yield {
      code: 'selects-no-proxy',
      field: 'spec.targetRef',
      message: `${describeTop(ask)} selects no Dataplane; compare its tags with those of the inbounds`,
    };
    return;
  }
  const destinations = references.filter(({ role, ref }) => role === 'to' && ref.kind === 'MeshService');
  yield* warnOfUnusedDestinations(ask, destinations);
  yield* warnOfOtherRoute(ask, destinations);
  yield* warnOfBackends(ask, references);
  yield* warnOfTakenOutbounds(ask, destinations);
  yield* findOverriding(ask);
  yield* warnOfLeftOut(ask, affected(ask));
}

const describeTop = ({ policy, resource }: Ask): string => {
  const { kind, name, tags } = policy.topTargetRef(resource.spec);
  const parts = [
    ...(name === undefined ? [] : [name]),
    ...Object.entries(tags ?? {}).map(([key, value]) => `${key}=${value}`),
  ];
  return parts.length === 0 ? kind : `${kind} ${parts.join(' ')}`;
};

const hasSome = (items: Iterable<unknown>): boolean => !items[Symbol.iterator]().next().done;

function* warnOfMissingServices(ask: Ask, references: readonly Reference[]): Generator<Warning> {
  const { snapshot } = ask;
  for (const { field, role, ref } of references) {
    const isDestination = role === 'to' || role === 'backend' || role === 'mirror';
    if (!isDestination || (ref.kind !== 'MeshService' && ref.kind !== 'MeshServiceSubset')) continue;
    const service = ref.name ?? '';
    if (!isOffered(snapshot, service)) {
      if (role === 'to' && isRoutedName(snapshot, ask.policies, service)) continue;
      yield {
        code: 'service-not-offered',
        field: `${field}.name`,
        message: `nobody offers the service "${service}"; is it spelt as in kuma.io/service?`,
      };
      continue;
    }
    const tags = subsetTags(ref);
    if (Object.keys(tags).length === 0 || meshTag in tags || isExternal(snapshot, service)) continue;
    if (selectEndpoints(snapshot, { ...tags, [serviceTag]: service }).length === 0) {
      const wanted = Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');
      yield {
        code: 'subset-without-endpoints',
        field: `${field}.tags`,
        message: `no ready inbound of "${service}" has the tags ${wanted}`,
      };
    }
  }
}

interface MeshEncryption {
  readonly mtls?: { readonly enabledBackend?: string };
}

function* warnOfEncryption({ snapshot, policy }: Ask): Generator<Warning> {
  const { enabledBackend = '' } = (meshOf(snapshot)?.spec as MeshEncryption | undefined)?.mtls ?? {};
  if (policy.needsMtls === true && enabledBackend === '')
    yield {
      code: 'needs-mtls',
      field: 'spec',
      message: `the mesh "${snapshot.name}" has no mTLS; enable a backend in mtls.enabledBackend`,
    };
}

function* warnOfUnusedDestinations(ask: Ask, destinations: readonly Reference[]): Generator<Warning> {
  for (const { field, ref } of destinations) {
    const service = ref.name ?? '';
    if (!hasSome(affectedConsumers(ask, service)))
      yield { code: 'no-outbound', field, message: `no selected proxy has an outbound for "${service}"` };
  }
}

/** Of MeshTCPRoute and MeshHTTPRoute for one service only one has an effect; which one follows from the protocol. */
function* warnOfOtherRoute(ask: Ask, destinations: readonly Reference[]): Generator<Warning> {
  const { snapshot, policy, policies } = ask;
  const { routes } = policy;
  if (routes === undefined) return;
  const other = policies.targetRef.find((each) => each.routes !== undefined && each.routes !== routes);
  if (other?.to === undefined || resourcesByName(snapshot, other.kind.type).size === 0) return;
  for (const { field, ref } of destinations) {
    const service = ref.name ?? '';
    const speaksHttp = isHttp(serviceOf(snapshot, service).protocol);
    if ((routes === 'tcp') !== speaksHttp) continue;
    const consumers = [...affectedConsumers(ask, service)];
    const hasOther = ({ dataplane }: ProxyClass): boolean => {
      if (other.to === undefined) return false;
      const matched = matchProxy(snapshot, dataplane, onlyOf(other));
      const [type] = matched.targetRef;
      return (
        type !== undefined &&
        ruleFor(other.to, sectionItems(matched, type, other.to), { [serviceTag]: service }) !== undefined
      );
    };
    if (consumers.length === 0 || !consumers.every(hasOther)) continue;
    yield {
      code: routes === 'tcp' ? 'http-route-wins' : 'tcp-route-wins',
      field,
      message: `"${service}" ${speaksHttp ? 'speaks HTTP' : 'does not speak HTTP'}, and a ${other.kind.type} routes it on every selected proxy`,
      ...showDataplanes(consumers),
    };
  }
}

/** Rules of a MeshHTTPRoute lead only to services that speak HTTP. */
function* warnOfBackends({ snapshot, policy, resource }: Ask, references: readonly Reference[]): Generator<Warning> {
  if (policy.routes !== 'http') return;
  const leads = [
    ...references.filter(({ role }) => role === 'backend' || role === 'mirror'),
    ...findOwnBackends(resource.spec),
  ];
  for (const { field, role, ref } of leads) {
    const service = ref.name ?? '';
    const { protocol } = serviceOf(snapshot, service);
    // a service nobody offers is warned about by itself
    if (isHttp(protocol) || !isOffered(snapshot, service) || isExternal(snapshot, service)) continue;
    yield role === 'mirror'
      ? {
          code: 'mirror-left-out',
          field,
          message: `"${service}" does not speak HTTP (kuma.io/protocol), so that nothing is mirrored to it`,
        }
      : {
          code: 'backend-not-http',
          field,
          message: `"${service}" does not speak HTTP (kuma.io/protocol), so that ${role === 'to' ? 'rules without backendRefs are' : 'the rule is'} left out`,
        };
  }
}

/** One MeshHTTPRoute is enough for all outbounds that speak HTTP to lose their TrafficRoutes. */
function* warnOfTakenOutbounds(ask: Ask, destinations: readonly Reference[]): Generator<Warning> {
  const { snapshot, policy, policies } = ask;
  if (policy.routes !== 'http' || destinations.length === 0) return;
  const own = new Set(destinations.map(({ ref }) => ref.name ?? ''));
  const legacy = policies.legacy.filter((each) => each.destinations !== undefined);
  const losing: ProxyClass[] = [];
  const services = new Set<string>();
  for (const proxy of affected(ask)) {
    const routed = matchProxy(snapshot, proxy.dataplane, { targetRef: [], legacy }).legacy.map(({ at }) => at.service);
    const taken = routed.filter((service) => {
      const { protocol } = serviceOf(snapshot, service);
      return !own.has(service) && (protocol === 'http' || protocol === 'http2');
    });
    if (taken.length === 0) continue;
    losing.push(proxy);
    for (const service of taken) services.add(service);
  }
  if (losing.length === 0) return;
  const names = [...services].sort();
  yield {
    code: 'takes-http-outbounds',
    field: 'spec.to',
    message: `the outbounds for ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''} lose their TrafficRoutes, and with them Timeout, Retry and the like`,
    ...showDataplanes(losing),
  };
}
