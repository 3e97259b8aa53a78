import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = { kind: 'Mesh' };
const all = {
  connectionTimeout: '7s',
  idleTimeout: '1m10s',
  http: { requestTimeout: '8s', streamIdleTimeout: '9s', maxStreamDuration: '10s', maxConnectionDuration: '1500ms' },
};
const section = (conf: object) => [{ targetRef: mesh, default: conf }];
const timeout = (spec: object, name = 'a'): Document => ({
  type: 'MeshTimeout',
  name,
  spec: { targetRef: mesh, ...spec },
});
const route = (name: string, rules: object): Document => ({
  type: name,
  name: 'route',
  spec: { targetRef: mesh, to: [{ targetRef: { kind: 'MeshService', name: 'backend' }, ...rules }] },
});

const planOf = (...documents: Document[]) => computeFor(documents).plan;
type Plan = ReturnType<typeof planOf>;
const outboundOf = (plan: Plan) => plan.outboundListeners.get('127.0.0.1:10001')?.traffic;
const inboundOf = (plan: Plan, port = 80) => plan.inbounds.get(`10.0.0.1:${port}`)?.traffic;

const tagsOf = (protocol: string | undefined) => (protocol === undefined ? {} : { 'kuma.io/protocol': protocol });
const spoken = [undefined, 'tcp', 'kafka', 'http', 'http2', 'grpc'] as const;

describe('MeshTimeout', () => {
  it.each(spoken.slice(0, 3))('limits how long connections of %s may be silent', (protocol) => {
    const policy = timeout({ to: section(all), from: section({ idleTimeout: '0s' }) });
    const plan = planOf(web(tagsOf(protocol)), backend(protocol), routeAll, policy);
    expect(outboundOf(plan)).toMatchObject({ kind: 'tcp', idleTimeout: '70s' });
    expect(inboundOf(plan)).toMatchObject({ kind: 'tcp', idleTimeout: '0s' });
  });

  it.each(spoken.slice(3))('limits requests of %s, and leaves silent connections to the clusters', (protocol) => {
    const policy = timeout({ to: section(all), from: section({ http: { requestTimeout: '1s' } }) });
    const plan = planOf(web(tagsOf(protocol)), backend(protocol), routeAll, policy);
    expect(outboundOf(plan)).toMatchObject({
      routes: [{ action: { timeout: '8s', idleTimeout: '9s' } }],
      idleTimeout: '0s',
    });
    expect(inboundOf(plan)).toMatchObject({
      routes: [{ action: { timeout: '1s', idleTimeout: '1800s' } }],
      idleTimeout: '0s',
      streamIdleTimeout: '3600s',
    });
  });

  it.each([
    ['unknown', undefined, undefined],
    ['http', 'http', { version: 2, idleTimeout: '70s', maxStreamDuration: '10s', maxConnectionDuration: '1.500s' }],
    ['http2', 'http2', { version: 2, idleTimeout: '70s', maxStreamDuration: '10s', maxConnectionDuration: '1.500s' }],
    ['grpc', 'grpc', { version: 2, idleTimeout: '0s' }],
  ])('limits clusters of %s', (_name, protocol, http) => {
    const { clusters } = planOf(web(), backend(protocol), routeAll, timeout({ to: section(all) }));
    expect(clusters.get('backend')).toMatchObject({ connectTimeout: '7s', http: http ?? { version: 2 } });
    expect(clusters.get('localhost:8080')).toMatchObject({ connectTimeout: '10s' });
  });

  it('has the same defaults for both sides as soon as it says anything', () => {
    const little = section({ http: { maxConnectionDuration: '0s' } });
    const policy = timeout({ to: little, from: little });
    const plan = planOf(web({ 'kuma.io/protocol': 'http' }), backend('http'), routeAll, policy);
    const routes = [{ action: { timeout: '15s', idleTimeout: '1800s' } }];
    expect(outboundOf(plan)).toMatchObject({ routes });
    expect(inboundOf(plan)).toMatchObject({ routes });
    const http = { idleTimeout: '3600s', maxStreamDuration: '0s', maxConnectionDuration: '0s' };
    expect(plan.clusters.get('backend')).toMatchObject({ connectTimeout: '5s', http });
    expect(plan.clusters.get('localhost:8080')).toMatchObject({ connectTimeout: '5s', http });
  });

  it('without a section for the peers changes nothing but what HTTP connections do when they are silent', () => {
    const policy = timeout({ to: [{ targetRef: { kind: 'MeshService', name: 'other' }, default: all }] });
    const plan = planOf(web({ 'kuma.io/protocol': 'http' }), backend(), routeAll, policy);
    expect(outboundOf(plan)).toMatchObject({ idleTimeout: '0s' });
    expect(inboundOf(plan)).toMatchObject({ routes: [{ action: { timeout: '0s' } }], idleTimeout: '0s' });
    expect(plan.clusters.get('backend')).toMatchObject({ connectTimeout: '10s' });
  });

  it('sets its defaults on inbounds that it does not reach, beside one that it does', () => {
    const inbound = (port: number, service: string) => ({ port, tags: { 'kuma.io/service': service } });
    const dataplane = {
      type: 'Dataplane',
      name: 'web-1',
      networking: { address: '10.0.0.1', inbound: [inbound(80, 'web'), inbound(81, 'admin')] },
    };
    const plan = planOf(
      dataplane,
      timeout({ targetRef: { kind: 'MeshService', name: 'web' }, from: section({ idleTimeout: '3s' }) }),
    );
    expect(inboundOf(plan)).toMatchObject({ idleTimeout: '3s' });
    expect(inboundOf(plan, 81)).toMatchObject({ idleTimeout: '3600s' });
    expect(plan.clusters.get('localhost:81')).toMatchObject({ connectTimeout: '5s' });
  });

  it('goes by what the service of the outbound speaks, not by what its listener does', () => {
    const rules = { rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'backend' }] } }] };
    const plan = planOf(web(), backend('http'), route('MeshTCPRoute', rules), timeout({ to: section(all) }));
    expect(outboundOf(plan)).toEqual({ kind: 'tcp', splits: [{ cluster: 'backend', weight: 1 }] });
    expect(plan.clusters.get('backend')).toMatchObject({ connectTimeout: '7s', http: { idleTimeout: '70s' } });
  });

  it('limits the routes of one MeshHTTPRoute, and by another policy all others', () => {
    const path = (value: string) => [{ path: { type: 'Exact', value } }];
    const plan = planOf(
      web(),
      backend('http'),
      route('MeshHTTPRoute', { rules: [{ matches: path('/a'), default: {} }] }),
      timeout({ to: section(all) }, 'z'),
      timeout({
        targetRef: { kind: 'MeshHTTPRoute', name: 'route' },
        to: section({ http: { requestTimeout: '1s' } }),
      }),
    );
    expect(outboundOf(plan)).toMatchObject({
      routes: [
        { match: { path: { value: '/a' } }, action: { timeout: '1s', idleTimeout: '9s' } },
        { match: { path: { value: '/' } }, action: { timeout: '8s', idleTimeout: '9s' } },
      ],
    });
  });

  it('gives outbounds at one address their turns, so that the last one with timeouts wins', () => {
    const outbound = (service: string) => ({ port: 10001, tags: { 'kuma.io/service': service } });
    const dataplane = {
      ...web(),
      networking: {
        address: '10.0.0.1',
        inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }],
        outbound: [outbound('other'), outbound('backend')],
      },
    };
    const policy = timeout({ to: [{ targetRef: { kind: 'MeshService', name: 'other' }, default: all }] });
    expect(outboundOf(planOf(dataplane, backend(), routeAll, policy))).toMatchObject({
      splits: [{ cluster: 'backend' }],
      idleTimeout: '70s',
    });
  });
});
