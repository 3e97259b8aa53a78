/** A field of a body that the kind does not know; it is not stored. */
export interface DroppedField {
  /** Where it stands, as in violations. */
  readonly path: string;
  readonly name: string;
  /** Names of the fields that may stand there. */
  readonly siblings: readonly string[];
}
