import { mergeMessages } from '../../envoy/merge-messages.js';
import type { MessageJson } from '../../envoy/message-json.js';
import { readResourceJson } from '../../envoy/read-resource-yaml.js';
import { applyJsonPatch } from '../../lib/json-patch.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { Patch } from './modification.js';

/** A changed message, or why it cannot be changed like that. */
export type Patched = Result<MessageJson, string>;

/** The message of a type as the patch wants it. What Envoy's API does not have is left out. */
export function patchMessage(typeUrl: string, message: MessageJson, patch: Patch): Patched {
  switch (patch.kind) {
    case 'merge':
      return ok(mergeMessages(nameOf(typeUrl), message, patch.message));
    case 'json': {
      const patched = applyJsonPatch(message, patch.operations);
      return patched.ok ? readResourceJson(typeUrl, patched.value, 'patch') : patched;
    }
  }
}

/** An entry of a list of filters with its packed configuration as the patch wants it; nothing else of it changes. */
export function patchFilter(filter: MessageJson, patch: Patch): Patched {
  const config = filter.typedConfig as MessageJson | undefined;
  if (patch.kind === 'merge') {
    const wanted = patch.message.typedConfig as MessageJson | undefined;
    if (wanted === undefined) return ok(filter);
    if (config === undefined) return ok({ ...filter, typedConfig: wanted });
    if (wanted['@type'] !== config['@type']) return err('the configuration of the filter is of another type');
    return patchConfig(filter, config, { kind: 'merge', message: unpack(wanted) });
  }
  return config === undefined ? err('the filter has no configuration') : patchConfig(filter, config, patch);
}

function patchConfig(filter: MessageJson, config: MessageJson, patch: Patch): Patched {
  const type = String(config['@type']);
  const patched = patchMessage(type, unpack(config), patch);
  return patched.ok ? ok({ ...filter, typedConfig: { '@type': type, ...patched.value } }) : patched;
}

function unpack(packed: MessageJson): MessageJson {
  const { '@type': _, ...message } = packed;
  return message;
}

const nameOf = (typeUrl: string): string => typeUrl.slice(typeUrl.indexOf('/') + 1);
