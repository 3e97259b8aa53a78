import { describe, expect, it } from 'vitest';

import { makeServerAuthority, makeServerCertificate } from '../../src/pki/make-server-certificate.js';
import { connectOnce, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, type LiveMesh } from './live-mesh.js';
import { startEcho, startTlsEcho, workloadHost } from './workloads.js';

describe.skipIf(isWithoutEnvoy)('ExternalService', () => {
  let mesh: LiveMesh;
  let plain: Target;
  let secure: Target;
  let backend: Target;

  /** What is known of the service that speaks TLS; its certificate is for `localhost`. */
  let describeSecure: (tls: object) => object;
  let authority: string;

  const inline = (pem: string): object => ({ inline: Buffer.from(pem).toString('base64') });

  useMesh(async (live) => {
    mesh = live;
    const certifier = await makeServerAuthority(Date.now());
    authority = certifier.certificate;
    const key = await makeServerCertificate(certifier, ['localhost'], Date.now());
    const [backendEcho, plainEcho, secureEcho] = await Promise.all([
      live.use(startEcho('backend')),
      live.use(startEcho('plain')),
      live.use(startTlsEcho('secure', key)),
    ]);
    describeSecure = (tls) => ({
      tags: { 'kuma.io/service': 'secure', 'kuma.io/protocol': 'tcp' },
      networking: { address: `localhost:${secureEcho.port}`, tls: { enabled: true, ...tls } },
    });
    await live.addProxy('server', { inbounds: [{ service: 'backend', workload: backendEcho }] });
    const client = await live.addProxy('client', { outbounds: ['plain', 'secure', 'backend'] });
    plain = client.outbound('plain');
    secure = client.outbound('secure');
    backend = client.outbound('backend');
    await live.put('ExternalService', 'plain', {
      tags: { 'kuma.io/service': 'plain', 'kuma.io/protocol': 'tcp' },
      networking: { address: `${workloadHost}:${plainEcho.port}` },
    });
  });

  it('is reached by its address', async () => {
    expect(await listAnswers(plain)).toEqual(['plain']);
  });

  it('is reached by its name, over TLS that the proxy begins', async () => {
    await mesh.put('ExternalService', 'secure', describeSecure({ caCert: inline(authority) }));
    expect(await listAnswers(secure)).toEqual(['secure']);
  });

  it.each([
    {
      name: 'by another CA',
      tls: async () => ({ caCert: inline((await makeServerAuthority(Date.now())).certificate) }),
    },
    { name: 'for another name', tls: () => ({ caCert: inline(authority), serverName: 'other.example.com' }) },
  ])('is not reached when its certificate is $name', async ({ tls }) => {
    await mesh.put('ExternalService', 'secure', describeSecure(await tls()));
    expect(await connectOnce(secure)).toBe('');
  });

  it('takes the connections that MeshTCPRoute redirects to it', async () => {
    expect(await listAnswers(backend)).toEqual(['backend']);
    const rules = [{ default: { backendRefs: [{ kind: 'MeshService', name: 'plain' }] } }];
    const to = [{ targetRef: { kind: 'MeshService', name: 'backend' }, rules }];
    await mesh.put('MeshTCPRoute', 'redirect', { spec: { targetRef: { kind: 'Mesh' }, to } });
    expect(await listAnswers(backend)).toEqual(['plain']);
  });

  it('is not there for whom no TrafficPermission allows it', async () => {
    await mesh.delete('TrafficPermission', 'allow-all-default');
    expect(await connectOnce(plain)).toBe('');
  });
});
