import { describe, expect, it } from 'vitest';

import { isLooseUrl } from './loose-url.js';

describe('isLooseUrl', () => {
  it.each([
    'logs:9000',
    'ab:1',
    'a_bc:1',
    'xx.y1:1',
    'kuma-logs.kuma-system.svc:9000',
    'logs.:9000',
    'a--b.c',
    'a.bc.d1x:1',
    'www.a',
    'é.com:1',
    '\uffffx:1',
    '127.0.0.1',
    '223.255.255.255:1',
    '999.1.1.11:80',
    '[::1]:9000',
    '[1:2:3:4:5:6:7:8]',
    '[::ffff:0:1.2.3.4]:1',
    '[1:2::3.4.5.6]:1',
    '[fe80::1%25eth0]:1',
    'logs:0',
    'logs:99999',
    'logs:9000/a/b?c#d',
    'logs:9000?x',
    'logs/a.b',
    'logs/a%2eb',
    'logs.x#a\u0001',
    'http://localhost',
    'https://logs',
    'ftp://logs:1',
    'tcp://logs:1',
    'udp://logs:1',
    'ws://logs',
    'wss://logs',
    'user@logs:9000',
    'http://user:pw@logs:9000',
    'mailto:a@b.c',
    'a@x@b:1',
    'x://@b.c',
  ])('takes %j', (text) => {
    expect(isLooseUrl(text)).toBe(true);
  });

  it.each([
    { name: 'no dot and no port', texts: ['logs', 'localhost', 'logs/a'] },
    { name: 'too short', texts: ['', 'ab', 'a:1'] },
    { name: 'a dot first', texts: ['.logs:1', 'http://.a.b'] },
    { name: 'no port after the colon, or one that is none', texts: ['logs:', 'logs:123456', 'logs:abc'] },
    { name: 'no host', texts: [':9000', '//logs:1', '@logs:1'] },
    { name: 'a name of another form', texts: ['-a:1', 'a_b:1', '*.x:1', 'x.y1:1', 'z..y', 'a---b', 'a.b.c1'] },
    { name: 'an address of another form', texts: ['11.2.3:1', '999.1.1.1:80', '0.1.2.3', '[::g]:1', '[1.2.3.4]:1'] },
    { name: 'an IPv6 address of another form', texts: ['[1:2:3:4:5:6:1.2.3.4]:1', '[fd00::1%25e]:1', '[::1'] },
    { name: 'another scheme', texts: ['TCP://logs:1', 'htp://z', 'x://a.b'] },
    { name: 'no URL', texts: ['a%zz.b.c/%zz', 'logs:1/%zz', 'logs.a#%zz', 'a\u0001@b:1', 'lo\u007fgs.a/'] },
    { name: 'blanks', texts: ['a b:1', 'logs:1/a b', 'logs:1\t', 'logs:1/\n'] },
  ])('refuses $name', ({ texts }) => {
    expect(texts.filter(isLooseUrl)).toEqual([]);
  });

  it('is limited in length, counting characters', () => {
    expect([2082, 2083].map((length) => isLooseUrl(`http://${'x'.repeat(length - 7)}`))).toEqual([true, false]);
    expect(isLooseUrl(`logs:1/${'😀'.repeat(2075)}`)).toBe(true);
  });

  it.each(['aa-', 'a_', 'aa.', 'a@', 'a.b@', '1.'])('judges many repetitions of "%s" at once', (text) => {
    const start = performance.now();
    isLooseUrl(`${text.repeat(2060 / text.length)}..`);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
