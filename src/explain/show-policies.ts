import { isBuiltinGateway } from '../model/dataplane.js';
import { compareBytes, type ResourceMeta } from '../model/resource.js';
import type { MatchedPolicies } from '../pipeline/match-proxy.js';
import { showGatewayPolicies } from './show-gateway.js';
import { showMeta } from './show-meta.js';
import type { Attachment } from '../rules/match-legacy.js';

/** A part of a sidecar and the policies that attach to it. */
export interface AttachedPolicies {
  readonly at: Attachment;
  readonly type: string;
  readonly policies: readonly ResourceMeta[];
}

/** Every policy that reaches a sidecar, with where it attaches; those with targetRefs attach to the proxy as a whole. */
export const attachedPolicies = ({ targetRef, legacy }: MatchedPolicies): readonly AttachedPolicies[] => [
  ...legacy,
  ...targetRef.map(({ policy, matched }) => ({
    at: wholeProxy,
    type: policy.kind.type,
    policies: matched.map((each) => each.policy),
  })),
];

const wholeProxy: Attachment = { type: 'dataplane', name: '', service: '' };

/** Order of attachments in all answers. */
export const compareAttachments = (a: Attachment, b: Attachment): number => compareBytes(textOf(a), textOf(b));

const textOf = ({ type, name, service }: Attachment): string => `{${type} ${name} ${service}}`;

/** An attachment as it is shown: what is empty is left out. */
export const showAttachment = ({ type, name, service }: Attachment) => ({
  type,
  ...(name === '' ? {} : { name }),
  ...(service === '' ? {} : { service }),
});

/** `GET …/dataplanes/{name}/policies`: which policies reach the proxy, and where they attach. */
export const showPolicies = (matched: MatchedPolicies): object =>
  isBuiltinGateway(matched.target.dataplane.spec) ? showGatewayPolicies(matched) : showSidecarPolicies(matched);

function showSidecarPolicies(matched: MatchedPolicies): object {
  const byPlace = new Map<
    string,
    { readonly at: Attachment; readonly policies: Map<string, readonly ResourceMeta[]> }
  >();
  for (const { at, type, policies } of attachedPolicies(matched)) {
    const place = byPlace.get(textOf(at)) ?? { at, policies: new Map<string, readonly ResourceMeta[]>() };
    byPlace.set(textOf(at), place);
    place.policies.set(type, policies);
  }
  const items = [...byPlace.values()]
    .sort((a, b) => compareAttachments(a.at, b.at))
    .map(({ at, policies }) => ({
      ...showAttachment(at),
      matchedPolicies: Object.fromEntries(
        [...policies].sort(([a], [b]) => compareBytes(a, b)).map(([type, metas]) => [type, metas.map(showMeta)]),
      ),
    }));
  return { kind: 'SidecarDataplane', total: items.length, items };
}
