import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, type Document } from '../../test/plan/plan-proxy.js';

const proxy = (redirect: object, address = '10.0.0.1'): Document => ({
  type: 'Dataplane',
  name: 'web-1',
  networking: {
    address,
    inbound: [{ port: 80, servicePort: 8080, tags: { 'kuma.io/service': 'web' } }],
    transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001, ...redirect },
  },
});

const passing = (...documents: readonly Document[]) =>
  [...computeFor(documents).plan.passListeners.values()].map(({ name, address, port }) => `${name} ${address} ${port}`);

const passClusters = (...documents: readonly Document[]) =>
  Object.fromEntries(
    [...computeFor(documents).plan.clusters.values()]
      .filter(({ source, origin }) => source.kind === 'original-destination' || origin === 'inbound')
      .map(({ name, sourceAddress = '' }) => [name, sourceAddress]),
  );

const ipv4 = ['outbound:passthrough:ipv4 0.0.0.0 15001', 'inbound:passthrough:ipv4 0.0.0.0 15006'];

describe('redirected connections', () => {
  it.each([
    { name: 'of IPv4', redirect: {}, listeners: ipv4 },
    {
      name: 'of both families',
      redirect: { redirectPortInboundV6: 15010 },
      listeners: [...ipv4, 'outbound:passthrough:ipv6 :: 15001', 'inbound:passthrough:ipv6 :: 15010'],
    },
    { name: 'of none without a port', redirect: { redirectPortOutbound: 0 }, listeners: [] },
  ])('pass by $name', ({ redirect, listeners }) => {
    expect(passing(proxy(redirect))).toEqual(listeners);
  });

  it('go to the workload from an address that is not redirected', () => {
    expect(passClusters(proxy({}))).toEqual({
      'outbound:passthrough:ipv4': '',
      'inbound:passthrough:ipv4': '127.0.0.6',
      'localhost:8080': '127.0.0.6',
    });
    expect(passClusters(proxy({ redirectPortInboundV6: 1 }, '2001:db8::1'))['localhost:8080']).toBe('::6');
    expect(passClusters(proxy({}, '2001:db8::1'))['localhost:8080']).toBe('');
  });

  it('do not leave a mesh that lets nothing out', () => {
    const closed = { type: 'Mesh', name: 'default', networking: { outbound: { passthrough: false } } };
    expect(passClusters(closed, proxy({}))).not.toHaveProperty('outbound:passthrough:ipv4');
    expect(passing(closed, proxy({}))).toEqual(ipv4);
  });
});

describe('direct access', () => {
  const metrics: Document = {
    type: 'Mesh',
    name: 'default',
    metrics: { enabledBackend: 'p', backends: [{ name: 'p', type: 'prometheus', conf: { port: 5670 } }] },
  };
  const other: Document = {
    ...backend(),
    name: 'other-1',
    networking: {
      address: '10.0.0.3',
      inbound: [{ port: 81, state: 'NotReady', tags: { 'kuma.io/service': 'other' } }],
    },
  };
  it.each([
    { name: 'one service', services: ['backend'], endpoints: ['10.0.0.2:80'] },
    { name: 'all', services: ['*'], endpoints: ['10.0.0.2:80', '10.0.0.2:5670', '10.0.0.3:81', '10.0.0.3:5670'] },
    { name: 'none', services: [], endpoints: [] },
  ])('leads to every instance of $name', ({ services, endpoints }) => {
    const { plan } = computeFor([proxy({ directAccessServices: services }), metrics, backend(), other]);
    const names = [...plan.passListeners.values()].filter(({ origin }) => origin === 'direct-access');
    expect(names.map(({ name }) => name)).toEqual(endpoints.map((endpoint) => `direct_access_${endpoint}`));
    expect(plan.clusters.has('direct_access')).toBe(services.length > 0);
  });
});

describe('logs of what passes', () => {
  const file = (path: string, format: string) => ({ type: 'file', conf: { path }, format, name: 'f' });
  const format = '%KUMA_TRAFFIC_DIRECTION% %KUMA_DESTINATION_SERVICE%';
  const logs: Document[] = [
    { type: 'Mesh', name: 'default', logging: { backends: [file('/old', format)], defaultBackend: 'f' } },
    { ...everything, type: 'TrafficLog', name: 'l', conf: { backend: 'f' } },
    {
      type: 'MeshAccessLog',
      name: 'l',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'Mesh' },
            default: { backends: [{ type: 'File', file: { path: '/new', format: { type: 'Plain', plain: format } } }] },
          },
        ],
      },
    },
  ];

  it('name what nobody knows, and each instance; what comes in is not logged', () => {
    const { plan } = computeFor([proxy({ directAccessServices: ['backend'] }), backend(), ...logs]);
    const shown = [...plan.passListeners.values()].map(({ name, accessLogs }) => [
      name,
      accessLogs.map((log) =>
        log.kind === 'file' && log.format.kind === 'text' ? `${log.path} ${log.format.text}` : '',
      ),
    ]);
    expect(Object.fromEntries(shown)).toEqual({
      'inbound:passthrough:ipv4': [],
      'outbound:passthrough:ipv4': ['/old UNSPECIFIED external\n', '/new OUTBOUND external\n'],
      'direct_access_10.0.0.2:80': [
        '/old OUTBOUND direct_access_10.0.0.2:80\n',
        '/new OUTBOUND direct_access_10.0.0.2:80\n',
      ],
    });
  });
});
