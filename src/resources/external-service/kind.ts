import { serviceTag, tagOf } from '../../model/dataplane.js';
import type { Around, Kind } from '../../model/kind.js';
import type { ResourceKey } from '../../model/resource.js';
import { asksMoreOf, type Selector } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import { externalServiceSchema, type ExternalService } from './schema.js';
import { validateExternalService } from './validate.js';

/** No RateLimit may tell parts of the service apart: where limits are enforced it has only its name. */
function check({ tags }: ExternalService, _key: ResourceKey, { beside }: Around): Violation[] {
  const services = new Set([tagOf(tags, serviceTag)]);
  return (beside?.get('RateLimit') ?? []).flatMap(({ name, spec }) =>
    ((spec as { readonly destinations?: readonly Selector[] }).destinations ?? [])
      .filter((destination) => asksMoreOf(services, destination))
      .map(() => ({
        field: 'externalservice',
        message: `ExternalService would match RateLimit '${name}' which includes incompatible destination matches`,
      })),
  );
}

/** The stored kind ExternalService: a service outside of the mesh. */
export const externalService: Kind<ExternalService> = {
  type: 'ExternalService',
  path: 'external-services',
  scope: 'mesh',
  singularDisplayName: 'External Service',
  pluralDisplayName: 'External Services',
  form: 'flat',
  schema: externalServiceSchema,
  validate: validateExternalService,
  looksAt: ['RateLimit'],
  check,
  facets: ({ tags }) => ({ tagSets: [tags ?? {}], gateway: null }),
  filters: ['tag'],
  readOnly: false,
  boundToMesh: false,
  kubernetesNamespaced: false,
  examples: [
    {
      summary: 'A service that is reached with TLS',
      body: {
        type: 'ExternalService',
        mesh: 'default',
        name: 'httpbin',
        networking: { address: 'httpbin.org:443', tls: { enabled: true } },
        tags: { 'kuma.io/protocol': 'http', 'kuma.io/service': 'httpbin' },
      },
    },
    {
      summary: 'Everything that can be said of TLS',
      body: {
        type: 'ExternalService',
        mesh: 'default',
        name: 'httpbin-mtls',
        networking: {
          address: 'httpbin.org:443',
          tls: {
            enabled: true,
            caCert: { inline: 'Q0E=' },
            clientCert: { secret: 'client-cert' },
            clientKey: { file: '/etc/client.key' },
            allowRenegotiation: true,
            serverName: 'httpbin.org',
            skipHostnameVerification: true,
          },
          disableHostDNSEntry: true,
        },
        tags: { 'kuma.io/protocol': 'http', 'kuma.io/service': 'httpbin', 'kuma.io/zone': 'east' },
      },
    },
    {
      summary: 'A database',
      body: {
        type: 'ExternalService',
        mesh: 'default',
        name: 'external-backend',
        networking: { address: '192.168.0.9:5432' },
        tags: { 'kuma.io/service': 'external-backend' },
      },
    },
  ],
};
