import type { Static } from 'typebox';

import { dataSource } from '../../model/data-source.js';
import { proto } from '../../model/proto.js';

/** The spec of an ExternalService: the one truth of its shape. */
export const externalServiceSchema = proto.message(
  {
    networking: proto.message(
      {
        address: proto.string({ description: 'Where the service is: host name or IP address, a colon, and the port.' }),
        tls: proto.message(
          {
            enabled: proto.bool({ description: 'Proxies connect with TLS.' }),
            caCert: dataSource('Certificate of the authority that the service’s certificate must be of, in PEM.', {
              alt: 'ca_cert',
            }),
            clientCert: dataSource('Certificate of the proxies, in PEM.', { alt: 'client_cert' }),
            clientKey: dataSource('Private key of the proxies, in PEM.', { alt: 'client_key' }),
            allowRenegotiation: proto.boolValue({ description: 'The service may renegotiate the session.' }),
            serverName: proto.stringValue({
              alt: 'server_name',
              description: 'Name that is asked for and must be in the certificate; absent = the host of the address.',
            }),
            skipHostnameVerification: proto.boolValue({
              description: 'The name in the certificate is not looked at.',
            }),
          },
          { description: 'TLS between proxies and the service.' },
        ),
        disableHostDNSEntry: proto.bool({ description: 'The host of the address gets no name within the mesh.' }),
      },
      { description: 'How the service is reached.' },
    ),
    tags: proto.map(proto.string(), {
      description: '`kuma.io/service` names the service, `kuma.io/protocol` what it speaks.',
    }),
  },
  { description: 'A service outside of the mesh that proxies reach like one within.' },
);

/** An ExternalService's spec as it is stored; everything may be absent. */
export type ExternalService = Static<typeof externalServiceSchema>;
