import { findLeftOut } from '../../pipeline/apply-policies.js';
import { planProxy, translatePlan } from '../../pipeline/compute-proxy.js';
import type { LegacyPolicy, Policy } from '../../pipeline/match-proxy.js';
import type { ProxyClass } from './proxy-class.js';
import type { Question } from './question.js';
import { showDataplanes, type Warning } from './warning.js';

/** To try patches on a proxy is to make its whole configuration, and most are alike. */
const maxTried = 20;

/** Patches that are left out for some of the first proxies, each with those. */
export function* warnOfLeftOut(
  { snapshot, policy, resource, policies }: Question<Policy | LegacyPolicy>,
  proxies: Iterable<ProxyClass>,
): Generator<Warning> {
  const { patches } = policy;
  if (patches === undefined) return;
  const written = patches.of(resource.spec);
  const concerned = written.map((): ProxyClass[] => []);
  let tried = 0;
  for (const proxy of proxies) {
    if (tried === maxTried) break;
    tried += 1;
    const { applicable, plan } = planProxy(snapshot, proxy.dataplane, policies);
    const leftOut = findLeftOut(translatePlan(snapshot, plan), applicable);
    written.forEach((each, i) => {
      if (leftOut.has(each)) concerned[i]?.push(proxy);
    });
  }
  for (const [i, classes] of concerned.entries()) {
    if (classes.length === 0) continue;
    yield {
      code: 'patch-left-out',
      field: `${patches.field}[${i}]`,
      message: 'Envoy would refuse what it makes, or it does not fit what is there, so that it is left out',
      ...showDataplanes(classes),
    };
  }
}
