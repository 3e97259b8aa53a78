import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { applyModifications } from '../../translate/patch/apply-modifications.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { addResources } from './add-resources.js';
import { proxyTemplateKind } from './kind.js';
import type { ProxyTemplate } from './schema.js';

/**
 * Takes away what the template does not import: without `default-proxy` a proxy has no inbounds, no outbounds of
 * TrafficRoutes and no clusters of either. What policies with targetRefs make comes later and is there all the same.
 */
function apply(plan: ProxyPlan, matches: LegacyMatches<ProxyTemplate>): ProxyPlan {
  const template = matches.proxy();
  if (template === undefined || template.spec.conf?.imports?.includes('default-proxy') === true) return plan;
  return { ...plan, inbounds: new Map(), outboundListeners: new Map(), clusters: new Map() };
}

/** ProxyTemplate: changes the configuration that proxies are given. */
export const proxyTemplate: LegacyPolicy<ProxyTemplate> = {
  kind: proxyTemplateKind,
  matching: ['proxy'],
  apply,
  add: (translation, matches) => addResources(translation, matches.proxy()?.spec.conf?.resources ?? []),
  patch: (translation, matches) =>
    applyModifications(translation, matches.proxy()?.spec.conf?.modifications ?? [], 'proxy-template-modifications'),
};
