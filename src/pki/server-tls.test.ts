import { X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { openKeyMaker } from './key-maker.js';
import { validity } from './make-server-certificate.js';
import { loadServerCertificate, type CertificateSource, type ServerCertificate } from './server-certificate.js';
import { listHostAddresses, openServerTls } from './server-tls.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const day = 24 * 3_600_000;
const names = ['cp.example', 'localhost', '127.0.0.1', '::1'];

let template: string;

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-tls-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
};

const sourceIn = (folder: string, more: readonly string[] = []): CertificateSource => ({
  from: 'folder',
  folder: join(folder, 'tls'),
  names: [...names, ...more],
});

async function load(source: CertificateSource, time = now): Promise<ServerCertificate> {
  const loaded = await loadServerCertificate(source, time);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}

/** A folder with a certificate that was made in it. */
function copyTemplate(): string {
  const folder = makeFolder();
  cpSync(template, folder, { recursive: true });
  return folder;
}

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'skein-tls-'));
  await load(sourceIn(template));
  return () => {
    rmSync(template, { recursive: true });
  };
});

describe('a certificate that is made', () => {
  it('is of a CA that is kept, for the names and addresses that were asked for', async () => {
    const { certificate, authority = '' } = await load(sourceIn(copyTemplate(), ['LOCALHOST', 'ümlaut']));
    const leaf = new X509Certificate(certificate);
    const ca = new X509Certificate(authority);
    expect(leaf.subjectAltName).toBe('DNS:cp.example, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect([leaf.ca, ca.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([false, true, true, true]);
    expect([leaf.keyUsage, leaf.publicKey.asymmetricKeyDetails]).toEqual([
      ['1.3.6.1.5.5.7.3.1'],
      { namedCurve: 'prime256v1' },
    ]);
    expect([leaf.validFrom, leaf.validTo]).toEqual(['Jan  2 02:04:05 2026 GMT', 'Jan  2 03:04:05 2027 GMT']);
  });

  it('has keys that only their owner can read', () => {
    for (const file of ['ca.key', 'server.key']) {
      expect(statSync(join(template, 'tls', file)).mode & 0o777).toBe(0o600);
    }
  });

  const intact = { damage: () => undefined, time: now, more: [] as readonly string[] };
  it.each([
    { ...intact, name: 'stays when nothing has changed', kept: ['ca', 'server'] },
    { ...intact, name: 'is made anew near its end', time: now + validity.certificate - 59 * day, kept: ['ca'] },
    { ...intact, name: 'is made anew for another name', more: ['10.0.0.1'], kept: ['ca'] },
    {
      ...intact,
      name: 'is made anew when it is broken',
      damage: (folder: string) => {
        truncateSync(join(folder, 'server.crt'), 100);
      },
      kept: ['ca'],
    },
    {
      ...intact,
      name: 'is made anew when its key is another',
      damage: (folder: string) => {
        cpSync(join(folder, 'ca.key'), join(folder, 'server.key'));
      },
      kept: ['ca'],
    },
    { ...intact, name: 'is made anew with its CA near its end', time: now + validity.authority - 59 * day, kept: [] },
    {
      ...intact,
      name: 'is made anew with a CA that is lost',
      damage: (folder: string) => {
        rmSync(join(folder, 'ca.key'));
      },
      kept: [],
    },
  ])('$name', async ({ damage, time, more, kept }) => {
    const folder = copyTemplate();
    const read = (): readonly string[] =>
      ['ca', 'server'].map((name) => readFileSync(join(template, 'tls', `${name}.crt`), 'utf8'));
    const before = read();
    damage(join(folder, 'tls'));
    const { certificate } = await load(sourceIn(folder, more), time);
    const after = ['ca', 'server'].map((name) => readFileSync(join(folder, 'tls', `${name}.crt`), 'utf8'));
    expect(['ca', 'server'].filter((_, i) => before[i] === after[i])).toEqual(kept);
    expect(certificate).toBe(after[1]);
  });

  it('is refused in a folder that cannot be', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'tls'), '');
    const loaded = await loadServerCertificate(sourceIn(folder), now);
    expect(loaded.ok ? '' : loaded.error).toMatch(/^no TLS certificate can be made in .*\/tls: E/);
  });
});

describe('a certificate in files', () => {
  it.each([
    { name: 'a missing file', cert: undefined, key: 'server.key', message: /a\.crt cannot be read: ENOENT/ },
    { name: 'no certificate', cert: 'server.key', key: 'server.key', message: /a\.crt holds no certificate in PEM/ },
    { name: 'no key', cert: 'server.crt', key: 'server.crt', message: /a\.key holds no private key in PEM/ },
    {
      name: 'the key of another',
      cert: 'server.crt',
      key: 'ca.key',
      message: /the key in .*a\.key is not that of the certificate in .*a\.crt/,
    },
  ])('is refused with $name', async ({ cert, key, message }) => {
    const folder = makeFolder();
    const [certFile, keyFile] = [join(folder, 'a.crt'), join(folder, 'a.key')];
    if (cert !== undefined) cpSync(join(template, 'tls', cert), certFile);
    cpSync(join(template, 'tls', key), keyFile);
    const loaded = await loadServerCertificate({ from: 'files', certFile, keyFile }, now);
    expect(loaded.ok ? '' : loaded.error).toMatch(message);
  });

  it('is refused with a key that is too short to be used', async () => {
    const folder = makeFolder();
    const [certFile, keyFile] = [join(folder, 'a.crt'), join(folder, 'a.key')];
    const { certificate, privateKey } = await openKeyMaker().makeAuthority({
      commonName: 'short',
      rsaBits: 512,
      validity: day,
      backdated: 0,
    });
    writeFileSync(certFile, certificate);
    writeFileSync(keyFile, privateKey);
    const loaded = await loadServerCertificate({ from: 'files', certFile, keyFile }, now);
    expect(loaded.ok ? '' : loaded.error).toMatch(/a\.crt cannot be used: .*key too small/);
  });

  it('names what clients check it with: the CAs beside it', async () => {
    const fileOf = (name: string): string => join(template, 'tls', name);
    const { authority, file } = await load({
      from: 'files',
      certFile: fileOf('server.crt'),
      keyFile: fileOf('server.key'),
    });
    expect([authority, file]).toEqual([readFileSync(fileOf('ca.crt'), 'utf8'), fileOf('server.crt')]);
  });
});

it('is exchanged while connections go on, and a broken one is not', async () => {
  const folder = copyTemplate();
  const fileOf = (name: string): string => join(folder, 'tls', name);
  const log: string[] = [];
  const write = (_: object, message: string): void => void log.push(message);
  const opened = await openServerTls(
    { from: 'files', certFile: fileOf('server.crt'), keyFile: fileOf('server.key') },
    { log: { info: write, error: write } },
  );
  if (!opened.ok) throw new Error(opened.error);
  const tls = opened.value;
  const toOptions = ({ certificate, privateKey }: ServerCertificate) => ({ cert: certificate, key: privateKey });
  const server = createServer(toOptions(tls.current()), (socket) => socket.pipe(socket));
  tls.follow((certificate) => {
    server.setSecureContext(toOptions(certificate));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connectTo = (): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const { authority } = tls.current();
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority }, () => {
        resolve(socket);
      });
      socket.on('error', reject);
      onTestFinished(() => void socket.destroy());
    });
  onTestFinished(() => void server.close());
  const old = await connectTo();
  const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber;

  writeFileSync(fileOf('server.crt'), 'nonsense');
  await tls.reload();
  expect(serialOf(await connectTo())).toBe(serialOf(old));

  await load(sourceIn(folder));
  await tls.reload();
  await tls.reload();
  expect(serialOf(await connectTo())).not.toBe(serialOf(old));
  const echo = new Promise((resolve) => old.once('data', (data: Buffer) => resolve(data.toString())));
  old.write('still here');
  expect(await echo).toBe('still here');
  expect(log).toEqual([
    `the TLS certificate stays as it was: ${fileOf('server.crt')} holds no certificate in PEM that can be read`,
    'a new TLS certificate is used from now on',
  ]);
});

it('lists addresses of this host, loopback among them', () => {
  expect(listHostAddresses()).toContain('127.0.0.1');
});
