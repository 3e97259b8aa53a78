import { describe, expect, it } from 'vitest';

import { parseRequestUri, parseUrl } from './request-uri.js';

describe('parseRequestUri', () => {
  it.each(
    [
      { text: '/' },
      { text: '//' },
      { text: '//a%20b' },
      { text: '/a b' },
      { text: '/a?%zz' },
      { text: '/a#b' },
      { text: '/\u0080' },
      { text: '/a\\b' },
      { text: '*' },
      { text: 'http:' },
      { text: 'a:%zz' },
      { text: 'a:b c' },
      { text: 'http:/x' },
      { text: 'http://' },
      { text: 'http:///x' },
      { text: 'http://x/y' },
      { text: 'http+a-b.c://x' },
      { text: 'http://u:p@x/' },
      { text: 'http://a@b@c/' },
      { text: 'http://a<b>"/' },
      { text: 'http://ä%e4/' },
      { text: 'http://a%25/' },
      { text: 'http://[::1]/' },
      { text: 'http://[::1%25en0]/' },
      { text: 'http://x:/' },
      { text: 'http://x:80/', port: '80' },
      { text: 'http://:80', port: '80' },
      { text: 'http://[::1]:9411/a', port: '9411' },
      { text: 'http://x:80?a', port: '80' },
      { text: 'ftp://z:1', port: '1' },
      { text: 'mongodb://a:1,b:2/', port: '2' },
    ].map(({ text, port = '' }: { readonly text: string; readonly port?: string }) => ({ text, port })),
  )('takes $text', ({ text, port }) => {
    expect(parseRequestUri(text)).toEqual({ port });
  });

  it.each(
    [
      '',
      'a',
      '?a',
      '#a',
      ' /a',
      'a/b:c',
      ':a',
      '1a:b',
      '+a:b',
      'http_a://x',
      '/\n',
      '/\u007f',
      '/%zz',
      '/%2',
      'http://x/%zz',
      'http://x y/',
      'http://x:y/',
      'http://a:1:b/',
      'http://a%20b/',
      'http://x%2f/',
      'http://x\\y/',
      'http://u p@x/',
      'http://u%zz@x/',
      'http://[::1',
      'http://[a]/',
      'http://[1.2.3.4]/',
      'http://[::1]x/',
      'http://[::1]:x/',
      'http://[::1%25]/',
      'http://[::1%en0]/',
      'http://a[::1]/',
      'http://a[b]/',
    ].map((text) => ({ text })),
  )('refuses $text', ({ text }) => {
    expect(parseRequestUri(text)).toBeUndefined();
  });
});

describe('parseUrl', () => {
  it.each([
    { text: '', host: '', path: '' },
    { text: '*', host: '', path: '*' },
    { text: 'a.b/c', host: '', path: 'a.b/c' },
    { text: '/a?b#c', host: '', path: '/a' },
    { text: 'a/b:c', host: '', path: 'a/b:c' },
    { text: '//a:1/b', host: 'a:1', path: '/b' },
    { text: '///a', host: '', path: '///a' },
    { text: 'x:///a', host: '', path: '/a' },
    { text: 'a:b/c', host: '', path: '' },
    { text: 'http://u:p@a:1/b?c', host: 'a:1', path: '/b' },
    { text: 'http://a#/b', host: 'a', path: '' },
    { text: '/#\u0001', host: '', path: '/' },
  ])('reads $text', ({ text, host, path }) => {
    expect(parseUrl(text)).toEqual({ host, path });
  });

  it.each(['1:1/b', ':a', '/\u0001', '/%zz', '/#%zz', '//a%zz/', '//a b/', '//u p@a/', '//[a]/', '//a/%zz'])(
    'refuses %j',
    (text) => {
      expect(parseUrl(text)).toBeUndefined();
    },
  );
});
