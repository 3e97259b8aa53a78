import { expect, it } from 'vitest';

import type { HTTPFilter, HTTPMatch, HTTPRule, MeshHTTPRoute } from './schema.js';
import { validateMeshHTTPRoute } from './validate.js';

const mesh = { kind: 'Mesh' };
const backend = { kind: 'MeshService', name: 'backend' };
const route = (...rules: HTTPRule[]): MeshHTTPRoute => ({ targetRef: mesh, to: [{ targetRef: backend, rules }] });
const matching = (...matches: HTTPMatch[]): MeshHTTPRoute => route({ matches, default: {} });
const prefix: HTTPMatch = { path: { type: 'PathPrefix', value: '/a' } };
const filtering = (filter: HTTPFilter, ...matches: HTTPMatch[]): MeshHTTPRoute =>
  route({ matches: matches.length === 0 ? [prefix] : matches, default: { filters: [filter] } });
const replacement = { type: 'ReplaceFullPath', replacePrefixMatch: '' } as const;

const rule = 'spec.to[0].rules[0]';
const filter = `${rule}.default.filters[0]`;
const absolute = 'must be an absolute path';
const trailing = 'does not need a trailing slash because only a `/`-separated prefix or an entire path is matched';
const prefixOnly = 'can only appear if all matches match a path prefix';

interface Case {
  readonly name: string;
  readonly spec: MeshHTTPRoute;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'nothing to reroute', spec: { targetRef: mesh } },
  { name: 'no rules', spec: { targetRef: { kind: 'MeshSubset' }, to: [{ targetRef: backend }] } },
  {
    name: 'absent targetRefs',
    spec: { to: [{}] },
    violations: ['spec.targetRef.kind: must be defined', 'spec.to[0].targetRef.kind: must be defined'],
  },
  {
    name: 'kinds that are not for these places',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'a' },
      to: [
        {
          targetRef: mesh,
          rules: [
            {
              matches: [{}],
              default: {
                filters: [{ type: 'RequestMirror', requestMirror: { percentage: '-1', backendRef: mesh } }],
                backendRefs: [mesh, { kind: 'MeshServiceSubset', name: 'b', tags: { a: 'b' }, weight: 0 }],
              },
            },
          ],
        },
      ],
    },
    violations: [
      'spec.targetRef.kind: value is not supported',
      'spec.to[0].targetRef.kind: value is not supported',
      `${filter}.requestMirror.backendRef.kind: value is not supported`,
      `${rule}.default.backendRefs[0].kind: value is not supported`,
    ],
  },
  {
    name: 'paths that are fine',
    spec: matching(
      { path: { type: 'Exact', value: '/a/' } },
      { path: { type: 'PathPrefix', value: '/' } },
      { path: { type: 'RegularExpression', value: '(' } },
    ),
  },
  {
    name: 'paths that are not absolute, or end in a slash',
    spec: matching({ path: { type: 'Exact', value: 'a' } }, { path: { type: 'PathPrefix', value: 'a/' } }),
    violations: [
      `${rule}.matches[0].path.value: ${absolute}`,
      `${rule}.matches[1].path.value: ${trailing}`,
      `${rule}.matches[1].path.value: ${absolute}`,
    ],
  },
  {
    name: 'a query parameter twice',
    spec: matching({
      queryParams: [
        { type: 'Exact', name: 'a', value: '1' },
        { type: 'Exact', name: 'b', value: '1' },
        { type: 'RegularExpression', name: 'a', value: '(' },
      ],
    }),
    violations: [`${rule}.matches[0].queryParams[2].name: multiple entries for name a`],
  },
  {
    name: 'headers with a value they cannot have',
    spec: matching({
      headers: [
        { name: 'a', value: '1' },
        { name: 'a', type: 'Present', value: '1' },
        { name: 'a', type: 'Absent', value: '1' },
        { name: 'a', type: 'Present' },
      ],
    }),
    violations: [
      `${rule}.matches[0].headers[1].value: must not be defined`,
      `${rule}.matches[0].headers[2].value: must not be defined`,
    ],
  },
  ...(
    [
      ['RequestHeaderModifier', 'requestHeaderModifier'],
      ['ResponseHeaderModifier', 'responseHeaderModifier'],
      ['RequestRedirect', 'requestRedirect'],
      ['URLRewrite', 'urlRewrite'],
      ['RequestMirror', 'requestMirror'],
    ] as const
  ).map(([type, field]) => ({
    name: `${type} without its object`,
    spec: filtering({ type }),
    violations: [`${filter}.${field}: must be defined`],
  })),
  {
    name: 'a modifier with an empty list',
    spec: filtering({ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [] } }),
  },
  {
    name: 'a modifier without lists',
    spec: filtering({ type: 'ResponseHeaderModifier', responseHeaderModifier: {} }),
    violations: [`${filter}.responseHeaderModifier: must have at least one defined: set, add, remove`],
  },
  {
    name: 'a header named twice',
    spec: filtering({
      type: 'RequestHeaderModifier',
      requestHeaderModifier: {
        set: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
        add: [{ name: 'a', value: '3' }],
        remove: ['b', 'a', 'A'],
      },
    }),
    violations: ['set[1]', 'add[0]', 'remove[1]'].map(
      (at) => `${filter}.requestHeaderModifier.${at}.name: duplicate header name`,
    ),
  },
  { name: 'objects without anything', spec: filtering({ type: 'URLRewrite', urlRewrite: {}, requestRedirect: {} }) },
  {
    name: 'a replaced prefix where all matches are prefixes',
    spec: filtering({ type: 'RequestRedirect', requestRedirect: { path: replacement } }, prefix, prefix),
  },
  {
    name: 'a replaced prefix where one match is none',
    spec: filtering({ type: 'RequestRedirect', requestRedirect: { path: replacement } }, prefix, { method: 'GET' }),
    violations: [`${filter}.requestRedirect.path.replacePrefixMatch: ${prefixOnly}`],
  },
  {
    name: 'the same for a rewrite',
    spec: filtering({ type: 'URLRewrite', urlRewrite: { path: replacement } }, { path: { type: 'Exact', value: '/' } }),
    violations: [`${filter}.urlRewrite.path.replacePrefixMatch: ${prefixOnly}`],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshHTTPRoute(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
