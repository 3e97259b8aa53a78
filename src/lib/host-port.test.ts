import { expect, it } from 'vitest';

import { splitHostPort } from './host-port.js';

it.each([
  ['a.b:80', 'a.b', '80'],
  [':', '', ''],
  ['a:b c', 'a', 'b c'],
  ['[::1]:80', '::1', '80'],
  ['[]:', '', ''],
  ['[a]:1', 'a', '1'],
])('splits %s', (address, host, port) => {
  expect(splitHostPort(address)).toEqual({ host, port });
});

it.each([
  '',
  'a',
  '[::1]',
  '::1',
  'a:b:80',
  '[a:80',
  '[a]b:80',
  '[a]:b:80',
  '[[a]:80',
  'a]:80',
  'a[:80',
  'a:8]0',
  'a:[80',
])('refuses "%s"', (address) => {
  expect(splitHostPort(address)).toBeUndefined();
});
