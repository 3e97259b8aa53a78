import { isDeepStrictEqual } from 'node:util';

import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { readHosts } from '../../src/pki/read-certificate.js';
import { describeProxy } from '../../src/proxies/describe-proxy.js';
import { kinds } from '../../src/registry.js';
import { emptyWorld, nextWorld, type WorldChange } from '../../src/snapshot/world.js';
import { answerBootstrap, type BootstrapContext } from '../../src/xds/bootstrap/answer-bootstrap.js';
import type { Bootstrap } from '../../src/xds/bootstrap/make-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../envoy/validate.js';
import { readLines } from './recordings.js';

interface RecordedBootstrap {
  readonly name: string;
  readonly host: string;
  readonly accept?: string;
  readonly body: string;
  /** True for the server that is configured unlike the defaults. */
  readonly otherSettings?: true;
  readonly answer: {
    readonly status: number;
    readonly contentType?: string;
    readonly text?: string;
    readonly bootstrap?: Bootstrap;
    readonly sidecar?: unknown;
  };
}

const [certificateLine = '', ...lines] = readLines('bootstrap.jsonl.gz');
const { certificate } = JSON.parse(certificateLine) as { readonly certificate: string };
const recordings = lines.map((line) => JSON.parse(line) as RecordedBootstrap);

/** Kuma's 500 means "try again later", and its empty 400 says nothing; here the client learns what is wrong. */
const saidBetter: ReadonlyMap<string, number> = new Map([
  ...['badType', 'wrongKind', 'unknownType', 'emptyRes', 'badMeta'].map((name) => [name, 422] as const),
  ['badCa', 400],
  ...['wrongShape', 'fracPort', 'negPort', 'body ', 'body {', 'body []', 'body "x"'].map(
    (name) => [name, 400] as const,
  ),
]);

/** Go reads the names of fields without regard to case; no client depends on it. */
const notRead: ReadonlySet<string> = new Set(['caseKeys']);

const stored = (type: string, mesh: string, name: string, spec: unknown): WorldChange => ({
  revision: 1,
  key: { type, mesh, name },
  resource: { type, mesh, name, spec, creationTime: '', modificationTime: '', creationRevision: 1, revision: 1 },
});

const world = nextWorld(emptyWorld, [
  stored('Mesh', '', 'default', {}),
  stored('Mesh', '', 'strict', { constraints: { dataplaneProxy: { requirements: [{ tags: { team: 'a' } }] } } }),
  stored('Mesh', '', 'm', {
    metrics: {
      enabledBackend: 'p',
      backends: [
        {
          name: 'p',
          type: 'prometheus',
          conf: {
            aggregate: [
              { name: 'a', port: 1, path: '/a' },
              { name: 'b', port: 2, path: '/b2', address: '9.9.9.9' },
            ],
          },
        },
      ],
    },
  }),
  stored('Dataplane', 'default', 'stored-1', {
    networking: {
      address: '127.0.0.1',
      admin: { port: 9977 },
      inbound: [{ port: 8080, tags: { 'kuma.io/service': 'web' } }],
    },
  }),
  stored('ZoneEgress', '', 'stored-egress', { networking: { port: 10002 } }),
]);

const context: BootstrapContext = {
  settings: {
    adminAddress: '127.0.0.1',
    adminPort: 9901,
    adminAccessLogPath: '/dev/null',
    xdsPort: 36678,
    xdsConnectTimeout: 1_000,
    hdsEnabled: true,
    reloadableTokens: false,
    gatewayMaxConnections: 50_000,
    temporaryFolder: '/tmp',
  },
  xdsHost: '',
  needsToken: { dataplane: true, ingress: true, egress: true },
  certificate: () => ({ authority: certificate, hosts: readHosts(certificate) }),
  describeProxy: (question) => describeProxy(world, kinds, question),
  lookUp: () => Promise.resolve(['192.0.2.2']),
};

const otherContext: BootstrapContext = {
  ...context,
  settings: {
    ...context.settings,
    adminAddress: '0.0.0.0',
    adminPort: 7901,
    adminAccessLogPath: '/tmp/x.log',
    xdsPort: 1234,
    xdsConnectTimeout: 1_500,
    hdsEnabled: false,
    reloadableTokens: true,
    gatewayMaxConnections: 7,
  },
  xdsHost: 'vm',
};

const ask = ({
  host,
  accept,
  body,
  otherSettings,
}: Pick<RecordedBootstrap, 'host' | 'accept' | 'body' | 'otherSettings'>) =>
  answerBootstrap(otherSettings === true ? otherContext : context, { host, accept, body });

/** The answer in the form of the recording. */
function unwrap({ status, contentType, body }: Awaited<ReturnType<typeof ask>>): RecordedBootstrap['answer'] {
  const type = contentType === undefined ? {} : { contentType };
  if (contentType === 'text/x-yaml') return { status, ...type, bootstrap: readYaml(body) };
  if (contentType !== 'application/json') return { status, ...type, text: body };
  const { bootstrap, kumaSidecarConfiguration: sidecar } = JSON.parse(body) as Record<string, unknown>;
  return { status, ...type, bootstrap: readYaml(Buffer.from(String(bootstrap), 'base64').toString()), sidecar };
}

const readYaml = (text: string): Bootstrap => parse(text, { version: '1.1' }) as Bootstrap;

describe('a bootstrap', () => {
  it.each(recordings.filter(({ name }) => !saidBetter.has(name) && !notRead.has(name)))(
    'is that of Kuma 2.5.11: $name',
    async (recording) => {
      expect(sortSources(unwrap(await ask(recording)))).toEqual(sortSources(recording.answer));
    },
  );

  it.each([...saidBetter].map(([name, status]) => ({ name, status })))(
    'is refused in words where Kuma has none: $name',
    async ({ name, status }) => {
      const recording = recordings.find((each) => each.name === name);
      expect(recording?.answer.text).toBe('');
      const answer = await ask(recording!);
      expect([answer.status, answer.body === '']).toEqual([status, false]);
    },
  );

  it('of a zone proxy that is stored is found outside of meshes only', async () => {
    const request = { name: 'stored-egress', proxyType: 'egress', dataplaneToken: 't' };
    const statusOf = async (mesh: string) =>
      (await ask({ host: 'localhost', body: JSON.stringify({ ...request, mesh }) })).status;
    expect([await statusOf(''), await statusOf('default')]).toEqual([200, 404]);
  });

  const askFor = async (fields: object, resource: object = {}) => {
    const networking = { address: '127.0.0.1', gateway: { type: 'BUILTIN', tags: { 'kuma.io/service': 'edge' } } };
    const dataplaneResource = JSON.stringify({
      type: 'Dataplane',
      mesh: 'default',
      name: 'edge-1',
      networking: { ...networking, ...resource },
    });
    const body = JSON.stringify({ mesh: 'default', name: 'edge-1', dataplaneToken: 't', dataplaneResource, ...fields });
    // beyond the numbers of JavaScript
    return ask({ host: 'localhost', body: body.replace('"a lot"', '9223372036854771712') });
  };

  it('keeps a gateway within its memory, also where cgroups have no limit', async () => {
    const { status, body } = await askFor({ resources: { maxHeapSizeBytes: 'a lot' } });
    expect(status).toBe(200);
    expect(readYaml(body).overloadManager?.resourceMonitors?.[0]?.typedConfig).toMatchObject({
      maxHeapSizeBytes: '9223372036854771712',
    });
  });

  it.each([
    { name: 'a token of two lines', fields: { dataplaneToken: 'a\nb' }, says: 'dataplaneToken: must be a single line' },
    { name: 'a token that no header holds', fields: { dataplaneToken: 'x'.repeat(16_385) }, says: 'dataplaneToken: ' },
    { name: 'an admin port beyond all ports', resource: { admin: { port: 70_000 } }, says: 'networking.admin.port: ' },
  ])('is not given where Envoy would refuse it: $name', async ({ fields = {}, resource, says }) => {
    const { status, body } = await askFor(fields, resource);
    expect([status, body.slice(0, says.length)]).toEqual([422, says]);
  });

  it('logs no requests to the admin API where no file is named', async () => {
    const settings = { ...context.settings, adminAccessLogPath: '' };
    const { body } = await answerBootstrap(
      { ...context, settings },
      { host: 'localhost', accept: undefined, body: sidecarBody },
    );
    expect(readYaml(body).admin).toEqual({ address: { socketAddress: { address: '127.0.0.1', portValue: 9901 } } });
  });

  it('is not given to those who check the server by a certificate of a server', async () => {
    const leaf = { ...context, certificate: () => ({ ...context.certificate(), authority: serverCertificate }) };
    const { status, body } = await answerBootstrap(leaf, { host: 'localhost', accept: undefined, body: sidecarBody });
    expect([status, body.split('\n')[0]]).toEqual([
      400,
      "A data plane proxy is trying to verify the control plane using the certificate which is not a certificate authority (basic constraint 'CA' is set to 'false').",
    ]);
  });
});

const sidecarBody = recordings.find(({ name }) => name === 'sidecar')?.body ?? '';

/** A certificate with the basic constraint CA:FALSE. */
const serverCertificate = `-----BEGIN CERTIFICATE-----
MIIBczCCARigAwIBAgIUGcRZW5p8bhWoGaZu4ObpO/eiCuswCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEbGVhZjAgFw0yNjExMjQyMzQxMTlaGA8yMTI2MTAzMTIzNDEx
OVowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKxb
MagdeeOE4omVTQJcS+upduIhel9bVoMWFHYZy1uZ87RezVZlbWivXHY8FHPz4BZn
VKj1JOtadhohQ7J8nWSjUDBOMB0GA1UdDgQWBBRTZDCG+GGt8JnXSWSb6wUZ8PU2
zTAfBgNVHSMEGDAWgBRTZDCG+GGt8JnXSWSb6wUZ8PU2zTAMBgNVHRMBAf8EAjAA
MAoGCCqGSM49BAMCA0kAMEYCIQCdBygqvitEU5Ri2S21BXFHTB1kfLjjz6hBj0kl
DykFXQIhAM93k8kX4c6SrgxQbdI0h4ObnxzyBAG1s2/BIp3hiR7+
-----END CERTIFICATE-----
`;

/** Go gives the sources of metrics in any order. */
function sortSources(answer: RecordedBootstrap['answer']): unknown {
  const { metrics } = (answer.sidecar ?? {}) as { metrics?: { aggregate: { name: string }[] } };
  metrics?.aggregate.sort((a, b) => (a.name < b.name ? -1 : 1));
  return answer;
}

const envoy = await findEnvoy();

describe.skipIf(envoy.kind === 'missing')('Envoy', () => {
  let seen: Bootstrap[] = [];
  beforeAll(async () => {
    const answers = await Promise.all(recordings.map(async (recording) => unwrap(await ask(recording)).bootstrap));
    const distinct = answers.flatMap((bootstrap) => (bootstrap === undefined ? [] : [withoutIdentity(bootstrap)]));
    seen = distinct.filter((each, i) => distinct.findIndex((other) => isDeepStrictEqual(each, other)) === i);
  });

  it('accepts every one of them', { timeout: 120_000 }, async () => {
    expect(seen.length).toBeGreaterThan(8);
    for (const bootstrap of seen) {
      const path = envoy.kind === 'found' ? envoy.path : '';
      const { ok, output } = await validateWithEnvoy(path, bootstrap as Parameters<typeof validateWithEnvoy>[1]);
      expect(ok ? '' : output).toBe('');
    }
  });
});

/** What Envoy only passes on does not make another bootstrap. */
const withoutIdentity = (bootstrap: Bootstrap): Bootstrap => ({ ...bootstrap, node: { id: 'test', cluster: 'test' } });
