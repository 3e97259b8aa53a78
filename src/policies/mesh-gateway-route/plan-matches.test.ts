import { describe, expect, it } from 'vitest';

import { compareMatches, planMatch, type Match } from './plan-matches.js';

const path = (match: string, value: string): Match => ({ path: { match, value } }) as Match;

describe('planMatch', () => {
  it.each([
    { name: 'every path', match: {}, exact: [], paths: ['prefix /'] },
    { name: 'a whole path', match: path('EXACT', '/a'), exact: [], paths: ['exact /a'] },
    {
      name: 'a prefix, and the path that is nothing else',
      match: path('PREFIX', '/a/'),
      exact: [],
      paths: ['prefix /a/', 'exact /a'],
    },
    {
      name: 'a prefix whose path has a match of its own',
      match: path('PREFIX', '/a'),
      exact: ['/a'],
      paths: ['prefix /a/'],
    },
    { name: 'the prefix of all paths', match: path('PREFIX', '//'), exact: [], paths: ['prefix /'] },
    { name: 'an expression', match: path('REGEX', '/a.*'), exact: [], paths: ['regex /a.*'] },
    {
      name: 'nothing for a comparison that nobody knows',
      match: { path: { match: 9, value: '/' } },
      exact: [],
      paths: [],
    },
  ])('plans $name', ({ match, exact, paths }) => {
    const planned = planMatch(match, new Set(exact)).map((each) => `${each.match.path.kind} ${each.match.path.value}`);
    expect(planned).toEqual(paths);
  });
  it('orders conditions by sort: the method first', () => {
    const [planned] = planMatch(
      {
        method: 'GET',
        headers: [
          { match: 'ABSENT', name: 'd' },
          { match: 'PRESENT', name: 'c' },
          { match: 'REGEX', name: 'b', value: 'x' },
          { name: 'a', value: 'x' },
        ],
        queryParameters: [
          { match: 'REGEX', name: 'q', value: 'x' },
          { name: 'p', value: 'x' },
        ],
      },
      new Set(),
    );
    expect(planned?.match.headers.map(({ name }) => name)).toEqual([':method', 'a', 'b', 'c', 'd']);
    expect(planned?.match.queryParameters.map(({ name }) => name)).toEqual(['p', 'q']);
  });
});

it.each<[string, Match, Match]>([
  ['a whole path before a prefix', path('EXACT', '/a'), path('PREFIX', '/long')],
  ['a prefix before an expression', path('PREFIX', '/a'), path('REGEX', '/long.*')],
  ['longer paths first', path('EXACT', '/ab'), path('EXACT', '/a')],
  ['one with a method first', { method: 'GET' }, { headers: [{ name: 'a', value: 'x' }] }],
  ['more headers first', { headers: [{ name: 'a', value: 'x' }] }, { queryParameters: [{ name: 'a', value: 'x' }] }],
  ['more parameters first', { queryParameters: [{ name: 'a', value: 'x' }] }, {}],
  ['paths bytewise', path('EXACT', '/a'), path('EXACT', '/b')],
])('compareMatches puts %s', (_name, first, second) => {
  const [a, b] = [first, second].map((match: Match) => planMatch(match, new Set())[0]!.match);
  expect(compareMatches(a!, b!)).toBeLessThan(0);
  expect(compareMatches(b!, a!)).toBeGreaterThan(0);
});

it('compareMatches looks at nothing else between expressions of one length', () => {
  const [a, b] = [{ ...path('REGEX', '/a'), method: 'GET' } as Match, path('REGEX', '/b')].map(
    (match) => planMatch(match, new Set())[0]!.match,
  );
  expect(compareMatches(a!, b!)).toBe(0);
});
