import { describe, expect, it } from 'vitest';

import type { DataplaneDocument } from './schema.js';
import { validateDataplane } from './validate.js';

type Networking = NonNullable<DataplaneDocument['networking']>;
type Inbound = NonNullable<Networking['inbound']>[number];
type Outbound = NonNullable<Networking['outbound']>[number];

const web = { 'kuma.io/service': 'web' };
const listener: Inbound = { port: 80, tags: web };
const withNetworking = (
  networking: Partial<Networking>,
  rest: Omit<DataplaneDocument, 'networking'> = {},
): DataplaneDocument => ({
  networking: { address: '192.168.0.1', inbound: [listener], ...networking },
  ...rest,
});
const withInbound = (inbound: Partial<Inbound>): DataplaneDocument =>
  withNetworking({ inbound: [{ ...listener, ...inbound }] });
const withOutbound = (outbound: Outbound): DataplaneDocument => withNetworking({ outbound: [outbound] });
const gateway = (rest: Partial<Networking> = {}, type?: 'BUILTIN' | number): Networking => ({
  address: '192.168.0.1',
  gateway: { tags: { 'kuma.io/service': 'edge' }, ...(type === undefined ? {} : { type }) },
  ...rest,
});

const portMessage = 'port must be in the range [1, 65535]';
const missing = 'mandatory tag "kuma.io/service" is missing';
const positive = 'must have a positive value';
const clash = 'serviceAddress and servicePort has to differ from address and port';

interface Case {
  readonly name: string;
  readonly spec: DataplaneDocument;
  readonly violations: readonly string[];
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  'an ordinary proxy': [
    { name: 'is fine with one inbound', spec: withNetworking({}), violations: [] },
    {
      name: 'may have any advertised address and ports of transparent proxying',
      spec: withNetworking({ advertisedAddress: 'a b', transparentProxying: { redirectPortInbound: 70_000 } }),
      violations: [],
    },
    {
      name: 'needs networking, whatever else is wrong',
      spec: { probes: {}, metrics: {} },
      violations: ['networking: must be defined'],
    },
    {
      name: 'needs an inbound, an address, and correct probes and metrics',
      spec: { networking: {}, probes: {}, metrics: {} },
      violations: [
        'networking: has to contain at least one inbound interface or gateway',
        "networking.address: address can't be empty",
        `probes.port: ${portMessage}`,
        'metrics.type: unknown backend type. Available backends: "prometheus"',
      ],
    },
    {
      name: 'may not stand at "any"',
      spec: withNetworking({ address: '::' }),
      violations: ['networking.address: must not be 0.0.0.0 or ::'],
    },
    {
      name: 'is what a gateway of an unknown type is',
      spec: { networking: gateway({}, 7), probes: { port: 1 } },
      violations: ['networking: has to contain at least one inbound interface or gateway'],
    },
  ],
  'an inbound': [
    {
      name: 'needs port, service',
      spec: withNetworking({ inbound: [{}] }),
      violations: [
        `networking.inbound[0].port: ${portMessage}`,
        'networking.inbound[0].tags["kuma.io/service"]: tag has to exist',
      ],
    },
    { name: 'may have servicePort 0', spec: withInbound({ servicePort: 0 }), violations: [] },
    {
      name: 'needs a servicePort within range',
      spec: withInbound({ servicePort: 65_536 }),
      violations: [`networking.inbound[0].servicePort: ${portMessage}`],
    },
    { name: 'may listen at "any"', spec: withInbound({ address: '0.0.0.0', serviceAddress: '::' }), violations: [] },
    {
      name: 'needs IP addresses',
      spec: withInbound({ address: 'a', serviceAddress: 'b' }),
      violations: [
        'networking.inbound[0].serviceAddress: serviceAddress has to be valid IP address',
        'networking.inbound[0].address: address has to be valid IP address',
      ],
    },
    {
      name: 'may not lead to itself at the address of the proxy',
      spec: withInbound({ serviceAddress: '192.168.0.1' }),
      violations: [`networking.inbound[0].serviceAddress: ${clash}`],
    },
    {
      name: 'may lead to another port of the address of the proxy',
      spec: withInbound({ serviceAddress: '192.168.0.1', servicePort: 81 }),
      violations: [],
    },
    {
      name: 'may not lead to itself at its own address',
      spec: withInbound({ address: '10.0.0.1', serviceAddress: '10.0.0.1', servicePort: 80 }),
      violations: [`networking.inbound[0].serviceAddress: ${clash}`],
    },
    {
      name: 'may clash twice',
      spec: withInbound({ address: '192.168.0.1', serviceAddress: '192.168.0.1' }),
      violations: [`networking.inbound[0].serviceAddress: ${clash}`, `networking.inbound[0].serviceAddress: ${clash}`],
    },
    {
      name: 'names its protocol before its tags are looked at',
      spec: withInbound({ tags: { a: '', 'kuma.io/protocol': 'udp', 'kuma.io/service': '' } }),
      violations: [
        'networking.inbound[0].tags["kuma.io/protocol"]: tag "kuma.io/protocol" has an invalid value "udp". Allowed values: grpc, http, http2, kafka, tcp',
        'networking.inbound[0].tags["a"]: tag value must be non-empty',
        'networking.inbound[0].tags["kuma.io/service"]: tag value must be non-empty',
      ],
    },
    {
      name: 'has a probe with positive values',
      spec: withInbound({
        tags: {},
        serviceProbe: { interval: '0s', timeout: '0s', unhealthyThreshold: 0, healthyThreshold: 0 },
      }),
      violations: [
        ...['interval', 'timeout', 'unhealthyThreshold', 'healthyThreshold'].map(
          (name) => `networking.inbound[0].serviceProbe.${name}: ${positive}`,
        ),
        'networking.inbound[0].tags["kuma.io/service"]: tag has to exist',
      ],
    },
    {
      name: 'may have a probe with negative or no durations',
      spec: withInbound({ serviceProbe: { interval: '-1s' } }),
      violations: [],
    },
    {
      name: 'is counted from 0',
      spec: withNetworking({ inbound: [listener, { ...listener, port: 0 }] }),
      violations: [`networking.inbound[1].port: ${portMessage}`],
    },
    { name: 'may be there twice', spec: withNetworking({ inbound: [listener, listener] }), violations: [] },
  ],
  'an outbound': [
    { name: 'is fine without an address', spec: withOutbound({ port: 1, tags: web }), violations: [] },
    {
      name: 'needs port and service',
      spec: withOutbound({}),
      violations: [`networking.outbound[0].port: ${portMessage}`, `networking.outbound[0].tags: ${missing}`],
    },
    {
      name: 'needs an IP address',
      spec: withOutbound({ port: 1, address: 'localhost', tags: web }),
      violations: ['networking.outbound[0].address: address has to be valid IP address'],
    },
    {
      name: 'may name any protocol',
      spec: withOutbound({ port: 1, tags: { ...web, 'kuma.io/protocol': 'udp' } }),
      violations: [],
    },
  ],
  'the admin port': [
    {
      name: 'may be any other',
      spec: withNetworking({ address: '127.0.0.1', admin: { port: 70_000 } }),
      violations: [],
    },
    {
      name: 'may be that of an inbound at another address',
      spec: withNetworking({ admin: { port: 80 } }),
      violations: [],
    },
    {
      name: 'differs from an inbound at the address of the proxy',
      spec: withNetworking({ address: '127.0.0.1', admin: { port: 80 } }),
      violations: ['networking.admin.port: must differ from inbound'],
    },
    {
      name: 'differs from an inbound at "any"',
      spec: withNetworking({ admin: { port: 80 }, inbound: [{ ...listener, address: '::' }] }),
      violations: ['networking.admin.port: must differ from inbound'],
    },
    {
      name: 'differs from the workload',
      spec: withNetworking({
        admin: { port: 81 },
        inbound: [{ ...listener, servicePort: 81, serviceAddress: '0.0.0.0' }],
      }),
      violations: ['networking.admin.port: must differ from inbound'],
    },
    {
      name: 'differs from the workload at the address of the listener',
      spec: withNetworking({ address: '127.0.0.1', admin: { port: 81 }, inbound: [{ ...listener, servicePort: 81 }] }),
      violations: ['networking.admin.port: must differ from inbound'],
    },
    {
      name: 'may be that of a workload elsewhere',
      spec: withNetworking({ admin: { port: 80 }, inbound: [{ ...listener, serviceAddress: '10.0.0.1' }] }),
      violations: [],
    },
    {
      name: 'differs from an outbound without address',
      spec: withNetworking({ admin: { port: 1 }, outbound: [{ port: 1, tags: web }] }),
      violations: ['networking.admin.port: must differ from outbound'],
    },
    {
      name: 'may be that of an outbound elsewhere',
      spec: withNetworking({ admin: { port: 1 }, outbound: [{ port: 1, address: '127.0.0.2', tags: web }] }),
      violations: [],
    },
    {
      name: 'is 0 when it is absent, and comes first',
      spec: withNetworking({ address: '127.0.0.1', admin: {}, inbound: [{ tags: web }], outbound: [{ tags: web }] }),
      violations: [
        'networking.admin.port: must differ from inbound',
        'networking.admin.port: must differ from outbound',
        `networking.inbound[0].port: ${portMessage}`,
        `networking.outbound[0].port: ${portMessage}`,
      ],
    },
  ],
  'a delegated gateway': [
    {
      name: 'may have outbounds and probes',
      spec: { networking: gateway({ outbound: [{ port: 1, tags: web }] }), probes: { port: 1 } },
      violations: [],
    },
    { name: 'is not asked for its metrics', spec: { networking: gateway(), metrics: { type: 'x' } }, violations: [] },
    {
      name: 'has no inbound; what is forbidden is checked all the same',
      spec: { networking: { gateway: {}, inbound: [{ tags: web }] }, probes: {} },
      violations: [
        'networking.inbound: inbound cannot be defined for delegated gateways',
        `networking.gateway.tags: ${missing}`,
        "networking.address: address can't be empty",
        `networking.inbound[0].port: ${portMessage}`,
        `probes.port: ${portMessage}`,
      ],
    },
    {
      name: 'speaks tcp only, in lower case',
      spec: { networking: { address: 'a', gateway: { tags: { ...web, 'kuma.io/protocol': 'TCP', a: '*' } } } },
      violations: [
        'networking.gateway.tags["kuma.io/protocol"]: other values than tcp are not allowed, provided value "TCP"',
        'networking.gateway.tags["a"]: tag value must consist of alphanumeric characters, dots, dashes and underscores',
      ],
    },
  ],
  'a gateway of either type': [
    {
      name: 'has an admin port of its own (delegated)',
      spec: { networking: gateway({ admin: { port: 1 }, outbound: [{ port: 1, tags: web }] }) },
      violations: ['networking.admin.port: must differ from outbound'],
    },
    {
      name: 'has an admin port of its own (builtin), said before what is forbidden',
      spec: { networking: gateway({ admin: { port: 1 }, outbound: [{ port: 1, tags: web }] }, 'BUILTIN') },
      violations: [
        'networking.admin.port: must differ from outbound',
        'networking.outbound: outbound cannot be defined for builtin gateways',
      ],
    },
    {
      name: 'needs a service (builtin)',
      spec: { networking: { address: 'a', gateway: { type: 'BUILTIN' } } },
      violations: [`networking.gateway.tags: ${missing}`],
    },
  ],
  'a builtin gateway': [
    { name: 'needs its tags only', spec: { networking: gateway({}, 'BUILTIN') }, violations: [] },
    { name: 'is not asked for its metrics', spec: { networking: gateway({}, 'BUILTIN'), metrics: {} }, violations: [] },
    {
      name: 'has neither inbound nor outbound nor probes',
      spec: {
        networking: gateway({ inbound: [{ port: 1, tags: web }], outbound: [{ port: 0, tags: web }] }, 'BUILTIN'),
        probes: {},
      },
      violations: [
        'networking.inbound: inbound cannot be defined for builtin gateways',
        'networking.outbound: outbound cannot be defined for builtin gateways',
        'networking.probes: probes cannot be defined for builtin gateways',
        `networking.outbound[0].port: ${portMessage}`,
      ],
    },
  ],
  probes: [
    {
      name: 'take absolute paths and URLs',
      spec: withNetworking(
        {},
        { probes: { port: 1, endpoints: [{ inboundPort: 1, inboundPath: '/a?b#c', path: 'http://x/y' }] } },
      ),
      violations: [],
    },
    {
      name: 'need ports and paths',
      spec: withNetworking({}, { probes: { endpoints: [{}, { inboundPort: 1, inboundPath: 'a', path: '/%zz' }] } }),
      violations: [
        `probes.port: ${portMessage}`,
        `probes.endpoints[0].inboundPort: ${portMessage}`,
        'probes.endpoints[0].inboundPath: should be a valid URL Path',
        'probes.endpoints[0].path: should be a valid URL Path',
        'probes.endpoints[1].inboundPath: should be a valid URL Path',
        'probes.endpoints[1].path: should be a valid URL Path',
      ],
    },
  ],
  metrics: [
    { name: 'need no conf', spec: withNetworking({}, { metrics: { type: 'prometheus' } }), violations: [] },
    {
      name: 'come last',
      spec: withNetworking(
        { address: '' },
        { probes: {}, metrics: { type: 'prometheus', conf: { aggregate: [{}, {}] } } },
      ),
      violations: [
        "networking.address: address can't be empty",
        `probes.port: ${portMessage}`,
        'metrics.conf.aggregate[1].name: duplicate entry: , values have to be unique',
      ],
    },
  ],
};

describe.each(Object.entries(cases).map(([subject, list]) => ({ subject, list })))('$subject', ({ list }) => {
  it.each(list)('$name', ({ spec, violations }) => {
    expect(validateDataplane(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
  });
});
