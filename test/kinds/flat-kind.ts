import { describe, expect, it } from 'vitest';

import { decodeProto } from '../../src/model/decode-proto.js';
import type { Kind } from '../../src/model/kind.js';

/** What is to hold of a kind whose spec is protobuf's JSON. */
export interface FlatKindTable {
  /** Specs as they are sent, and every violation as `field: message`; `refused` when they cannot be read. */
  readonly judged: readonly (readonly [name: string, spec: unknown, violations: readonly string[]])[];
  /** Specs as they are sent, and as they are stored. */
  readonly read: readonly (readonly [name: string, spec: unknown, stored: unknown])[];
}

/** One suite for each kind: its spec and its examples. */
export function describeFlatKind(kind: Kind, { judged, read }: FlatKindTable): void {
  const judge = (spec: unknown): readonly string[] => {
    const decoded = decodeProto(kind.schema, spec);
    if (!decoded.ok) return ['refused'];
    return kind.validate(decoded.value.value).map(({ field, message }) => `${field}: ${message}`);
  };

  describe(kind.type, () => {
    it.each(judged)('judges %s', (_name, spec, violations) => {
      expect(judge(spec)).toEqual(violations);
    });
    it.each(read)('reads %s', (_name, spec, stored) => {
      const decoded = decodeProto(kind.schema, spec);
      expect(decoded.ok && JSON.stringify(decoded.value.value)).toBe(JSON.stringify(stored));
    });
    it.each(kind.examples)('takes the example "$summary" as it is', ({ body: { type, mesh, name, ...spec } }) => {
      expect([type, typeof mesh, typeof name]).toEqual([kind.type, 'string', 'string']);
      expect(judge(spec)).toEqual([]);
      const decoded = decodeProto(kind.schema, spec);
      expect(decoded.ok && JSON.stringify(decoded.value.value)).toBe(JSON.stringify(spec));
    });
  });
}
