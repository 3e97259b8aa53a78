import type { MessageJson } from '../../envoy/message-json.js';
import type { JsonPatchOperation } from '../../lib/json-patch.js';
import type { Tags } from '../../model/resource.js';

/** How a message is changed: by what is merged into it, or by operations on its JSON. */
export type Patch =
  | { readonly kind: 'merge'; readonly message: MessageJson }
  | { readonly kind: 'json'; readonly operations: readonly JsonPatchOperation[] };

/** What is meant; conditions that are absent hold for all. */
export interface ResourceMatch {
  readonly origin?: string;
  readonly name?: string;
  /** Of the inbound or outbound that a listener is for; `*` asks for any value. */
  readonly tags?: Tags;
}

interface Removal {
  readonly kind: 'remove';
}

interface Change {
  readonly kind: 'patch';
  readonly patch: Patch;
}

/** What is done with resources, or with virtual hosts. */
export type Operation = { readonly kind: 'add'; readonly message: MessageJson } | Removal | Change;

/** What is done with filters; `before` and `after` are places beside the first filter that is meant. */
export type FilterOperation =
  | { readonly kind: 'add'; readonly place: 'first' | 'last' | 'before' | 'after'; readonly message: MessageJson }
  | Removal
  | Change;

/** A change of what a proxy is given, written by somebody who knows Envoy. */
export type Modification =
  | { readonly on: 'cluster'; readonly match: ResourceMatch; readonly operation: Operation }
  | { readonly on: 'listener'; readonly match: ResourceMatch; readonly operation: Operation }
  /** Filters of listeners, or of the HTTP connection managers among those; `name` is that of the filter. */
  | {
      readonly on: 'network-filter' | 'http-filter';
      readonly listener: ResourceMatch;
      readonly name?: string;
      readonly operation: FilterOperation;
    }
  /** Virtual hosts that stand in listeners; `name` is that of the virtual host. */
  | {
      readonly on: 'virtual-host';
      readonly listener: ResourceMatch;
      readonly routeConfigurationName?: string;
      readonly name?: string;
      readonly operation: Operation;
    };
