import type { Dataplane } from '../../model/dataplane.js';
import { findLeftOut, makeApplicable } from '../../pipeline/apply-policies.js';
import { computeProxy } from '../../pipeline/compute-proxy.js';
import type { LegacyPolicy, Policy } from '../../pipeline/match-proxy.js';
import { translate } from '../../translate/translate.js';
import type { Question } from './question.js';
import { showDataplanes, type Warning } from './warning.js';

/** To try patches on a proxy is to make its whole configuration, and proxies are much alike. */
const maxTried = 20;

/** Patches that are left out for some of the first proxies, each with those. */
export function* warnOfLeftOut(
  { snapshot, policy, resource, policies }: Question<Policy | LegacyPolicy>,
  dataplanes: Iterable<Dataplane>,
): Generator<Warning> {
  const { patches } = policy;
  if (patches === undefined) return;
  const written = patches.of(resource.spec);
  const proxies = written.map((): string[] => []);
  let tried = 0;
  for (const dataplane of dataplanes) {
    if (tried === maxTried) break;
    tried += 1;
    const { matched, plan } = computeProxy(snapshot, dataplane, policies);
    const leftOut = findLeftOut(translate(plan), makeApplicable(matched, policies));
    written.forEach((each, i) => {
      if (leftOut.has(each)) proxies[i]?.push(dataplane.name);
    });
  }
  for (const [i, names] of proxies.entries()) {
    if (names.length === 0) continue;
    yield {
      code: 'patch-left-out',
      field: `${patches.field}[${i}]`,
      message: 'Envoy would refuse what it makes, or it does not fit what is there, so that it is left out',
      ...showDataplanes(names),
    };
  }
}
