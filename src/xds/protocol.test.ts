import { describe, expect, it } from 'vitest';

import type { XdsSection } from '../envoy/type-urls.js';
import { step, type Response, type StreamEvent } from './protocol.js';
import { hashVersions, openStream, type StreamState, type Target } from './stream-state.js';

const letters: Readonly<Record<string, XdsSection>> = {
  c: 'clusters',
  e: 'endpoints',
  l: 'listeners',
  r: 'routes',
  s: 'secrets',
};

/** `c:a1,b1 l:x1` is a target with clusters a and b and listener x, each in version 1. */
function target(text: string): Target {
  const section = (letter: string) => {
    const list =
      text
        .split(' ')
        .find((part) => part.startsWith(`${letter}:`))
        ?.slice(2) ?? '';
    const resources = new Map(
      list
        .split(',')
        .filter((each) => each !== '')
        .map((each) => [each.slice(0, -1), { version: each.slice(-1), bytes: Buffer.from(each) }]),
    );
    return { version: hashVersions(resources), resources };
  };
  return {
    clusters: section('c'),
    endpoints: section('e'),
    listeners: section('l'),
    routes: section('r'),
    secrets: section('s'),
    runtimes: section('t'),
  };
}

/** `c:a1,b1-z`: clusters a and b are sent, z is let go. */
const show = ({ section, resources, removed }: Response): string =>
  `${section[0] ?? ''}:${resources.map(([, { bytes }]) => Buffer.from(bytes).toString()).join(',')}${removed.map((name) => `-${name}`).join('')}`;

interface Line {
  readonly event: string;
  readonly sent: string;
}

/**
 * Plays events, one a line, `event => responses`: `target …`; `c`, `e a b` (asks for clusters, for endpoints a and b);
 * `ack c`, `nack c`, `ack e a b` (answers the newest response); `stale c`; `reopen c …`: a new stream on which the client
 * claims what it had.
 */
function play(mode: StreamState['mode'], script: string): void {
  let state = openStream(mode);
  let newest = new Map<XdsSection, Response>();
  const versions = new Map<XdsSection, Map<string, string>>();
  const lines: readonly Line[] = script
    .trim()
    .split('\n')
    .map((line) => line.split('=>').map((part) => part.trim()))
    .map(([event = '', sent = '']) => ({ event, sent }));
  const request = (section: XdsSection, names: readonly string[], more: object, isFirst = false): StreamEvent =>
    mode === 'sotw'
      ? { kind: 'request', request: { section, names, version: '', nonce: '', ...more } }
      : {
          kind: 'delta-request',
          request: {
            section,
            subscribe: names.filter((name) => !name.startsWith('-')),
            unsubscribe: names.filter((name) => name.startsWith('-')).map((name) => name.slice(1)),
            initialVersions: isFirst ? (versions.get(section) ?? new Map<string, string>()) : new Map(),
            nonce: '',
            ...more,
          },
        };
  const toEvent = (text: string): StreamEvent => {
    const [verb = '', ...words] = text.split(' ');
    if (verb === 'target') return { kind: 'target', target: target(words.join(' ')) };
    const sectionOf = (letter = ''): XdsSection => letters[letter] ?? 'runtimes';
    const section = sectionOf(verb.length === 1 ? verb : words[0]);
    const before = newest.get(section);
    if (verb.length === 1) return request(section, words, { nonce: mode === 'sotw' ? (before?.nonce ?? '') : '' });
    // incremental answers say nothing of names
    const names = mode === 'sotw' || verb === 'reopen' ? words.slice(1) : [];
    const answer = { nonce: before?.nonce ?? '', version: before?.version ?? '' };
    switch (verb) {
      case 'ack':
        return request(section, names, answer);
      case 'nack':
        return request(section, names, { ...answer, error: 'no' });
      case 'stale':
        return request(section, names, { ...answer, nonce: '0' });
      default: {
        state = openStream(mode);
        state = step(state, { kind: 'target', target: lastTarget }).state;
        newest = new Map();
        return request(section, names, { version: before?.version ?? claimed.get(section) ?? '' }, true);
      }
    }
  };
  const claimed = new Map<XdsSection, string>();
  let lastTarget = target('');
  for (const [i, { event, sent }] of lines.entries()) {
    const parsed = event.startsWith('again ') ? again(event.split(' ').slice(1)) : toEvent(event);
    if (parsed.kind === 'target') lastTarget = parsed.target;
    const { state: next, responses } = step(state, parsed);
    state = next;
    expect(`${i} ${event} => ${responses.map(show).join(' ')}`.trim()).toBe(`${i} ${event} => ${sent}`.trim());
    for (const response of responses) {
      newest.set(response.section, response);
      claimed.set(response.section, response.version);
      const known = versions.get(response.section) ?? new Map<string, string>();
      for (const [name, { version }] of response.resources) known.set(name, version);
      versions.set(response.section, known);
    }
  }

  /** On the stream that was opened anew: the first request for a further type. */
  function again([letter = '', ...names]: readonly string[]): StreamEvent {
    const section = letters[letter] ?? 'runtimes';
    return request(section, names, { version: claimed.get(section) ?? '' }, true);
  }
}

const full = 'target c:a1,b1 e:a1,b1 l:x1 r:r1 s:k1';

const both: readonly (readonly [name: string, script: string])[] = [
  [
    'a type is sent when it is asked for, in full',
    `${full} =>
     c => c:a1,b1
     ack c =>
     e a b => e:a1,b1
     ack e a b =>
     l => l:x1
     ack l =>
     s k => s:k1
     r r => r:r1`,
  ],
  ['what was asked for before it is known is sent when it is', `c =>\n l =>\n ${full} => c:a1,b1\n ack c => l:x1`],
  ['nothing is sent twice', `c =>\n ${full} => c:a1,b1\n ack c =>\n ${full} =>`],
  ['no clusters at all are an answer', `target l:x1 =>\n c => c:\n ack c =>`],
  ['what is not there is not answered', `${full} =>\n e z =>\n r z =>`],
  [
    'of a type one response is unanswered, then the newest state follows',
    `c =>\n l =>\n target l:x1 => c:\n ack c => l:x1\n target l:x2 =>\n target l:x3 =>\n ack l => l:x3`,
  ],
  [
    'an answer to an earlier response does not count',
    `c =>\n target c:a1 => c:a1\n target c:a2 =>\n stale c =>\n ack c => c:a2`,
  ],
  [
    'what was refused is not sent again until it is another, and then at once',
    `c =>\n target c:a1 => c:a1\n ack c =>\n target c:a2 => c:a2\n nack c =>\n target c:a2 =>\n target c:a3 => c:a3`,
  ],
  [
    'after a refusal the version before is sent again, since nobody knows what was taken',
    `c =>\n target c:a1 => c:a1\n ack c =>\n target c:a2 => c:a2\n nack c =>\n target c:a1 => c:a1`,
  ],
  [
    'listeners wait for their clusters',
    `c =>\n l =>\n target c:a1 l:x1 => c:a1\n ack c => l:x1\n ack l =>\n target c:a1,b1 l:x2 => c:a1,b1\n ack c => l:x2`.replace(
      'c:a1,b1\n ack c => l:x2',
      'c:CHANGED\n ack c => l:x2',
    ),
  ],
  ['listeners do not wait for clusters that were refused', `c =>\n l =>\n target c:a1 l:x1 => c:a1\n nack c => l:x1`],
  [
    'endpoints and secrets do not wait for clusters to be taken: clusters wait for them',
    `target c:a1 e:a1 s:k1 =>\n c => c:a1\n e a => e:a1\n s k => s:k1`,
  ],
  [
    'endpoints are sent again after their cluster changed (warming)',
    `target c:a1 e:a1 =>\n c => c:a1\n ack c =>\n e a => e:a1\n ack e a =>\n target c:a2 e:a1 => c:a2 e:a1`,
  ],
  ['secrets and routes are sent on demand', `target r:r1,q1 s:k1,m1 =>\n s k => s:k1\n ack s k =>\n r r q => r:r1,q1`],
];

const changed = { sotw: 'a1,b1', delta: 'b1' } as const;

describe.each(['sotw', 'delta'] as const)('%s', (mode) => {
  it.each(both)('%s', (_name, script) => {
    play(mode, script.replace('CHANGED', changed[mode]));
  });
});

describe('state of the world', () => {
  it.each([
    [
      'a cluster goes after the listeners that may lead to it',
      `c =>\n l =>\n target c:a1,b1 l:x1 => c:a1,b1\n ack c => l:x1\n ack l =>\n target c:a1 l:x2 => l:x2\n ack l => c:a1`,
    ],
    [
      'a cluster stays when the listeners that do without it are refused',
      `c =>\n l =>\n target c:a1,b1 l:x1 => c:a1,b1\n ack c => l:x1\n ack l =>\n target c:a1 l:x2 => l:x2\n nack l =>\n target c:a1 l:x3 => l:x3\n ack l => c:a1`,
    ],
    [
      'a cluster to which nothing leads goes at once',
      `c =>\n l =>\n target c:a1,b1 l:x1 => c:a1,b1\n ack c => l:x1\n ack l =>\n target c:a1 l:x1 => c:a1`,
    ],
    [
      'listeners that go are told by a shorter list',
      `l =>\n target l:x1,y1 => l:x1,y1\n ack l =>\n target l:y1 => l:y1`,
    ],
    [
      'endpoints that go are not told: nothing asks for them any more',
      `e a b =>\n target e:a1,b1 => e:a1,b1\n ack e a b =>\n target e:a1 =>`,
    ],
    ['further names are answered with all', `target e:a1,b1 =>\n e a => e:a1\n ack e a =>\n e a b => e:a1,b1`],
    [
      'names given up and asked for again are sent again',
      `target e:a1,b1 =>\n e a b => e:a1,b1\n ack e a b =>\n e a =>\n e a b => e:a1,b1`,
    ],
    [
      'no names after names are nothing, not all',
      `target c:a1,b1 =>\n c a => c:a1\n ack c a =>\n c =>\n target c:a2,b2 =>`,
    ],
    ['a star is all', `target c:a1,b1 =>\n c * => c:a1,b1`],
    [
      'after a reconnect nothing is sent that the client has',
      `target c:a1 e:a1 l:x1 =>\n c => c:a1\n ack c =>\n e a => e:a1\n ack e a =>\n l => l:x1\n ack l =>
       reopen c =>\n again e a =>\n again l =>\n target c:a1 e:a1 l:x2 => l:x2`,
    ],
    [
      'after a reconnect what has changed is sent',
      `target c:a1 =>\n c => c:a1\n ack c =>\n reopen c =>\n target c:a2 => c:a2`,
    ],
    [
      'after a reconnect endpoints are sent if their cluster changed in between',
      `target c:a1 e:a1 =>\n c => c:a1\n ack c =>\n e a => e:a1\n ack e a =>\n target c:a2 e:a1 => c:a2 e:a1\n reopen c =>\n again e a =>`,
    ],
    [
      'of endpoints and routes what changed is sent, of clusters all',
      `target c:a1,b1 e:a1,b1 =>\n c => c:a1,b1\n ack c =>\n e a b => e:a1,b1\n ack e a b =>\n target c:a1,b1 e:a2,b1 => e:a2\n ack e a b =>\n target c:a1,b2 e:a2,b1 => c:a1,b2 e:b1`,
    ],
    [
      'after a refusal all is sent, whatever the client took of it',
      `target e:a1,b1 =>\n e a b => e:a1,b1\n ack e a b =>\n target e:a2,b1 => e:a2\n nack e a b =>\n target e:a3,b1 => e:a3,b1`,
    ],
  ])('%s', (_name, script) => {
    play('sotw', script);
  });
});

describe('incremental', () => {
  it.each([
    [
      'a cluster goes after the listeners that may lead to it',
      `c =>\n l =>\n target c:a1,b1 l:x1 => c:a1,b1\n ack c => l:x1\n ack l =>\n target c:a1 l:x2 => l:x2\n ack l => c:-b`,
    ],
    ['only what changed is sent', `c =>\n target c:a1,b1,d1 => c:a1,b1,d1\n ack c =>\n target c:a1,b2 => c:b2-d`],
    [
      'further names are sent alone',
      `target e:a1,b1 =>\n e a => e:a1\n ack e =>\n e b => e:b1\n ack e =>\n target e:a2,b1 => e:a2`,
    ],
    ['what is asked for once more is sent once more', `target e:a1 =>\n e a => e:a1\n ack e =>\n e a => e:a1`],
    ['what is given up is not sent', `target e:a1,b1 =>\n e a b => e:a1,b1\n ack e =>\n e -b =>\n target e:a1,b2 =>`],
    ['all are given up', `target c:a1 =>\n c * => c:a1\n ack c =>\n c -* =>\n target c:a2 =>`],
    [
      'names asked for while a response is unanswered are sent with the next',
      `target e:a1,b1 =>\n e a => e:a1\n e b =>\n ack e => e:b1`,
    ],
    [
      'after a reconnect nothing is sent that the client has',
      `target c:a1,b1 e:a1 =>\n c => c:a1,b1\n ack c =>\n e a => e:a1\n ack e =>\n reopen c =>\n again e a =>\n target c:a1,b2 e:a1 => c:b2`,
    ],
  ])('%s', (_name, script) => {
    play('delta', script);
  });

  it('after a reconnect what has gone is let go', () => {
    const { state } = step(openStream('delta'), { kind: 'target', target: target('c:a1') });
    const { responses } = step(state, {
      kind: 'delta-request',
      request: {
        section: 'clusters',
        subscribe: ['*'],
        unsubscribe: [],
        initialVersions: new Map([
          ['a', '1'],
          ['z', '1'],
        ]),
        nonce: '',
      },
    });
    expect(responses.map(show)).toEqual(['c:-z']);
  });
});

it('says what the client said', () => {
  const first = step(step(openStream('sotw'), { kind: 'target', target: target('c:a1') }).state, {
    kind: 'request',
    request: { section: 'clusters', names: [], version: '', nonce: '' },
  });
  expect(first.answer).toBeUndefined();
  const [response] = first.responses;
  const reply = { section: 'clusters', names: [], version: '', nonce: response?.nonce ?? '' } as const;
  const about = { section: 'clusters', version: response?.version };
  expect(step(first.state, { kind: 'request', request: reply }).answer).toEqual({ kind: 'acknowledged', ...about });
  expect(step(first.state, { kind: 'request', request: { ...reply, error: 'bad' } }).answer).toEqual({
    kind: 'rejected',
    ...about,
    message: 'bad',
  });
});
