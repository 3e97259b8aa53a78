import { describe, expect, it } from 'vitest';

import { checkAddress, isDnsName, isIpAddress, isLocalAddress } from './net.js';

const label63 = 'x'.repeat(63);

describe('isIpAddress', () => {
  it.each([
    '1.2.3.4',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    '::FFFF:1.2.3.4',
    '1:2:3:4:5:6:7:8',
    '::1.2.3.4',
  ])('takes %s', (text) => {
    expect(isIpAddress(text)).toBe(true);
  });

  it.each([
    '',
    '01.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4:80',
    '[::1]',
    'fe80::1%eth0',
    '1::2::3',
    '12345::',
    ' ::1',
    'a',
  ])('refuses "%s"', (text) => {
    expect(isIpAddress(text)).toBe(false);
  });
});

describe('isLocalAddress', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:127.0.0.1'])('takes %s', (text) => {
    expect(isLocalAddress(text)).toBe(true);
  });

  it.each(['', '127.0.0.2', '::1', '10.0.0.1', 'localhost'])('refuses "%s"', (text) => {
    expect(isLocalAddress(text)).toBe(false);
  });
});

describe('isDnsName', () => {
  it.each([
    'a',
    'a.',
    'a_',
    'a-',
    '_a',
    'A.b_',
    'a.b-c.d',
    '999.1.1.1',
    '1.2.3.4.',
    label63,
    `${label63}_`,
    `${`${label63}.`.repeat(4)}xxx`,
  ])('takes %s', (text) => {
    expect(isDnsName(text)).toBe(true);
  });

  it.each([
    '',
    '.',
    '.a',
    'a..',
    'a..b',
    '-a',
    'a.-b',
    'a b',
    'ä',
    'a\n',
    '*',
    'a/b',
    '1.2.3.4',
    '::1',
    `${label63}x`,
    `${`${label63}.`.repeat(4)}xxxx`,
  ])('refuses "%s"', (text) => {
    expect(isDnsName(text)).toBe(false);
  });

  it('takes linear time', () => {
    expect(isDnsName(`${'a.'.repeat(127)}${'a'.repeat(1_000_000)}`)).toBe(false);
    expect(isDnsName('.'.repeat(1_000_000))).toBe(false);
  });
});

it.each([
  { address: undefined, message: "address can't be empty" },
  { address: '', message: "address can't be empty" },
  { address: '0.0.0.0', message: 'must not be 0.0.0.0 or ::' },
  { address: '::', message: 'must not be 0.0.0.0 or ::' },
  { address: 'a b', message: 'address has to be valid IP address or domain name' },
  { address: '::0', message: undefined },
  { address: '192.168.0.1', message: undefined },
  { address: 'backend.local', message: undefined },
])('checkAddress of $address', ({ address, message }) => {
  expect(checkAddress('networking', address)).toEqual(
    message === undefined ? [] : [{ field: 'networking.address', message }],
  );
});
