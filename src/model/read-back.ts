/** Schema keyword that says how a value of a `nested` kind is stored; read by the decoder of admission. */
export const readBackKeyword = 'x-read-back';

/** Schema keyword that names the Go type whose limits and grammar the decoder enforces (`uint`, `uint32`, `int32`, `duration`…). */
export const goTypeKeyword = 'x-go-type';

/** Annotations to spread into a TypeBox schema. */
export const readBack = {
  /** Kuma's plain (non-pointer) optional fields: an empty text, list or map is stored as absent. */
  omitEmpty: { [readBackKeyword]: 'omit-empty' },
  /** The same where validation tells empty from absent: it is left out only after that. */
  omitEmptyLate: { [readBackKeyword]: 'omit-empty-late' },
  /** Kuma's plain objects that may be absent: they are stored as `{}` then. */
  always: { [readBackKeyword]: 'always' },
  /** Kuma's raw JSON: null is a value there; elsewhere it is stored as absent. */
  keepNull: { [readBackKeyword]: 'keep-null' },
} as const;
