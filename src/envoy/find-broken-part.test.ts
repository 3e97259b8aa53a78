import { expect, it } from 'vitest';

import { findBrokenPart } from './find-broken-part.js';
import { xdsTypes } from './type-urls.js';

const tcpProxy = (fields: object) => ({
  name: 'l',
  address: { socketAddress: { address: '127.0.0.1', portValue: 1 } },
  filterChains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.tcp_proxy',
          typedConfig: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
            ...fields,
          },
        },
      ],
    },
  ],
});

it.each([
  { name: 'a good listener', listener: tcpProxy({ statPrefix: 'a', cluster: 'b' }), broken: undefined },
  { name: 'a rule of the listener', listener: { name: 'l', statPrefix: 1 }, broken: /./ },
  { name: 'a rule of what is packed in it', listener: tcpProxy({ cluster: 'b' }), broken: /StatPrefix/ },
  { name: 'a packed type that does not exist', listener: tcpProxy({ '@type': 'a/b.C' }), broken: /./ },
])('finds what Envoy would refuse: $name', ({ listener, broken }) => {
  const found = findBrokenPart(xdsTypes.listeners, listener);
  expect(found).toEqual(broken && (expect.stringMatching(broken) as unknown));
  expect(findBrokenPart(xdsTypes.listeners, listener)).toBe(found);
});
