import type { ClusterPlan } from '../../plan/cluster-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { applyModifications } from '../../translate/patch/apply-modifications.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { addResources } from './add-resources.js';
import { proxyTemplateKind } from './kind.js';
import type { ProxyTemplate } from './schema.js';

/**
 * Takes away what the template does not import: only `default-proxy` has inbounds, the outbounds of TrafficRoutes, and
 * their clusters, and `gateway-proxy` has the rest. What policies with targetRefs make comes later, and is there anyway.
 */
function apply(plan: ProxyPlan, matches: LegacyMatches<ProxyTemplate>): ProxyPlan {
  const template = matches.proxy();
  const { imports = [] } = template?.spec.conf ?? {};
  if (template === undefined || imports.includes('default-proxy')) return plan;
  const clusters = imports.includes('gateway-proxy') ? [...plan.clusters].filter(([, each]) => !isTraffic(each)) : [];
  return { ...plan, inbounds: new Map(), outboundListeners: new Map(), clusters: new Map(clusters) };
}

const isTraffic = ({ origin }: ClusterPlan): boolean => origin === 'inbound' || origin === 'outbound';

/** ProxyTemplate: changes the configuration that proxies are given. */
export const proxyTemplate: LegacyPolicy<ProxyTemplate> = {
  kind: proxyTemplateKind,
  matching: ['proxy'],
  apply,
  add: (translation, matches) => addResources(translation, matches.proxy()?.spec.conf?.resources ?? []),
  patch: (translation, matches) =>
    applyModifications(translation, matches.proxy()?.spec.conf?.modifications ?? [], 'proxy-template-modifications'),
};
