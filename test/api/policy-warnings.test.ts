import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { toPut } from '../../src/cli/apply/to-put.js';
import { warningCodes, type WarningCode } from '../../src/explain/warnings/warning.js';
import { kinds } from '../../src/registry.js';
import { startServer, type TestServer } from './fixture.js';

interface Body {
  readonly type: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

interface Case {
  readonly code: WarningCode;
  readonly what: string;
  readonly field: string;
  /** What is there besides the services of every case. */
  readonly given?: readonly Body[];
  readonly policy: Body;
  /** What is put instead for nothing to be said any more: the policy itself, or what it collides with. */
  readonly repaired: Body;
}

const dataplane = (service: string, protocol: string, outbounds: readonly string[] = []): Body => ({
  type: 'Dataplane',
  name: `${service}-1`,
  networking: {
    address: '192.168.0.1',
    inbound: [{ port: 80, tags: { 'kuma.io/service': service, 'kuma.io/protocol': protocol, version: 'v1' } }],
    outbound: outbounds.map((name, i) => ({ port: 10_001 + i, tags: { 'kuma.io/service': name } })),
  },
});

/** `web` calls `backend`, which speaks TCP, and `api` and `shop`, which speak HTTP. */
const services = [
  dataplane('web', 'tcp', ['backend', 'api', 'shop']),
  dataplane('backend', 'tcp'),
  dataplane('api', 'http'),
  dataplane('shop', 'http'),
];

/** A client of a service that nobody offers. */
const caller = dataplane('caller', 'tcp', ['ghost']);

const mesh = { kind: 'Mesh' };
const service = (name: string) => ({ kind: 'MeshService', name });
const v = (version: string) => ({ kind: 'MeshServiceSubset', name: 'backend', tags: { version } });

const tcpRoute = (to: string, backendRef: object, targetRef: object = mesh): Body => ({
  type: 'MeshTCPRoute',
  name: 'tcp',
  spec: { targetRef, to: [{ targetRef: service(to), rules: [{ default: { backendRefs: [backendRef] } }] }] },
});

const httpRoute = (to: readonly string[], conf: object = {}): Body => ({
  type: 'MeshHTTPRoute',
  name: 'http',
  spec: {
    targetRef: mesh,
    to: to.map((name) => ({
      targetRef: service(name),
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: conf }],
    })),
  },
});

const mirror = (to: string) => ({
  filters: [{ type: 'RequestMirror', requestMirror: { backendRef: service(to), percentage: 10 } }],
});

const timeout = (name: string, conf: object, to: object = mesh): Body => ({
  type: 'MeshTimeout',
  name,
  spec: { targetRef: mesh, to: [{ targetRef: to, default: conf }] },
});

const matching = (name: string) => [{ match: { 'kuma.io/service': name } }];

const oldTimeout = (name: string, source: string, destination: string): Body => ({
  type: 'Timeout',
  name,
  sources: matching(source),
  destinations: matching(destination),
  conf: { connectTimeout: '5s' },
});

const oldRoute = (destination: string): Body => ({
  type: 'TrafficRoute',
  name: 'route-all',
  sources: matching('*'),
  destinations: matching('*'),
  conf: { destination: { 'kuma.io/service': destination } },
});

const permission: Body = {
  type: 'MeshTrafficPermission',
  name: 'allow',
  spec: { targetRef: mesh, from: [{ targetRef: mesh, default: { action: 'Allow' } }] },
};

const meshWith = (more: object): Body => ({
  type: 'Mesh',
  name: '',
  skipCreatingInitialPolicies: ['*'],
  ...more,
});

const patches = (...written: readonly (readonly [path: string, value: string])[]): Body => ({
  type: 'MeshProxyPatch',
  name: 'patch',
  spec: {
    targetRef: mesh,
    default: {
      appendModifications: written.map(([path, value]) => ({
        cluster: { operation: 'Patch', match: { name: 'localhost:80' }, jsonPatches: [{ op: 'replace', path, value }] },
      })),
    },
  },
});

const template = (value: string): Body => ({
  type: 'ProxyTemplate',
  name: 'template',
  selectors: matching('*'),
  conf: { imports: ['default-proxy'], modifications: [{ cluster: { operation: 'patch', value } }] },
});

const backendRefs = 'spec.to[0].rules[0].default.backendRefs';

const cases: readonly Case[] = [
  {
    code: 'service-not-offered',
    what: 'a backendRef',
    field: `${backendRefs}[0].name`,
    policy: tcpRoute('backend', service('bakend')),
    repaired: tcpRoute('backend', service('backend')),
  },
  {
    code: 'service-not-offered',
    what: 'a destination',
    field: 'spec.to[0].targetRef.name',
    policy: timeout('t', { idleTimeout: '1s' }, service('bakend')),
    repaired: timeout('t', { idleTimeout: '1s' }, service('backend')),
  },
  {
    code: 'service-not-offered',
    what: 'the destination of a route to which no proxy has an outbound',
    field: 'spec.to[0].targetRef.name',
    policy: tcpRoute('bakend', service('backend')),
    repaired: tcpRoute('backend', service('backend')),
  },
  {
    code: 'service-not-offered',
    what: 'the destination of a MeshTCPRoute that leads nowhere else',
    field: 'spec.to[0].targetRef.name',
    given: [dataplane('web', 'tcp', ['alias'])],
    policy: { type: 'MeshTCPRoute', name: 'tcp', spec: { targetRef: mesh, to: [{ targetRef: service('alias') }] } },
    repaired: tcpRoute('alias', service('backend')),
  },
  {
    code: 'service-not-offered',
    what: 'the destination of a MeshHTTPRoute that leads nowhere else',
    field: 'spec.to[0].targetRef.name',
    given: [dataplane('web', 'tcp', ['alias'])],
    policy: httpRoute(['alias']),
    repaired: httpRoute(['alias'], { backendRefs: [service('api')] }),
  },
  {
    code: 'service-not-offered',
    what: 'where a TrafficRoute leads',
    field: 'conf',
    policy: oldRoute('bakend'),
    repaired: oldRoute('backend'),
  },
  {
    code: 'subset-without-endpoints',
    what: 'a version that does not run',
    field: `${backendRefs}[0].tags`,
    policy: tcpRoute('backend', v('v9')),
    repaired: tcpRoute('backend', v('v1')),
  },
  {
    code: 'service-not-offered',
    what: 'the destination of a policy, as long as no route leads elsewhere',
    field: 'spec.to[0].targetRef.name',
    given: [caller],
    policy: timeout('t', { idleTimeout: '1s' }, service('ghost')),
    repaired: tcpRoute('ghost', service('backend')),
  },
  {
    code: 'service-not-offered',
    what: 'a destination of the older form, as long as no route leads elsewhere',
    field: 'destinations[0].match',
    given: [caller],
    policy: oldTimeout('t', 'caller', 'ghost'),
    repaired: { ...oldRoute('backend'), destinations: matching('ghost') },
  },
  {
    code: 'zero-weight',
    what: 'the only backend',
    field: backendRefs,
    policy: tcpRoute('backend', { ...service('backend'), weight: 0 }),
    repaired: tcpRoute('backend', { ...service('backend'), weight: 1 }),
  },
  {
    code: 'selects-no-proxy',
    what: 'a targetRef',
    field: 'spec.targetRef',
    policy: tcpRoute('backend', v('v1'), { kind: 'MeshSubset', tags: { app: 'web' } }),
    repaired: tcpRoute('backend', v('v1'), { kind: 'MeshSubset', tags: { version: 'v1' } }),
  },
  {
    code: 'selects-no-proxy',
    what: 'sources and destinations',
    field: 'sources',
    given: [oldRoute('*')],
    policy: oldTimeout('t', 'wep', 'none'),
    repaired: oldTimeout('t', 'web', 'backend'),
  },
  {
    code: 'no-outbound',
    what: 'a proxy without outbounds',
    field: 'spec.to[0].targetRef',
    policy: tcpRoute('backend', v('v1'), service('api')),
    repaired: tcpRoute('backend', v('v1'), service('web')),
  },
  {
    code: 'no-outbound',
    what: 'destinations of the older form',
    field: 'destinations',
    given: [oldRoute('*')],
    policy: oldTimeout('t', 'web', 'web'),
    repaired: oldTimeout('t', 'web', 'backend'),
  },
  {
    code: 'http-route-wins',
    what: 'both routes for a service that speaks HTTP',
    field: 'spec.to[0].targetRef',
    given: [httpRoute(['api'])],
    policy: tcpRoute('api', service('shop')),
    repaired: tcpRoute('backend', service('shop')),
  },
  {
    code: 'tcp-route-wins',
    what: 'both routes for a service that does not speak HTTP',
    field: 'spec.to[0].targetRef',
    given: [tcpRoute('backend', v('v1'))],
    policy: httpRoute(['backend']),
    repaired: httpRoute(['api']),
  },
  {
    code: 'replaced-by-route',
    what: 'a Timeout',
    field: 'destinations',
    given: [oldRoute('*'), tcpRoute('backend', v('v1'))],
    policy: oldTimeout('t', 'web', 'backend'),
    repaired: oldTimeout('t', 'web', 'shop'),
  },
  {
    code: 'takes-http-outbounds',
    what: 'a MeshHTTPRoute for one of two services',
    field: 'spec.to',
    given: [oldRoute('*')],
    policy: httpRoute(['api']),
    repaired: httpRoute(['api', 'shop']),
  },
  {
    code: 'overridden',
    what: 'the same field in a later policy',
    field: 'spec',
    given: [timeout('b', { idleTimeout: '2s' })],
    policy: timeout('a', { idleTimeout: '1s' }),
    repaired: timeout('a', { connectionTimeout: '1s' }),
  },
  {
    code: 'overridden',
    what: 'a more specific policy of the older form',
    field: 'sources',
    given: [oldRoute('*'), oldTimeout('narrow', 'web', 'backend')],
    policy: oldTimeout('wide', '*', 'backend'),
    repaired: oldTimeout('wide', '*', '*'),
  },
  {
    code: 'needs-mtls',
    what: 'a MeshTrafficPermission',
    field: 'spec',
    policy: permission,
    repaired: meshWith({ mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] } }),
  },
  {
    code: 'unknown-field',
    what: 'a misspelt field',
    field: 'spec.to[0].default.idleTimout',
    policy: timeout('t', { idleTimout: '1s', connectionTimeout: '1s' }),
    repaired: timeout('t', { idleTimeout: '1s', connectionTimeout: '1s' }),
  },
  {
    code: 'backend-not-http',
    what: 'a rule to a service that speaks TCP',
    field: `${backendRefs}[0]`,
    policy: httpRoute(['api'], { backendRefs: [service('backend')] }),
    repaired: httpRoute(['api'], { backendRefs: [service('shop')] }),
  },
  {
    code: 'backend-not-http',
    what: 'a rule that leads to the service itself',
    field: 'spec.to[0].targetRef',
    policy: httpRoute(['backend']),
    repaired: httpRoute(['api']),
  },
  {
    code: 'mirror-left-out',
    what: 'a mirror that speaks TCP',
    field: 'spec.to[0].rules[0].default.filters[0].requestMirror.backendRef',
    policy: httpRoute(['api'], mirror('backend')),
    repaired: httpRoute(['api'], mirror('shop')),
  },
  {
    code: 'patch-left-out',
    what: 'a patch after which Envoy would refuse the cluster',
    field: 'spec.default.appendModifications[1]',
    policy: patches(['/connectTimeout', '2s'], ['/connectTimeout', '-1s']),
    repaired: patches(['/connectTimeout', '2s'], ['/connectTimeout', '1s']),
  },
  {
    code: 'patch-left-out',
    what: 'a patch of a field that is not there',
    field: 'spec.default.appendModifications[0]',
    policy: patches(['/nope/x', '2s']),
    repaired: patches(['/connectTimeout', '1s']),
  },
  {
    code: 'patch-left-out',
    what: 'a patch of a ProxyTemplate after which Envoy would refuse the cluster',
    field: 'conf.modifications[0]',
    policy: template('connectTimeout: -1s'),
    repaired: template('connectTimeout: 1s'),
  },
];

interface Answer {
  readonly total: number;
  readonly items: readonly { readonly code: string; readonly field: string; readonly message: string }[];
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, false);
});
afterAll(() => server.close());

const pathOf = (name: string, body: Body): string =>
  body.type === 'Mesh'
    ? `/meshes/${name}`
    : `/meshes/${name}/${kinds.find(({ type }) => type === body.type)?.path ?? ''}/${body.name}`;

/** Puts a resource into a mesh; the `Link` header of the answer. */
async function put(name: string, body: Body) {
  const resource = body.type === 'Mesh' ? { ...body, name } : { ...body, mesh: name };
  const answer = await server.put(pathOf(name, body), resource, { host: 'localhost:5681' });
  expect([200, 201], answer.body).toContain(answer.statusCode);
  return answer.headers.link;
}

const warningsOf = async (name: string, policy: Body): Promise<Answer> =>
  (await server.get(`${pathOf(name, policy)}/_warnings`)).json<Answer>();

const nothing = { total: 0, items: [] };

describe('warnings of a policy', () => {
  it.each(cases.map((each, i) => ({ ...each, name: `mesh-${i}` })))(
    '$code: $what',
    async ({ name, code, field, given = [], policy, repaired }) => {
      for (const each of [meshWith({}), ...services, ...given]) await put(name, each);
      expect(await put(name, policy)).toBe(`<${pathOf(name, policy)}/_warnings>; rel="describedby"`);
      const { total, items } = await warningsOf(name, policy);
      expect(total).toBe(items.length);
      expect(items.map((item) => [item.code, item.field])).toContainEqual([code, field]);

      await put(name, repaired);
      expect(await warningsOf(name, policy)).toEqual(nothing);
      expect(await put(name, repaired.type === policy.type ? repaired : policy)).toBeUndefined();
    },
  );

  it('do not say of what is meant for everything that newer routes replace it', async () => {
    const name = 'routed-anew';
    const wide = oldTimeout('wide', '*', '*');
    for (const each of [meshWith({}), caller, services[1]!, oldRoute('*'), wide]) await put(name, each);
    expect(await put(name, tcpRoute('ghost', service('backend')))).toBeUndefined();
    for (const each of [oldRoute('*'), wide]) expect(await warningsOf(name, each)).toEqual(nothing);
    await put(name, oldTimeout('narrow', 'caller', 'ghost'));
    const { items } = await warningsOf(name, oldTimeout('narrow', 'caller', 'ghost'));
    expect(items.map(({ code }) => code)).toEqual(['replaced-by-route']);
  });

  it('have a case for every code', () => {
    expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual(Object.keys(warningCodes).sort());
  });

  it('are documented, every code under a heading of its own', () => {
    const text = readFileSync(new URL('../../docs/warnings.md', import.meta.url), 'utf8');
    const headings = [...text.matchAll(/^## `(.*)`$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(warningCodes));
  });
});

const examples = new URL('../../examples/', import.meta.url);

/** What `skein apply` sends for a folder of examples, in its order. */
const putsOf = (folder: string) =>
  readdirSync(new URL(folder, examples))
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(new URL(`${folder}/${file}`, examples), 'utf8')))
    .map((document) => {
      const put = toPut(document.toJS(), kinds);
      if (!put.ok) throw new Error(put.error);
      return put.value;
    });

describe('examples', () => {
  it.each([
    { form: 'Universal', folders: ['meshtcproute', 'meshtcproute-redirect'] },
    { form: 'Kubernetes', folders: ['meshtcproute-kubernetes'] },
  ])('of a split and of a redirection leave no warnings: $form', async ({ folders }) => {
    const own = await startServer();
    for (const { type, path, body, label } of folders.flatMap(putsOf)) {
      const answer = await own.put(path, body);
      expect([200, 201], answer.body).toContain(answer.statusCode);
      expect(answer.headers.link, label).toBeUndefined();
      if (type !== 'Dataplane') expect((await own.get(`${path}/_warnings`)).json()).toEqual(nothing);
    }
  });
});
