import { findBrokenPart } from '../../envoy/find-broken-part.js';
import type { MessageJson } from '../../envoy/message-json.js';
import { readResourceYaml } from '../../envoy/read-resource-yaml.js';
import { patchableTypes } from '../../envoy/type-urls.js';
import type { JsonPatchOperation } from '../../lib/json-patch.js';
import type { Tags } from '../../model/resource.js';
import type { FilterOperation, Modification, Operation, Patch, ResourceMatch } from './modification.js';

interface Written<Match> {
  readonly match?: (Match & Pick<ResourceMatch, 'origin' | 'name'>) | undefined;
  /** `Add`, `addFirst` and so on; the case of letters does not count. */
  readonly operation?: string;
  /** YAML or JSON of the message. */
  readonly value?: string;
  readonly jsonPatches?: readonly JsonPatchOperation[];
}

type WrittenResource = Written<Pick<ResourceMatch, 'tags'>>;
type WrittenFilter = Written<{ readonly listenerName?: string; readonly listenerTags?: Tags }>;
type WrittenVirtualHost = Written<{ readonly routeConfigurationName?: string }>;

/** A modification as users write it; of several members the first in this order counts (Kuma 2.5). */
export interface WrittenModification {
  readonly cluster?: Written<object>;
  readonly listener?: WrittenResource;
  readonly networkFilter?: WrittenFilter;
  readonly httpFilter?: WrittenFilter;
  readonly virtualHost?: WrittenVirtualHost;
}

type Key = keyof typeof patchableTypes;

/** What a modification asks for; undefined when that is nothing, or something that Envoy would refuse. */
export function readModification(written: WrittenModification): Modification | undefined {
  const { cluster, listener, networkFilter, httpFilter, virtualHost } = written;
  if (cluster !== undefined) return readResource('cluster', cluster);
  if (listener !== undefined) return readResource('listener', listener);
  if (networkFilter !== undefined) return readFilter('networkFilter', networkFilter);
  if (httpFilter !== undefined) return readFilter('httpFilter', httpFilter);
  return virtualHost === undefined ? undefined : readVirtualHost(virtualHost);
}

function readResource(on: 'cluster' | 'listener', written: WrittenResource): Modification | undefined {
  const operation = readOperation(on, written);
  return operation && { on, match: written.match ?? {}, operation };
}

function readFilter(key: 'networkFilter' | 'httpFilter', written: WrittenFilter): Modification | undefined {
  const operation = readFilterOperation(key, written);
  const { origin, name, listenerName, listenerTags } = written.match ?? {};
  return (
    operation && {
      on: key === 'networkFilter' ? 'network-filter' : 'http-filter',
      listener: {
        ...(origin === undefined ? {} : { origin }),
        ...(listenerName === undefined ? {} : { name: listenerName }),
        ...(listenerTags === undefined ? {} : { tags: listenerTags }),
      },
      ...(name === undefined ? {} : { name }),
      operation,
    }
  );
}

function readVirtualHost(written: WrittenVirtualHost): Modification | undefined {
  const operation = readOperation('virtualHost', written);
  const { origin, ...names } = written.match ?? {};
  return operation && { on: 'virtual-host', listener: origin === undefined ? {} : { origin }, ...names, operation };
}

function readOperation(key: Key, written: Written<object>): Operation | undefined {
  if (written.operation?.toLowerCase() !== 'add') return readChange(key, written);
  const message = readWhole(key, written.value);
  return message && { kind: 'add', message };
}

const places = { addfirst: 'first', addlast: 'last', addbefore: 'before', addafter: 'after' } as const;

function readFilterOperation(key: Key, written: Written<object>): FilterOperation | undefined {
  const name = written.operation?.toLowerCase() ?? '';
  const place = Object.entries(places).find(([each]) => each === name)?.[1];
  if (place === undefined) return readChange(key, written);
  const message = readWhole(key, written.value);
  return message && { kind: 'add', place, message };
}

/** What can be done with everything that is there. */
function readChange(key: Key, written: Written<object>): Exclude<Operation, { kind: 'add' }> | undefined {
  const name = written.operation?.toLowerCase();
  if (name === 'remove') return { kind: 'remove' };
  const patch = name === 'patch' ? readPatch(key, written) : undefined;
  return patch && { kind: 'patch', patch };
}

function readPatch(key: Key, { value = '', jsonPatches = [] }: Written<object>): Patch | undefined {
  if (jsonPatches.length > 0) return { kind: 'json', operations: jsonPatches };
  const message = readResourceYaml(patchableTypes[key], value, 'patch');
  return message.ok ? { kind: 'merge', message: message.value } : undefined;
}

/** Admission looks at the message only, Envoy also at what is packed in it. */
function readWhole(key: Key, value = ''): MessageJson | undefined {
  const message = readResourceYaml(patchableTypes[key], value, 'whole');
  return message.ok && findBrokenPart(patchableTypes[key], message.value) === undefined ? message.value : undefined;
}
