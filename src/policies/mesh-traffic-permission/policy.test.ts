import { describe, expect, it } from 'vitest';

import { computeFor, everything, web, type Document } from '../../../test/plan/plan-proxy.js';
import type { Tags } from '../../model/resource.js';
import type { Principal } from '../../plan/listener-plan.js';
import { planItems } from './plan-principals.js';

const mesh = {
  type: 'Mesh',
  name: 'default',
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] },
};
const service = (name: string) => ({ kind: 'MeshService', name });
const subset = (tags: Tags) => ({ kind: 'MeshSubset', tags });
const allow = (targetRef: object, action = 'Allow') => ({ targetRef, default: { action } });
const permission = (from: readonly object[], targetRef: object = { kind: 'Mesh' }): Document => ({
  type: 'MeshTrafficPermission',
  name: 'p',
  spec: { targetRef, from },
});

const permissionsOf = (...documents: readonly Document[]) =>
  computeFor([web(), ...documents]).plan.inbounds.get('10.0.0.1:80')?.permissions;

const spiffe = (name: string): Principal => ({ kind: 'service', mesh: 'default', service: name });
const not = (principal: Principal): Principal => ({ kind: 'not', principal });

describe('MeshTrafficPermission', () => {
  it('lets in who is allowed, and who is allowed but for the shadow', () => {
    const from = [
      allow({ kind: 'Mesh' }, 'Deny'),
      allow(subset({ version: 'v1' }), 'AllowWithShadowDeny'),
      allow(service('api')),
    ];
    const v1: Principal = { kind: 'tag', key: 'version', value: 'v1' };
    const shadow: Principal = { kind: 'all-of', principals: [not(spiffe('api')), v1] };
    const allowed: Principal[] = [
      { kind: 'all-of', principals: [spiffe('api'), v1] },
      { kind: 'all-of', principals: [spiffe('api'), not(v1)] },
    ];
    expect(permissionsOf(mesh, permission(from))).toEqual({
      by: 'MeshTrafficPermission',
      allow: new Map([['MeshTrafficPermission', [...allowed, shadow]]]),
      shadowDeny: [shadow],
    });
  });

  it.each([
    { name: 'lets in nobody without an allowing rule', from: [allow({ kind: 'Mesh' }, 'Deny')], allowed: [] },
    {
      name: 'lets in anybody by a rule for all',
      from: [allow({ kind: 'Mesh' })],
      allowed: [['MeshTrafficPermission', [{ kind: 'any' }]]],
    },
  ])('$name', ({ from, allowed }) => {
    expect(permissionsOf(mesh, permission(from))?.allow).toEqual(new Map(allowed as []));
  });

  it('leaves inbounds to TrafficPermission that it does not reach', () => {
    const older: Document = { type: 'TrafficPermission', name: 'older', ...everything };
    expect(permissionsOf(mesh, older, permission([allow(service('a'))], service('other')))?.by).toBe(
      'TrafficPermission',
    );
    expect(permissionsOf(mesh, older, permission([allow(service('a'))], service('web')))?.by).toBe(
      'MeshTrafficPermission',
    );
  });

  it('has no effect without mTLS', () => {
    expect(permissionsOf(permission([allow(service('a'))]))).toBeUndefined();
  });
});

/** Whether a client with the tags is one of the principals. */
function admits(principal: Principal, tags: Tags): boolean {
  switch (principal.kind) {
    case 'any':
      return true;
    case 'service':
      return tags['kuma.io/service'] === principal.service;
    case 'tag':
      return tags[principal.key] === principal.value;
    case 'all-of':
      return principal.principals.every((each) => admits(each, tags));
    case 'any-of':
      return principal.principals.some((each) => admits(each, tags));
    case 'not':
      return !admits(principal.principal, tags);
  }
}

const depthOf = (principal: Principal): number => {
  if ('principals' in principal) return 1 + Math.max(...principal.principals.map(depthOf));
  return principal.kind === 'not' ? 1 + depthOf(principal.principal) : 0;
};

describe('rules that are too many to list', () => {
  // 20 tags with two values each, all combined: 3^20 kinds of clients
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  const from = keys.flatMap((key, i) => [
    allow(subset({ [key]: 'a' }), i % 3 === 0 ? 'Deny' : 'Allow'),
    allow(subset({ [key]: 'b' }), i % 2 === 0 ? 'Deny' : 'AllowWithShadowDeny'),
    allow(subset({ [key]: 'a', k0: 'b' }), i % 5 === 0 ? 'Allow' : 'Deny'),
  ]);
  const permissions = permissionsOf(mesh, permission(from));
  const allowed = permissions?.allow.get('MeshTrafficPermission') ?? [];
  const shadowed = permissions?.shadowDeny ?? [];
  const clients: readonly Tags[] = [
    {},
    ...keys.flatMap((key, i) => ['a', 'b', 'c'].map((value) => ({ [key]: value, [`k${(i * 7 + 1) % 20}`]: 'b' }))),
    ...['a', 'b'].map((value) => Object.fromEntries(keys.map((key) => [key, value]))),
  ];
  it('hold for every client as its last item says', () => {
    for (const tags of clients) {
      const last = from.findLast(({ targetRef }) =>
        Object.entries((targetRef as { readonly tags: Tags }).tags).every(([key, value]) => tags[key] === value),
      )?.default.action;
      const isIn = (principals: readonly Principal[]) => principals.some((each) => admits(each, tags));
      expect({ tags, allowed: isIn(allowed), shadowed: isIn(shadowed) }).toEqual({
        tags,
        allowed: last === 'Allow' || last === 'AllowWithShadowDeny',
        shadowed: last === 'AllowWithShadowDeny',
      });
    }
  });

  it('stay small and shallow, however many items there are', () => {
    const items = Array.from({ length: 4096 }, (_, i) => ({
      subset: { [`k${i}`]: 'a' },
      conf: i % 2 === 0,
      origin: { mesh: 'default', name: 'p' },
    }));
    const principal = planItems(items, (isChosen) => isChosen, 'default')!;
    expect(depthOf(principal)).toBeLessThan(60);
    expect(JSON.stringify(principal).length).toBeLessThan(items.length * 1_000);
  });
});
