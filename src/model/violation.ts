/** One reason why an input is refused. Violations are collected completely and never thrown. */
export interface Violation {
  /** Path of the offending field, e.g. `spec.to[0].targetRef.kind`; empty when Kuma names none. */
  readonly field: string;
  /** Why, in Kuma's words. */
  readonly message: string;
}
