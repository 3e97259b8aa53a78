import { describe, expect, it } from 'vitest';

import { checkZoneProxy } from './zone-proxy.js';

const port = ['networking.port', 'port must be in the range [1, 65535]'] as const;
const taken = ['networking.admin.port', 'must differ from port'] as const;
const noPort = ['networking.advertisedPort', 'has to be defined with advertisedAddress'] as const;
const noAddress = ['networking.advertisedAddress', 'has to be defined with advertisedPort'] as const;
const malformed = 'address has to be valid IP address or domain name';

describe('the networking of a zone proxy', () => {
  it.each<{
    readonly name: string;
    readonly networking: Parameters<typeof checkZoneProxy>[0];
    readonly violations: readonly (readonly [field: string, message: string])[];
  }>([
    { name: 'absent', networking: undefined, violations: [port] },
    { name: 'only a port', networking: { port: 1 }, violations: [] },
    {
      name: 'everything',
      networking: {
        address: '10.0.0.1',
        port: 65535,
        advertisedAddress: 'lb.example',
        advertisedPort: 2,
        admin: { port: 9901 },
      },
      violations: [],
    },
    {
      name: 'an advertised address without port',
      networking: { port: 1, advertisedAddress: 'a' },
      violations: [noPort],
    },
    { name: 'an advertised port without address', networking: { port: 1, advertisedPort: 2 }, violations: [noAddress] },
    {
      name: 'a port out of range, advertised too',
      networking: { port: 65536, advertisedAddress: 'a', advertisedPort: 65536 },
      violations: [port, ['networking.advertisedPort', port[1]]],
    },
    {
      name: 'malformed addresses, in fields that are named twice',
      networking: { address: 'a b', port: 1, advertisedAddress: '::', advertisedPort: 1 },
      violations: [
        ['networking.address.address', malformed],
        ['networking.advertisedAddress.address', 'must not be 0.0.0.0 or ::'],
      ],
    },
    {
      name: 'the port of the admin API on its address',
      networking: { address: '127.0.0.1', port: 1, admin: { port: 1 } },
      violations: [taken],
    },
    {
      name: 'the same on another address',
      networking: { address: '10.0.0.1', port: 1, admin: { port: 1 } },
      violations: [],
    },
    {
      name: 'the same on no address',
      networking: { port: 1, admin: { port: 1 } },
      violations: [],
    },
    {
      name: 'the advertised port as that of the admin API',
      networking: { port: 1, advertisedAddress: '127.0.0.1', advertisedPort: 2, admin: { port: 2 } },
      violations: [taken],
    },
    {
      name: 'ports that are absent are the same',
      networking: { address: '127.0.0.1', admin: {} },
      violations: [taken, port],
    },
    {
      name: 'everything wrong, in order',
      networking: { address: '0.0.0.0', advertisedAddress: 'a b', admin: {} },
      violations: [
        taken,
        noPort,
        ['networking.address.address', 'must not be 0.0.0.0 or ::'],
        ['networking.advertisedAddress.address', malformed],
        port,
      ],
    },
  ])('$name', ({ networking, violations }) => {
    expect(checkZoneProxy(networking)).toEqual(violations.map(([field, message]) => ({ field, message })));
  });
});
