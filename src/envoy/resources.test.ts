import { describe, expect, it } from 'vitest';

import { packAny, type Cluster, type Filter } from './resources.js';
import { tcpProxyType } from './type-urls.js';

describe('packAny', () => {
  it('puts the type beside the fields', () => {
    expect(packAny(tcpProxyType, { cluster: 'a' })).toEqual({ '@type': tcpProxyType, cluster: 'a' });
  });

  it('compiles with the fields of the type only', () => {
    // @ts-expect-error TcpProxy has no field `clustre`
    packAny(tcpProxyType, { clustre: 'a' });
    // @ts-expect-error not a type of Envoy's API
    packAny('type.googleapis.com/envoy.Nothing', {});
    // @ts-expect-error fields of a packed message are checked by packAny, so they cannot be written past it
    const filter: Filter = { typedConfig: { '@type': tcpProxyType, cluster: 'a' } };
    // @ts-expect-error resources are readonly
    const rename = (cluster: Cluster) => (cluster.name = 'a');
    expect([filter, rename]).toHaveLength(2);
  });
});
