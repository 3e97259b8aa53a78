/** Proto-JSON of a message of Envoy's API, of whichever type. */
export type MessageJson = Readonly<Record<string, unknown>>;
