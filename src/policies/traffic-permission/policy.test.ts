import { describe, expect, it } from 'vitest';

import { computeFor, everything, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = (mode: string): Document => ({
  type: 'Mesh',
  name: 'default',
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode }] },
});
const permissionsOf = (...documents: readonly Document[]) =>
  computeFor([web(), ...documents]).plan.inbounds.get('10.0.0.1:80')?.permissions;
const permit = (...matches: readonly object[]): Document => ({
  type: 'TrafficPermission',
  name: 'permit',
  ...everything,
  sources: matches.map((match) => ({ match })),
});

describe('TrafficPermission', () => {
  it.each(['STRICT', 'PERMISSIVE'])('lets in its sources in %s mode', (mode) => {
    const sources = [
      { 'kuma.io/service': '*' },
      { 'kuma.io/service': 'api' },
      { team: 'a' },
      { version: 'v1', team: 'a', zone: '*', 'kuma.io/service': 'api' },
    ];
    expect(permissionsOf(mesh(mode), permit(...sources))).toEqual({
      by: 'TrafficPermission',
      allow: new Map([
        [
          'permit',
          [
            { kind: 'any' },
            { kind: 'service', mesh: 'default', service: 'api' },
            { kind: 'tag', key: 'team', value: 'a' },
            {
              kind: 'all-of',
              principals: [
                { kind: 'tag', key: 'team', value: 'a' },
                { kind: 'tag', key: 'version', value: 'v1' },
                { kind: 'service', mesh: 'default', service: 'api' },
              ],
            },
          ],
        ],
      ]),
    });
  });
  it('lets in nobody where there is none', () => {
    expect(permissionsOf(mesh('STRICT'))).toEqual({ by: 'TrafficPermission', allow: new Map() });
  });
  it('asks nobody without encryption', () => {
    expect(permissionsOf(permit({ 'kuma.io/service': 'api' }))).toBeUndefined();
  });
});
