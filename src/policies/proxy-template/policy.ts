import type { Origin } from '../../plan/cluster-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { applyModifications, findLeftOut } from '../../translate/patch/apply-modifications.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { addResources } from './add-resources.js';
import { proxyTemplateKind } from './kind.js';
import type { ProxyTemplate } from './schema.js';

/**
 * Takes away what the template does not import; without a template a gateway imports its own profile. Both profiles have
 * what serves the proxy itself, tracing, and what passes by. What policies with targetRefs make comes later, and is
 * there anyway.
 */
function apply(plan: ProxyPlan, matches: LegacyMatches<ProxyTemplate>): ProxyPlan {
  const template = matches.proxy();
  const own = plan.gateway === undefined ? 'default-proxy' : 'gateway-proxy';
  const imports = template === undefined ? [own] : (template.spec.conf?.imports ?? []);
  const sidecar = imports.includes('default-proxy') ? plan : withoutSidecar(plan);
  const gateway = imports.includes('gateway-proxy') ? sidecar : withoutGateway(sidecar);
  return imports.some((profile) => profile === 'default-proxy' || profile === 'gateway-proxy')
    ? gateway
    : { ...gateway, passListeners: new Map(), own: {}, clusters: new Map() };
}

function withoutSidecar(plan: ProxyPlan): ProxyPlan {
  const { probes: _, ...own } = plan.own;
  return {
    ...plan,
    inbounds: new Map(),
    outboundListeners: new Map(),
    passListeners: new Map([...plan.passListeners].filter(([, { origin }]) => origin !== 'direct-access')),
    own,
    clusters: without(plan.clusters, ['inbound', 'outbound', 'direct-access']),
  };
}

function withoutGateway(plan: ProxyPlan): ProxyPlan {
  if (plan.gateway === undefined) return plan;
  const { gateway: _, ...rest } = plan;
  return { ...rest, clusters: without(plan.clusters, ['gateway']) };
}

const without = (clusters: ProxyPlan['clusters'], origins: readonly Origin[]): ProxyPlan['clusters'] =>
  new Map([...clusters].filter(([, { origin }]) => !origins.includes(origin)));

/** ProxyTemplate: changes the configuration that proxies are given. */
export const proxyTemplate: LegacyPolicy<ProxyTemplate> = {
  kind: proxyTemplateKind,
  matching: ['proxy'],
  apply,
  add: (translation, matches) => addResources(translation, matches.proxy()?.spec.conf?.resources ?? []),
  patch: (translation, matches) =>
    applyModifications(translation, matches.proxy()?.spec.conf?.modifications ?? [], 'proxy-template-modifications'),
  patches: {
    field: 'conf.modifications',
    findLeftOut: (translation, matches) => findLeftOut(translation, matches.proxy()?.spec.conf?.modifications ?? []),
    of: (spec) => (spec as ProxyTemplate).conf?.modifications ?? [],
  },
};
