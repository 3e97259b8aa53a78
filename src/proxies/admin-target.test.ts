import { expect, it } from 'vitest';

import { mayAsk } from './admin-target.js';

it.each([
  { address: '10.0.0.1', from: '10.0.0.1', allowed: true },
  { address: '10.0.0.1', from: '192.168.0.9', allowed: true },
  { address: '127.0.0.1', from: '127.0.0.1', allowed: true },
  { address: '127.0.0.9', from: '::ffff:127.0.0.1', allowed: true },
  { address: '127.0.0.1', from: '192.168.0.1', allowed: true },
  { address: '127.0.0.1', from: '192.168.0.9', allowed: false },
  { address: '::1', from: '192.168.0.9', allowed: false },
  { address: '::ffff:127.0.0.1', from: '192.168.0.9', allowed: false },
  { address: '0.0.0.0', from: '192.168.0.9', allowed: false },
  { address: '::', from: '192.168.0.9', allowed: false },
  { address: '169.254.169.254', from: '192.168.0.9', allowed: false },
  { address: 'fe80::1%eth0', from: '192.168.0.9', allowed: false },
  { address: '127.0.0.1', from: '', allowed: false },
])('$address of a proxy from $from: $allowed', ({ address, from, allowed }) => {
  expect(mayAsk(address, from, ['192.168.0.1'])).toBe(allowed);
});
