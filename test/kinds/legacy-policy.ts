import type { Kind } from '../../src/model/kind.js';
import { describeFlatKind } from './flat-kind.js';

const missing = 'mandatory tag "kuma.io/service" is missing';
/** What the rules say of a source without tags. */
const badSource = {
  byTags: ['sources[0].match: must have at least one tag'],
  byService: ['sources[0].match: must have at least one tag', `sources[0].match: ${missing}`],
} as const;
/** What the rules say of a destination with another tag than those they know. */
const badDestination = {
  byTags: [],
  byProtocol: ['destinations[0].match: protocol must be specified'],
  byServiceOnly: [
    'destinations[0].match: must consist of exactly one tag "kuma.io/service"',
    'destinations[0].match["a"]: tag "a" is not allowed',
    `destinations[0].match: ${missing}`,
  ],
} as const;

/** What is to hold of a kind with `sources`, `destinations` and `conf`. */
export interface LegacyPolicyTable {
  /** Which rules its selectors follow. */
  readonly sources: keyof typeof badSource;
  readonly destinations: keyof typeof badDestination;
  /** Confs as they are sent, and every violation as `field: message`; `refused` when they cannot be read. */
  readonly judged: readonly (readonly [name: string, conf: unknown, violations: readonly string[]])[];
  /** Confs as they are sent, and as they are stored. */
  readonly read: readonly (readonly [name: string, conf: unknown, stored: unknown])[];
}

const selectors = {
  byTags: [{ match: { version: 'v1' } }],
  byService: [{ match: { 'kuma.io/service': 'web', version: 'v1' } }],
  byServiceOnly: [{ match: { 'kuma.io/service': 'web' } }],
  byProtocol: [{ match: { 'kuma.io/protocol': 'http2' } }],
} as const;

/** One suite for each kind: its selectors, its conf and its examples. */
export function describeLegacyPolicy(kind: Kind, { sources, destinations, judged, read }: LegacyPolicyTable): void {
  const connection = { sources: selectors[sources], destinations: selectors[destinations] };
  const judgedWithoutConf = kind.validate(connection).map(({ field, message }) => `${field}: ${message}`);
  describeFlatKind(kind, {
    judged: [
      [
        'sources, then destinations, then the rest',
        { sources: [{}], destinations: [{ match: { a: 'b' } }] },
        [...badSource[sources], ...badDestination[destinations], ...judgedWithoutConf],
      ],
      ...judged.map(([name, conf, violations]) => [name, { ...connection, conf }, violations] as const),
    ],
    read: read.map(([name, conf, stored]) => [name, { conf }, { conf: stored }] as const),
  });
}
