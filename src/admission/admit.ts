import { err, ok, type Result } from '../lib/result.js';
import { parseJsonText } from '../lib/json-text.js';
import { decodeProto } from '../model/decode-proto.js';
import type { DroppedField } from '../model/dropped-field.js';
import type { Around, Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { Violation } from '../model/violation.js';
import { decodeSpec, dropEmptyFields, type DecodedSpec } from './decode-spec.js';
import { refuseField } from './describe-dropped.js';
import { checkEnvelope, envelopeFields, isEnvelopeKey, readEnvelope, type Envelope } from './envelope.js';
import { foldKeys, isOtherCase } from './fold-keys.js';
import { compileSchemaPass, type SchemaPass } from './schema-pass.js';

/** A body that could be read and whose spec is valid by itself; its envelope is not checked yet. */
export interface Candidate {
  readonly envelope: Envelope;
  readonly spec: unknown;
  readonly dropped: readonly DroppedField[];
}

/** Why a body is refused, in the order in which Kuma 2.5 finds out. */
export type Refusal =
  /** No JSON, or JSON of which the kind cannot be read: `invalid <Type> object: '<detail>'`. */
  | { readonly refusal: 'malformed'; readonly detail: string }
  | { readonly refusal: 'invalid'; readonly violations: readonly Violation[] }
  /** The mesh of a new resource does not exist. */
  | { readonly refusal: 'no-mesh' }
  /** Valid by itself, but not beside what is stored (Kuma's managers). */
  | { readonly refusal: 'unfit'; readonly violations: readonly Violation[] };

export interface ReadOptions {
  /** Deepest nesting of objects and lists in a body. */
  readonly maxDepth: number;
  /** Refuse fields that the kind does not know, instead of leaving them out. */
  readonly strict?: boolean;
}

/** More are not named, so that a body full of them cannot cost much. */
export const maxUnknownFields = 100;

const passes = new WeakMap<Kind, SchemaPass>();

/** First half of admission: everything that can be said of a body alone. Pure and total. */
export function readBody(kind: Kind, text: string, options: ReadOptions): Result<Candidate, Refusal> {
  const parsed = parseJsonText(text, options);
  if (!parsed.ok) return err({ refusal: 'malformed', detail: parsed.error.text });
  // JSON null reads as an empty object
  const body = parsed.value ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    return err({
      refusal: 'malformed',
      detail: `expected a JSON object, got ${Array.isArray(body) ? 'an array' : `a ${typeof body}`}`,
    });
  }
  const fields = body as Readonly<Record<string, unknown>>;
  const spec = kind.form === 'nested' ? readNested(kind, fields) : readFlat(kind, fields);
  if (!spec.ok) return spec;
  const envelope = readEnvelope(fields);
  if (!envelope.ok) return err({ refusal: 'malformed', detail: envelope.error });
  const unknown = options.strict === true ? spec.value.dropped.slice(0, maxUnknownFields).map(refuseField) : [];
  const violations = [...unknown, ...kind.validate(spec.value.value)];
  if (violations.length > 0) return err({ refusal: 'invalid', violations });
  const stored = kind.form === 'nested' ? dropEmptyFields(kind.schema, spec.value.value) : spec.value.value;
  return ok({ envelope: envelope.value, spec: stored, dropped: spec.value.dropped });
}

/** The fields of a document beside `spec`. */
const nestedFields: readonly string[] = [...envelopeFields, 'spec'];

/**
 * Kuma 2.5 checks keys as the schema spells them and then matches them without regard to case. What it finds only so
 * is checked too.
 */
function readNested(kind: Kind, fields: Readonly<Record<string, unknown>>): Result<DecodedSpec, Refusal> {
  const read = readAsSpelt(kind, fields);
  if (!read.ok || !read.value.dropped.some(isOtherCase)) return read;
  return readAsSpelt(kind, foldKeys({ properties: { spec: kind.schema } }, fields) as typeof fields);
}

function readAsSpelt(kind: Kind, fields: Readonly<Record<string, unknown>>): Result<DecodedSpec, Refusal> {
  const pass = passes.get(kind) ?? compileSchemaPass(kind.type, kind.schema);
  passes.set(kind, pass);
  const violations = pass(fields);
  if (violations.length > 0) return err({ refusal: 'invalid', violations });
  const decoded = decodeSpec(kind.schema, fields['spec']);
  if (!decoded.ok) return err({ refusal: 'malformed', detail: decoded.error });
  const dropped = Object.keys(fields)
    .filter((key) => key !== 'spec' && !isEnvelopeKey(key))
    .map((name) => ({ path: name, name, siblings: nestedFields }));
  return ok({ value: decoded.value.value, dropped: [...dropped, ...decoded.value.dropped] });
}

function readFlat(kind: Kind, fields: Readonly<Record<string, unknown>>): Result<DecodedSpec, Refusal> {
  const own = Object.fromEntries(Object.entries(fields).filter(([key]) => !isEnvelopeKey(key)));
  const decoded = decodeProto(kind.schema, own);
  return decoded.ok ? decoded : err({ refusal: 'malformed', detail: decoded.error });
}

/**
 * Second half of admission: the envelope against the URL, and the spec beside what is stored.
 * The value is the spec as it is to be stored.
 */
export function admit(kind: Kind, key: ResourceKey, candidate: Candidate, around: Around): Result<unknown, Refusal> {
  const violations = checkEnvelope(kind, key, candidate.envelope, around.previous !== undefined);
  if (violations.length > 0) return err({ refusal: 'invalid', violations });
  if (kind.boundToMesh && around.previous === undefined && around.mesh === undefined)
    return err({ refusal: 'no-mesh' });
  const unfit = kind.check?.(candidate.spec, key, around) ?? [];
  if (unfit.length > 0) return err({ refusal: 'unfit', violations: unfit });
  return ok(kind.complete?.(candidate.spec, around) ?? candidate.spec);
}
