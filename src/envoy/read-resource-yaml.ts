import { toJson, type JsonObject } from '@bufbuild/protobuf';
import { anyUnpack, AnySchema } from '@bufbuild/protobuf/wkt';

import { err, ok, type Result } from '../lib/result.js';
import { findBrokenRule } from './check-rules.js';
import { readProtoJson } from './read-proto-json.js';
import { readYaml, type YamlValue } from '../lib/read-yaml.js';
import { loadRegistry } from './registry.js';
import type { TypeUrl } from './type-urls.js';

/**
 * Reads what a user writes in YAML or JSON for Envoy as the message that the type URL names, and gives it back in
 * proto-JSON. `whole`: it must stand by itself, so that it also keeps the rules of protoc-gen-validate; `patch`: it only
 * has the shape of the message. The error is what Kuma 2.5 adds to `native Envoy resource is not valid: `, in Kuma's
 * words for broken rules, in our own where the text cannot be read.
 */
export function readResourceYaml(typeUrl: TypeUrl, text: string, as: 'whole' | 'patch'): Result<JsonObject, string> {
  const value = readYaml(text);
  return value.ok ? readResourceJson(typeUrl, value.value, as) : value;
}

/** As `readResourceYaml`, of what was read already, and of a type that may be any of Envoy's. */
export function readResourceJson(typeUrl: string, value: unknown, as: 'whole' | 'patch'): Result<JsonObject, string> {
  const registry = loadRegistry();
  const desc = registry.getMessage(typeUrl.slice(typeUrl.indexOf('/') + 1));
  if (desc === undefined) return err(`no descriptor of ${typeUrl}`);
  const message = readProtoJson(desc, value as YamlValue, registry);
  if (!message.ok) return message;
  const broken = as === 'whole' ? findBrokenRule(registry, desc, message.value) : undefined;
  return broken === undefined ? ok(toJson(desc, message.value, { registry }) as JsonObject) : err(broken);
}

/** As `readResourceYaml` with `whole`, of a text that names its type itself; `@type` stays in the result. */
export function readPackedResourceYaml(text: string): Result<JsonObject, string> {
  const registry = loadRegistry();
  const value = readYaml(text);
  if (!value.ok) return value;
  const packed = readProtoJson(AnySchema, value.value, registry);
  if (!packed.ok) return packed;
  const message = anyUnpack(packed.value, registry);
  const desc = message === undefined ? undefined : registry.getMessage(message.$typeName);
  if (message === undefined || desc === undefined) return err('"@type" is missing');
  const broken = findBrokenRule(registry, desc, message);
  return broken === undefined ? ok(toJson(AnySchema, packed.value, { registry }) as JsonObject) : err(broken);
}
