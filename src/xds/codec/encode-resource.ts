import { createHash } from 'node:crypto';

import { toBinary, type Message } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import { loadRegistry, parseResource } from '../../envoy/registry.js';
import type { TypeUrl } from '../../envoy/type-urls.js';
import type { EncodedResource } from '../stream-state.js';

const byIdentity = new WeakMap<object, EncodedResource>();

/** What was encoded, by a hash of its type and JSON, as long as some proxy has it: most resources are those of many. */
const byContent = new Map<string, WeakRef<EncodedResource>>();
const forget = new FinalizationRegistry<string>((key) => {
  if (byContent.get(key)?.deref() === undefined) byContent.delete(key);
});

/**
 * A resource in protobuf, encoded once per content; resources must not change. Its version is a hash of the bytes.
 * Throws when Envoy's API does not have what it says.
 */
export function encodeResource(typeUrl: TypeUrl, resource: object): EncodedResource {
  const known = byIdentity.get(resource);
  if (known !== undefined) return known;
  const key = createHash('sha256').update(typeUrl).update(JSON.stringify(resource)).digest('base64url');
  const encoded = byContent.get(key)?.deref() ?? encode(typeUrl, resource, key);
  byIdentity.set(resource, encoded);
  return encoded;
}

function encode(typeUrl: TypeUrl, resource: object, key: string): EncodedResource {
  const value = packMessage(typeUrl, parseResource(typeUrl, resource));
  const any = new BinaryWriter().tag(1, WireType.LengthDelimited).string(typeUrl);
  any.tag(2, WireType.LengthDelimited).bytes(value);
  // the field has this number in both protocols
  const bytes = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(any.finish()).finish();
  const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const encoded: EncodedResource = { version, bytes };
  byContent.set(key, new WeakRef(encoded));
  forget.register(encoded, key);
  return encoded;
}

function packMessage(typeUrl: TypeUrl, message: Message): Uint8Array {
  const schema = loadRegistry().getMessage(typeUrl.slice(typeUrl.indexOf('/') + 1));
  if (schema === undefined) throw new Error(`no descriptor of ${typeUrl}`);
  return toBinary(schema, message);
}
