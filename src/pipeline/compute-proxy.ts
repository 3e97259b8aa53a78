import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { identify } from '../lib/identify.js';
import { rememberByIdentity } from '../lib/remember.js';
import { type Dataplane } from '../model/dataplane.js';
import { planBase } from '../plan/base-plan.js';
import { offlineNode, type ProxyNode } from '../plan/proxy-node.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { listEndpoints } from '../plan/select-endpoints.js';
import { directEndpoints } from '../rules/direct-endpoints.js';
import { permittedExternalServices } from '../rules/external-services.js';
import { prometheusConf } from '../rules/metrics-inbound.js';
import { openServices } from '../rules/open-services.js';
import { virtualOutbounds } from '../rules/virtual-outbounds.js';
import { dataplaneOf, lineageOf, type Lineage, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive, keepList } from '../snapshot/question.js';
import { translate, translateParts, type Renderers, type TranslatedParts } from '../translate/translate.js';
import type { Translation } from '../translate/translation.js';
import {
  announcePolicies,
  applyLegacy,
  applyRules,
  makeApplicable,
  patchTranslation,
  type Applicable,
} from './apply-policies.js';
import { matchProxy, type MatchedPolicies, type Policies } from './match-proxy.js';
import { keepEqual } from './keep-equal.js';
import { ProxyMemo } from './proxy-memo.js';
import { sharedParts } from './shared-parts.js';

/** What the stages make of one proxy; inspect and xDS show this and nothing else. */
export interface ComputedProxy {
  readonly matched: MatchedPolicies;
  readonly plan: ProxyPlan;
  readonly resources: EnvoyResources;
}

/**
 * The stages in a row: which policies reach the proxy, what it must do, how Envoy is told. Pure; what was made before is
 * remembered, so that the value is the very same one as long as nothing changed that it was made of, and so is every
 * part of `resources` that says the same as before.
 */
export const computeProxy = (
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  policies: Policies,
  node: ProxyNode = offlineNode,
): ComputedProxy =>
  // what is no Dataplane of the snapshot is nobody else's business
  dataplaneOf(snapshot, dataplane.name) === dataplane
    ? memoOf(snapshot, policies).recall(snapshot, { name: dataplane.name, node })
    : runStages(snapshot, dataplane, policies, node);

/**
 * Says of a Dataplane whether its connected proxy may have to do something else at the snapshot `next` than at
 * `previous`; of all others the proxies would be computed to the identical value. Also of those that are gone, of those
 * that were never computed, and of those that were stale before and not computed since. It may take as long as to
 * compute the proxy, so it is asked for one at a time, and may be told what snapshot there is by now.
 */
export function findStale(
  previous: MeshSnapshot,
  next: MeshSnapshot,
  policies: Policies,
): (name: string, now?: MeshSnapshot) => boolean {
  const memo = memoOf(next, policies);
  memo.moveTo(next);
  return (name, now = next) => memoOf(now, policies).isMoved(name, previous, now);
}

const memos = new WeakMap<Lineage, WeakMap<Policies, ProxyMemo<ComputedProxy>>>();

/** What is remembered of a mesh, as long as the mesh is there. */
function memoOf(snapshot: MeshSnapshot, policies: Policies): ProxyMemo<ComputedProxy> {
  const lineage = lineageOf(snapshot);
  const ofMesh = memos.get(lineage) ?? new WeakMap<Policies, ProxyMemo<ComputedProxy>>();
  memos.set(lineage, ofMesh);
  const memo =
    ofMesh.get(policies) ??
    new ProxyMemo(
      snapshot,
      (asked, dataplane, node) => runStages(asked, dataplane, policies, node),
      (before, after) => ({ ...after, resources: keepEqual(before.resources, after.resources) }),
    );
  ofMesh.set(policies, memo);
  return memo;
}

function runStages(snapshot: MeshSnapshot, dataplane: Dataplane, policies: Policies, node: ProxyNode): ComputedProxy {
  const { matched, plan, parts } = askPlanned(snapshot, { dataplane, node, policies });
  const translation = translatePlan(snapshot, plan, sharedParts, parts);
  return { matched, plan, resources: patchTranslation(translation, matched, policies).resources };
}

/** The stage after the plan, before any patch. */
export const translatePlan = (
  snapshot: MeshSnapshot,
  plan: ProxyPlan,
  renderers?: Renderers,
  parts?: TranslatedParts,
): Translation => translate(plan, (source) => listEndpoints(snapshot, source), renderers, parts);

/** The stages up to the plan; with some of the policies alone it is what these would do. */
export function planProxy(
  snapshot: MeshSnapshot,
  declared: Dataplane,
  policies: Policies,
  node: ProxyNode = offlineNode,
): { readonly applicable: Applicable; readonly plan: ProxyPlan } {
  const applicable = makeApplicable(matchProxy(snapshot, declared, policies), policies);
  const { dataplane } = applicable.matched.target;
  return { applicable, plan: applyRules(askLegacy(snapshot, { dataplane, node, policies }), applicable) };
}

/** A proxy whose plan is asked for; with redirected connections the Dataplane has the outbounds of the mesh. */
interface Planned {
  readonly dataplane: Dataplane;
  readonly node: ProxyNode;
}

type PlannedBy = Planned & { readonly policies: Policies };

const keyOfPlanned = ({ dataplane, node, policies }: PlannedBy): string =>
  `${identify(dataplane)} ${identify(node)} ${identify(policies)}`;

/** The whole plan and what is rendered of it, which stay when only instances come and go. */
const askPlanned = derive({
  keyOf: keyOfPlanned,
  answer: (snapshot, { dataplane, node, policies }: PlannedBy) => {
    const { applicable, plan } = planProxy(snapshot, dataplane, policies, node);
    return { matched: applicable.matched, plan, parts: translateParts(plan, sharedParts) };
  },
});

/** The plan as the older policies want it, which stays when only newer ones change. */
const askLegacy = derive({
  keyOf: keyOfPlanned,
  answer: (snapshot, asked: PlannedBy): ProxyPlan => {
    const legacy = onlyLegacy(asked.policies);
    const applicable = makeApplicable(matchProxy(snapshot, asked.dataplane, legacy), legacy);
    return applyLegacy(askAnnounced(snapshot, asked), applicable);
  },
});

/** The plan before any policy, and what newer ones announce in it. */
const askAnnounced = derive({
  keyOf: keyOfPlanned,
  answer: (snapshot, asked: PlannedBy): ProxyPlan => {
    const announcing = onlyAnnouncing(asked.policies);
    const applicable = makeApplicable(matchProxy(snapshot, asked.dataplane, announcing), announcing);
    return announcePolicies(askBase(snapshot, asked), applicable);
  },
  settle: (before, after) => (isSamePlan(before, after) ? before : after),
});

const onlyLegacy = rememberByIdentity(({ legacy }: Policies): Policies => ({ targetRef: [], legacy }));

const onlyAnnouncing = rememberByIdentity(({ targetRef }: Policies): Policies => ({
  targetRef: targetRef.filter((policy) => policy.announce !== undefined),
  legacy: [],
}));

/** Parts are the same when they are identical. */
function isSamePlan(before: ProxyPlan, { outbounds, ...after }: ProxyPlan): boolean {
  const parts = Object.keys(after) as (keyof typeof after)[];
  return (
    Object.keys(before).length === parts.length + 1 &&
    keepList(before.outbounds, outbounds) === before.outbounds &&
    parts.every((part) => before[part] === after[part])
  );
}

/** The plan of a proxy before any policy. */
const askBase = derive({
  keyOf: ({ dataplane, node }: Planned) => `${identify(dataplane)} ${identify(node)}`,
  answer: (snapshot, { dataplane, node }): ProxyPlan =>
    planBase(snapshot, dataplane, node, {
      externalServices: permittedExternalServices(snapshot, dataplane),
      openServices: openServices(snapshot),
      directEndpoints: directEndpoints(snapshot, dataplane),
      names: hasNames(dataplane) ? virtualOutbounds(snapshot).names : [],
      prometheus: prometheusConf(snapshot, dataplane),
    }),
});

/** Without redirected connections nobody asks for names, and a new one concerns nobody. */
const hasNames = ({ spec }: Dataplane): boolean => spec.networking?.transparentProxying !== undefined;
