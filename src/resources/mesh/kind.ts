import type { Around, Kind } from '../../model/kind.js';
import { completePrometheusConf, decodePrometheusConf } from '../../model/prometheus.js';
import { noFacets, type ResourceKey } from '../../model/resource.js';
import type { Violation } from '../../model/violation.js';
import { checkCertificateAuthorities, providedAuthorities } from './certificate-authority.js';
import { provisionsOf } from './provisions.js';
import { meshSchema, type MeshDocument } from './schema.js';
import { validateMesh } from './validate.js';

/** The confs of prometheus are stored as they were read, with Kuma's defaults. */
function complete(spec: MeshDocument): MeshDocument {
  const backends = spec.metrics?.backends;
  if (backends === undefined) return spec;
  return {
    ...spec,
    metrics: {
      ...spec.metrics,
      backends: backends.map((backend) => {
        const conf = backend.type === 'prometheus' ? decodePrometheusConf(backend.conf) : undefined;
        return conf?.ok === true ? { ...backend, conf: completePrometheusConf(conf.value) } : backend;
      }),
    },
  };
}

function check(spec: MeshDocument, { name }: ResourceKey, { previous }: Around): Violation[] {
  const before = previous?.spec as MeshDocument | undefined;
  const [old = '', now = ''] = [before?.mtls?.enabledBackend, spec.mtls?.enabledBackend];
  if (old !== '' && now !== '' && old !== now) {
    return [
      {
        field: 'mtls.enabledBackend',
        message: 'Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA',
      },
    ];
  }
  return checkCertificateAuthorities(name, spec, before);
}

/** The stored kind Mesh: a group of Dataplanes and what is common to them. */
export const mesh: Kind<MeshDocument> = {
  type: 'Mesh',
  path: 'meshes',
  scope: 'global',
  singularDisplayName: 'Mesh',
  pluralDisplayName: 'Meshes',
  form: 'flat',
  schema: meshSchema,
  validate: validateMesh,
  complete,
  check,
  authorities: providedAuthorities,
  provisions: provisionsOf,
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: false,
  deletion: {
    blockedBy: {
      type: 'Dataplane',
      violation: { field: 'mesh', message: 'unable to delete mesh, there are still some dataplanes attached' },
    },
  },
  kubernetesNamespaced: false,
  examples: [
    { summary: 'A mesh without mTLS', body: { type: 'Mesh', name: 'default' } },
    {
      summary: 'mTLS with a certificate authority that is made together with the mesh',
      body: {
        type: 'Mesh',
        name: 'secure',
        mtls: {
          enabledBackend: 'ca-1',
          backends: [
            {
              name: 'ca-1',
              type: 'builtin',
              dpCert: { rotation: { expiration: '1d' } },
              conf: { caCert: { RSAbits: 2048, expiration: '10y' } },
              mode: 'PERMISSIVE',
            },
          ],
        },
      },
    },
    {
      summary: 'Logs, traces and metrics; members need a team; only the own policies',
      body: {
        type: 'Mesh',
        name: 'observed',
        tracing: {
          defaultBackend: 'zipkin',
          backends: [
            {
              name: 'zipkin',
              sampling: 10,
              type: 'zipkin',
              conf: { apiVersion: 'httpJson', url: 'http://zipkin:9411/api/v2/spans' },
            },
          ],
        },
        logging: {
          defaultBackend: 'file',
          backends: [
            {
              name: 'file',
              format: '[%START_TIME%] %KUMA_SOURCE_SERVICE%',
              type: 'file',
              conf: { path: '/var/log/access.log' },
            },
          ],
        },
        metrics: {
          enabledBackend: 'prometheus',
          backends: [
            {
              name: 'prometheus',
              type: 'prometheus',
              conf: { path: '/metrics', port: 5670, tags: { 'kuma.io/service': 'dataplane-metrics' }, tls: {} },
            },
          ],
        },
        networking: { outbound: { passthrough: false } },
        routing: { localityAwareLoadBalancing: true },
        constraints: { dataplaneProxy: { requirements: [{ tags: { team: '*' } }] } },
        skipCreatingInitialPolicies: ['*'],
      },
    },
    {
      summary: 'Everything that a mesh can say',
      body: {
        type: 'Mesh',
        name: 'full',
        mtls: {
          enabledBackend: 'ca-1',
          backends: [
            {
              name: 'ca-1',
              type: 'builtin',
              dpCert: { rotation: { expiration: '1d' }, requestTimeout: '10s' },
              conf: { caCert: { RSAbits: 2048, expiration: '10y' } },
              mode: 'PERMISSIVE',
              rootChain: { requestTimeout: '10s' },
            },
          ],
          skipValidation: true,
        },
        tracing: {
          defaultBackend: 'zipkin',
          backends: [
            {
              name: 'zipkin',
              sampling: 100,
              type: 'zipkin',
              conf: {
                apiVersion: 'httpProto',
                sharedSpanContext: true,
                traceId128bit: true,
                url: 'http://zipkin.local:9411/api/v2/spans',
              },
            },
            {
              name: 'datadog',
              sampling: 12.5,
              type: 'datadog',
              conf: { address: '127.0.0.1', port: 8126, splitService: true },
            },
          ],
        },
        logging: {
          defaultBackend: 'tcp',
          backends: [
            {
              name: 'tcp',
              format: '[%START_TIME%] %KUMA_MESH% %REQ(X-A?X-B):8% <&>',
              type: 'tcp',
              conf: { address: '127.0.0.1:5000' },
            },
            { name: 'file', type: 'file', conf: { path: '/tmp/access.log' } },
          ],
        },
        metrics: {
          enabledBackend: 'prom',
          backends: [
            {
              name: 'prom',
              type: 'prometheus',
              conf: {
                aggregate: [
                  { address: '127.0.0.1', enabled: true, name: 'app', path: '/m', port: 8888 },
                  { enabled: false, name: 'off' },
                ],
                envoy: { filterRegex: 'http.*', usedOnly: true },
                path: '/non-standard',
                port: 1234,
                tags: { 'kuma.io/service': 'metrics', version: 'v1' },
                tls: { mode: 'providedTLS' },
              },
            },
          ],
        },
        networking: { outbound: { passthrough: false } },
        routing: { localityAwareLoadBalancing: true, zoneEgress: true },
        constraints: {
          dataplaneProxy: {
            requirements: [{ tags: { 'kuma.io/service': '*' } }],
            restrictions: [{ tags: { 'kuma.io/service': 'legacy' } }],
          },
        },
        skipCreatingInitialPolicies: ['*'],
      },
    },
  ],
};
