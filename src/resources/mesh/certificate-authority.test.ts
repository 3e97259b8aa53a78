import { describe, expect, it } from 'vitest';

import { checkCertificateAuthorities } from './certificate-authority.js';
import type { MeshDocument } from './schema.js';

type Mtls = NonNullable<MeshDocument['mtls']>;
type Backend = NonNullable<Mtls['backends']>[number];

const withBackend = (backend: Backend, more: Partial<Mtls> = {}): MeshDocument => ({
  mtls: { backends: [backend], ...more },
});
const builtin = (name: string, conf?: Readonly<Record<string, unknown>>): MeshDocument =>
  withBackend({ name, type: 'builtin', ...(conf === undefined ? {} : { conf }) });
const caCert = (conf: Readonly<Record<string, unknown>>): MeshDocument => builtin('ca', { caCert: conf });
const provided = (conf: Readonly<Record<string, unknown>>): MeshDocument =>
  withBackend({ name: 'ca', type: 'provided', conf });

const check = (spec: MeshDocument, previous?: MeshDocument, mesh = 'm'): string[] =>
  checkCertificateAuthorities(mesh, spec, previous).map(({ field, message }) => `${field}: ${message}`);

const nameField = 'mtls.backends[0].conf.mtls.backends.name';
const badBits = 'mtls.backends[0].conf.caCert.RSAbits: must be in the range [1024, 8192]';
const badExpiration = 'mtls.backends[0].conf.caCert.expiration: has to be a valid format';
const noNumber = 'expected a whole number from 0 to 4294967295, got "abc"';

it.each([
  { name: 'no mTLS', spec: {}, violations: [] },
  {
    name: 'an unknown type',
    spec: withBackend({ type: 'vault' }),
    violations: ['mtls.backends[0].type: could not find installed plugin for this type'],
  },
  {
    name: 'an unknown type without validation',
    spec: withBackend({}, { skipValidation: true }),
    violations: ['mtls.backends[0].type: could not find installed plugin for this type'],
  },
  {
    name: 'what stands before an unknown type, not what stands behind it',
    spec: { mtls: { backends: [{ name: 'A', type: 'builtin' }, { type: 'x' }, { name: 'B', type: 'builtin' }] } },
    violations: [
      `${nameField}: "A" name must be valid dns name`,
      'mtls.backends[1].type: could not find installed plugin for this type',
    ],
  },
])('finds $name', ({ spec, violations }) => {
  expect(check(spec)).toEqual(violations);
});

describe('a builtin CA', () => {
  it.each(['ca-1', 'ca_1', '-a', 'a.b', '', 'a.', 'a'.repeat(47)].map((name) => ({ name })))(
    'may be called "$name"',
    ({ name }) => {
      expect(check(builtin(name))).toEqual([]);
    },
  );

  it.each(['A', 'a b', 'ä', 'a..b', 'a/b', 'a'.repeat(48)].map((name) => ({ name })))(
    'may not be called "$name"',
    ({ name }) => {
      expect(check(builtin(name))).toEqual([`${nameField}: "${name}" name must be valid dns name`]);
    },
  );

  it('has a name that fits into the name of its secret', () => {
    const name = 'abcdefghi.'.repeat(24);
    expect(check(builtin(name), undefined, 'mesh')).toEqual([
      `${nameField}: Backend name is too long. Max length: 255`,
    ]);
    expect(check(builtin(`${name}"`), undefined, 'mesh')).toEqual([
      `${nameField}: Backend name is too long. Max length: 255`,
      `${nameField}: "${name}\\"" name must be valid dns name`,
    ]);
  });

  it.each([
    { name: 'no conf', spec: builtin('ca'), violations: [] },
    {
      name: 'bits 0 and no expiration, for the defaults',
      spec: caCert({ RSAbits: 0, expiration: '' }),
      violations: [],
    },
    { name: 'bits and expiration', spec: caCert({ RSAbits: 4096, expiration: '10y' }), violations: [] },
    {
      name: 'a conf that cannot be read',
      spec: caCert({ RSAbits: 'abc' }),
      violations: [`mtls.backends[0].conf: could not convert backend config: caCert.RSAbits: ${noNumber}`],
    },
    {
      name: 'a conf and a name',
      spec: builtin('A', { caCert: { RSAbits: 'abc' } }),
      violations: [
        `mtls.backends[0].conf: could not convert backend config: caCert.RSAbits: ${noNumber}`,
        `${nameField}: "A" name must be valid dns name`,
      ],
    },
    { name: 'too few bits', spec: caCert({ RSAbits: 1 }), violations: [badBits] },
    { name: 'too many bits', spec: caCert({ RSAbits: 100_000 }), violations: [badBits] },
    { name: 'an unreadable expiration', spec: caCert({ expiration: 'nope' }), violations: [badExpiration] },
  ])('is checked: $name', ({ spec, violations }) => {
    expect(check(spec)).toEqual(violations);
  });

  it('must be makeable without validation too', () => {
    const spec = withBackend(
      { name: 'A', type: 'builtin', conf: { caCert: { RSAbits: 'abc' } } },
      { skipValidation: true },
    );
    expect(check(spec)).toEqual([
      `mtls.backends[0].conf: could not convert backend config: caCert.RSAbits: ${noNumber}`,
    ]);
  });

  it('keeps its certificate, whatever the conf says later', () => {
    const spec = caCert({ expiration: 'nope', RSAbits: 1 });
    expect(check(spec, builtin('ca'))).toEqual([]);
    expect(check(spec, builtin('other'))).toEqual([badBits, badExpiration]);
    expect(check(spec, provided({}))).toEqual([badBits, badExpiration]);
  });
});

describe('a provided CA', () => {
  const [cert, key] = ['mtls.backends[0].conf.cert', 'mtls.backends[0].conf.key'];
  const choose = 'data source has to be chosen. Available sources: secret, file, inline';

  it.each([
    { name: 'nothing', conf: {}, violations: [`${cert}: has to be defined`, `${key}: has to be defined`] },
    {
      name: 'no source',
      conf: { cert: {}, key: { inline_string: 'x' } },
      violations: [`${cert}: ${choose}`, `${key}: ${choose}`],
    },
    {
      name: 'empty sources',
      conf: { cert: { secret: '' }, key: { file: '' } },
      violations: [`${cert}.secret: cannot be empty`, `${key}.file: cannot be empty`],
    },
    {
      name: 'no bytes',
      conf: { cert: { inline: '' }, key: { inline: [] } },
      violations: [`${cert}.inline: cannot be empty`, `${key}.inline: cannot be empty`],
    },
    {
      name: 'the last of several sources',
      conf: { cert: { file: '', secret: 'a' }, key: { inlineString: '', secret: '' } },
      violations: [`${cert}.file: cannot be empty`],
    },
    { name: 'sources of every kind', conf: { cert: { inline: 'YQ==' }, key: { inlineString: 'x' } }, violations: [] },
    {
      name: 'bytes that are none',
      conf: { cert: { inline: '!' } },
      violations: ['mtls.backends[0].conf: could not convert backend config: cert.inline: expected a text in base64'],
    },
  ])('is checked: $name', ({ conf, violations }) => {
    expect(check(provided(conf))).toEqual(violations);
  });

  it('is not checked without validation', () => {
    expect(check(withBackend({ name: 'ca', type: 'provided' }, { skipValidation: true }))).toEqual([]);
  });
});
