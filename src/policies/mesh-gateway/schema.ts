import type { Static } from 'typebox';

import { dataSource } from '../../model/data-source.js';
import { proto } from '../../model/proto.js';
import { selectorList } from '../../model/selector.js';

const tags = (description: string) => proto.map(proto.string(), { description });

const tls = proto.message(
  {
    mode: proto.enum(['NONE', 'TERMINATE', 'PASSTHROUGH'], {
      description: 'TERMINATE: the gateway holds the certificate. PASSTHROUGH: the backend does.',
    }),
    certificates: proto.repeated(dataSource('Certificate chain and private key in PEM.'), {
      description: 'Server certificates of the listener: at most one with an RSA and one with an ECDSA key.',
    }),
    options: proto.message({}, { description: 'Holds nothing yet.' }),
  },
  { description: 'TLS on the side of the clients.' },
);

const listener = proto.message(
  {
    hostname: proto.string({
      description: 'The virtual host: a domain name, `*.` and a domain name, or `*`; absent = `*`.',
    }),
    port: proto.uint32({ description: 'Port on which the gateway listens.' }),
    protocol: proto.enum(['NONE', 'TCP', undefined, 'TLS', 'HTTP', 'HTTPS'], {
      description: 'What clients speak. Listeners of one port have the same protocol.',
    }),
    tls,
    tags: tags('Tags of the listener, by which routes select it; they override the tags of the gateway.'),
    crossMesh: proto.bool({ description: 'The listener is reached from other meshes only, with mTLS.' }),
    resources: proto.message(
      {
        connectionLimit: proto.uint32({
          alt: 'connection_limit',
          description: 'Most connections that the port takes at once; absent = no limit.',
        }),
      },
      { description: 'Limits of the listener.' },
    ),
  },
  { description: 'A port, and a host on it, that clients reach.' },
);

/** The spec of a MeshGateway: the one truth of its shape. */
export const meshGatewaySchema = proto.message(
  {
    selectors: selectorList('The builtin gateway proxies that listen.'),
    tags: tags('Tags of all listeners, by which routes select them.'),
    conf: proto.message(
      { listeners: proto.repeated(listener, { description: 'Where the gateway listens.' }) },
      { description: 'How the gateway is reached.' },
    ),
  },
  { description: 'Configures builtin gateways: the ports on which traffic enters the mesh.' },
);

/** A MeshGateway's spec as it is stored; everything may be absent. */
export type MeshGateway = Static<typeof meshGatewaySchema>;
