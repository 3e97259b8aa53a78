import { readFileSync } from 'node:fs';

import {
  createFileRegistry,
  fromBinary,
  fromJson,
  type FileRegistry,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

import type { TypeUrl } from './type-urls.js';

let loaded: FileRegistry | undefined;

/**
 * The descriptors of Envoy's v3 API. They lie beside the compiled code and are read at first
 * use, which takes a tenth of a second: the one read of a file in this room, for what users write for Envoy, for tests and
 * for the codec of the xDS server.
 */
export function loadRegistry(): FileRegistry {
  loaded ??= createFileRegistry(
    fromBinary(FileDescriptorSetSchema, readFileSync(new URL('./gen/descriptors.binpb', import.meta.url))),
  );
  return loaded;
}

/**
 * Parses proto-JSON as the message that the type URL names, with every message packed inside it.
 * Throws on a field or a packed type that Envoy's API does not have, and on a value of the wrong shape.
 */
export function parseResource(typeUrl: TypeUrl, json: object): Message {
  const registry = loadRegistry();
  const schema = registry.getMessage(typeUrl.slice(typeUrl.indexOf('/') + 1));
  if (schema === undefined) throw new Error(`no descriptor of ${typeUrl}`);
  return fromJson(schema, json as JsonValue, { registry });
}
