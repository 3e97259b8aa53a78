import { findBrokenPart } from '../../envoy/find-broken-part.js';
import type { MessageJson } from '../../envoy/message-json.js';
import type { Cluster, Listener } from '../../envoy/resources.js';
import { patchableTypes } from '../../envoy/type-urls.js';
import { rememberByIdentity } from '../../lib/remember.js';
import { matchesSelector } from '../../model/dataplane.js';
import type { Tags } from '../../model/resource.js';
import type { ResourceOrigin, Translation } from '../translation.js';
import { editHttpFilters, editNetworkFilters, editVirtualHosts, type Edit } from './edit-listener.js';
import type { Modification, ResourceMatch } from './modification.js';
import { patchMessage } from './patch-message.js';
import { readModification, type WrittenModification } from './read-modification.js';

const readOnce = rememberByIdentity(readModification);

/**
 * What was made of a plan, as users who know Envoy want it: all modifications in order. A modification that does not
 * apply to a resource is left out there, and so is one that would leave the resource such that Envoy refuses it.
 */
export const applyModifications = (
  translation: Translation,
  written: readonly WrittenModification[],
  origin: ResourceOrigin,
): Translation => (written.length === 0 ? translation : modify(translation, written, origin).translation);

/** Those modifications that are left out, for at least one of the resources that they mean. */
export const findLeftOut = (
  translation: Translation,
  written: readonly WrittenModification[],
): ReadonlySet<WrittenModification> => modify(translation, written, 'mesh-proxy-patch').leftOut;

function modify(
  { resources, origins }: Translation,
  written: readonly WrittenModification[],
  origin: ResourceOrigin,
): { readonly translation: Translation; readonly leftOut: ReadonlySet<WrittenModification> } {
  const draft: Draft = {
    cluster: draftOf(resources.clusters, origins.clusters),
    listener: draftOf(resources.listeners, origins.listeners),
    leftOut: new Set(),
  };
  for (const each of written) {
    const modification = readOnce(each);
    if (modification === undefined) draft.leftOut.add(each);
    else applyModification({ ...draft, written: each }, modification, origin);
  }
  const translation = {
    resources: {
      ...resources,
      clusters: settle<Cluster>('cluster', draft),
      listeners: settle<Listener>('listener', draft),
    },
    origins: { clusters: originsOf(draft.cluster), listeners: originsOf(draft.listener) },
  };
  return { translation, leftOut: draft.leftOut };
}

/** A resource, what it was before it was edited, and how. */
interface Draft {
  readonly cluster: Map<string, Drafted>;
  readonly listener: Map<string, Drafted>;
  readonly leftOut: Set<WrittenModification>;
}

/** A draft, and the modification whose turn it is. */
interface Turn extends Draft {
  readonly written: WrittenModification;
}

interface Drafted {
  readonly origin: ResourceOrigin | undefined;
  readonly base: MessageJson;
  readonly edits: readonly { readonly edit: Edit; readonly written: WrittenModification }[];
  readonly current: MessageJson;
}

const draftOf = (
  resources: ReadonlyMap<string, object>,
  origins: ReadonlyMap<string, ResourceOrigin>,
): Map<string, Drafted> =>
  new Map(
    [...resources].map(([name, resource]) => {
      const base = resource as MessageJson;
      return [name, { origin: origins.get(name), base, edits: [], current: base }];
    }),
  );

function applyModification(draft: Turn, modification: Modification, origin: ResourceOrigin): void {
  switch (modification.on) {
    case 'cluster':
    case 'listener':
      changeResources(draft, modification, origin);
      return;
    case 'network-filter':
      editResources(draft, 'listener', modification.listener, editNetworkFilters(modification));
      return;
    case 'http-filter':
      editResources(draft, 'listener', modification.listener, editHttpFilters(modification));
      return;
    case 'virtual-host':
      editResources(draft, 'listener', modification.listener, editVirtualHosts(modification));
      return;
  }
}

function changeResources(
  draft: Turn,
  { on, match, operation }: Extract<Modification, { on: 'cluster' | 'listener' }>,
  origin: ResourceOrigin,
): void {
  const drafted = draft[on];
  switch (operation.kind) {
    case 'add': {
      const { message } = operation;
      drafted.set(String(message.name), { origin, base: message, edits: [], current: message });
      return;
    }
    case 'remove':
      for (const [name, each] of drafted) if (isMeant(name, each, match)) drafted.delete(name);
      return;
    case 'patch':
      editResources(draft, on, match, (message) => patchMessage(patchableTypes[on], message, operation.patch));
      return;
  }
}

function editResources(draft: Turn, on: 'cluster' | 'listener', match: ResourceMatch, edit: Edit): void {
  const { [on]: drafted, leftOut, written } = draft;
  for (const [name, each] of drafted) {
    if (!isMeant(name, each, match)) continue;
    const edited = edit(each.current);
    if (!edited.ok) leftOut.add(written);
    else if (edited.value !== each.current)
      drafted.set(name, { ...each, edits: [...each.edits, { edit, written }], current: edited.value });
  }
}

const isMeant = (name: string, { origin, current }: Drafted, match: ResourceMatch): boolean =>
  (match.name === undefined || match.name === name) &&
  (match.origin === undefined || match.origin === origin) &&
  (match.tags === undefined || matchesSelector(tagsOf(current), match.tags));

function tagsOf({ metadata }: Listener): Tags {
  return (metadata?.filterMetadata?.['io.kuma.tags'] ?? {}) as Tags;
}

/** The resources as they are sent. */
const settle = <Resource extends Cluster | Listener>(
  on: 'cluster' | 'listener',
  { [on]: drafted, leftOut }: Draft,
): ReadonlyMap<string, Resource> =>
  new Map([...drafted].map(([name, each]) => [name, acceptable(patchableTypes[on], each, leftOut) as Resource]));

function acceptable(
  typeUrl: string,
  { base, edits, current }: Drafted,
  leftOut: Set<WrittenModification>,
): MessageJson {
  const isRefused = (message: MessageJson): boolean => findBrokenPart(typeUrl, message) !== undefined;
  // what Envoy would refuse anyway is no fault of the edits
  if (edits.length === 0 || !isRefused(current) || isRefused(base)) return current;
  let accepted = base;
  for (const { edit, written } of edits) {
    const edited = edit(accepted);
    if (edited.ok && !isRefused(edited.value)) accepted = edited.value;
    else leftOut.add(written);
  }
  return accepted;
}

const originsOf = (drafted: ReadonlyMap<string, Drafted>): ReadonlyMap<string, ResourceOrigin> =>
  new Map([...drafted].flatMap(([name, { origin }]) => (origin === undefined ? [] : [[name, origin]])));
