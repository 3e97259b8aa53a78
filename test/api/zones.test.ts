import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { kinds } from '../../src/registry.js';
import { startServer, storeResource, type TestServer } from './fixture.js';

const withOverviews = kinds.filter(({ insight }) => insight !== undefined);
const connected = { subscriptions: [{ connectTime: '2026-11-24T20:05:53Z' }] };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({}, false);
});
afterAll(() => server.close());

describe.each(withOverviews)('overviews of $type', (kind) => {
  const { type, mesh, name, ...spec } = kind.examples[0]!.body;
  const root = mesh === undefined ? '' : `/meshes/${mesh}`;
  const part = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const meta = {
    type: `${type}Overview`,
    ...(mesh === undefined ? {} : { mesh }),
    name,
    creationTime: expect.any(String) as unknown,
    modificationTime: expect.any(String) as unknown,
  };
  const lists = [
    `${root}/${kind.path}/_overview`,
    `${root}/${kind.insight!.legacyPath}`,
    ...(mesh === undefined ? [] : [`/${kind.path}/_overview`, `/${kind.insight!.legacyPath}`]),
  ];
  const items = [`${root}/${kind.path}/${name}/_overview`, `${root}/${kind.insight!.legacyPath}/${name}`];
  const insightKey = { type: kind.insight!.type, mesh: mesh ?? '', name };

  it('are read and listed under both paths, with and without insight', async () => {
    for (const path of lists) expect((await server.get(path)).json()).toEqual({ total: 0, items: [], next: null });
    for (const path of items)
      expect((await server.get(path)).json()).toMatchObject({ status: 404, title: 'Could not retrieve a resource' });
    await server.put(`${root}/${kind.path}/${name}`, kind.examples[0]!.body);
    // a list leaves out the insight of what never connected, a single overview shows it empty
    for (const path of lists)
      expect((await server.get(path)).json()).toEqual({ total: 1, items: [{ ...meta, [part]: spec }], next: null });
    for (const path of items)
      expect((await server.get(path)).json()).toEqual({ ...meta, [part]: spec, [`${part}Insight`]: {} });
    await storeResource(server, insightKey, connected);
    const whole = { ...meta, [part]: spec, [`${part}Insight`]: connected };
    for (const path of lists) expect((await server.get(path)).json()).toMatchObject({ items: [whole] });
    for (const path of items) expect((await server.get(path)).json()).toEqual(whole);
  });

  it('take filters and pages, and refuse forms they do not have', async () => {
    for (const path of lists) {
      expect((await server.get(`${path}?name=no-such-name`)).json()).toMatchObject({ total: 0 });
      expect((await server.get(`${path}?size=abc`)).json()).toMatchObject({ status: 400, detail: 'Invalid page size' });
    }
    for (const path of items) {
      expect((await server.get(`${path}?format=bogus`)).json()).toMatchObject({ status: 400, title: 'invalid format' });
      expect((await server.get(`${path}?format=k8s`)).json()).toMatchObject({ status: 400, title: 'invalid format' });
    }
  });

  it('end with the resource, whose insight goes along', async () => {
    await storeResource(server, insightKey, {});
    await server.remove(`${root}/${kind.path}/${name}`);
    expect(await server.store.get(insightKey)).toBeUndefined();
  });
});

describe('the status of zones', () => {
  it('is null without zones, else in the order of creation', async () => {
    const status = () => server.get('/status/zones');
    expect((await status()).json()).toBeNull();
    for (const [name, enabled] of [
      ['west', undefined],
      ['off', false],
      ['east', true],
    ] as const)
      await server.put(`/zones/${name}`, { type: 'Zone', name, ...(enabled === undefined ? {} : { enabled }) });
    for (const name of ['west', 'off']) await storeResource(server, { type: 'ZoneInsight', mesh: '', name }, connected);
    expect((await status()).json()).toEqual([
      { name: 'west', active: true },
      { name: 'off', active: false },
      { name: 'east', active: false },
    ]);
  });

  it('a zone that is connected cannot be deleted', async () => {
    const key = { type: 'ZoneInsight', mesh: '', name: 'east' };
    await storeResource(server, key, connected);
    expect((await server.remove('/zones/east')).json()).toMatchObject({
      status: 400,
      title: 'Could not delete a resource',
      invalid_parameters: [
        { field: 'zone', reason: 'unable to delete Zone, Zone CP is still connected, please shut it down first' },
      ],
    });
    await storeResource(server, key, {
      subscriptions: [{ ...connected.subscriptions[0], disconnectTime: '2026-11-24T20:06:53Z' }],
    });
    expect((await server.remove('/zones/east')).statusCode).toBe(200);
  });
});

it('global insights count what users write, also what there is none of', async () => {
  const { type, creationTime, resources } = (await server.get('/global-insights')).json<Record<string, object>>();
  expect({ type, creationTime }).toEqual({ type: 'GlobalInsights', creationTime: expect.any(String) as unknown });
  expect(resources).toMatchObject({
    Mesh: { total: 1 },
    Zone: { total: 2 },
    ZoneEgress: { total: 0 },
    ZoneIngress: { total: 0 },
  });
  expect(Object.keys(resources ?? {})).toEqual(Object.keys(resources ?? {}).sort());
  expect(Object.keys(resources ?? {})).not.toContain('ZoneInsight');
});

describe.each([
  { segment: 'zoneingresses', path: 'zone-ingresses', label: 'zone ingress', type: 'ZoneIngress' },
  { segment: 'zoneegresses', path: 'zoneegresses', label: 'zone egress', type: 'ZoneEgress' },
])('the Envoy of a $label', ({ segment, path, label, type }) => {
  it.each(['xds', 'stats', 'clusters'])('is not asked for %s, as it is not connected', async (part) => {
    await server.put(`/${path}/z`, { type, name: 'z', networking: { port: 10001 } });
    expect((await server.get(`/${segment}/z/${part}`)).json()).toMatchObject({
      status: 503,
      title: 'Could not execute admin operation',
      detail: `the proxy of ${label} "z" is not connected to this control plane`,
    });
    expect((await server.get(`/${segment}/nope/${part}`)).json()).toMatchObject({
      status: 404,
      title: `Could not get ${label} resource`,
    });
  });
});
