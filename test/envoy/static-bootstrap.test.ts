import { describe, expect, it } from 'vitest';

import { packAny, type Cluster, type ClusterLoadAssignment } from '../../src/envoy/resources.js';
import { httpConnectionManagerType, xdsTypes } from '../../src/envoy/type-urls.js';
import { toStaticBootstrap } from './static-bootstrap.js';

const eds: Cluster = { name: 'a', type: 'EDS', edsClusterConfig: { edsConfig: { ads: {} } } };

const endpointsAt = (address: string): ClusterLoadAssignment => ({
  clusterName: 'a',
  endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address, portValue: 80 } } } }] }],
});

const connectionManager = (routeConfigName: string): object => ({
  name: 'l',
  filterChains: [
    {
      filters: [
        { typedConfig: packAny(httpConnectionManagerType, { rds: { routeConfigName, configSource: { ads: {} } } }) },
      ],
    },
  ],
});

describe('toStaticBootstrap', () => {
  it.each([
    { name: 'addresses', address: '192.0.2.1', type: 'STATIC' },
    { name: 'IPv6 addresses', address: '2001:db8::1', type: 'STATIC' },
    { name: 'host names', address: 'cafe.test', type: 'STRICT_DNS' },
  ])('moves endpoints into their cluster: $name', ({ address, type }) => {
    const assignment = endpointsAt(address);
    const { staticResources } = toStaticBootstrap({
      [xdsTypes.clusters]: { a: eds },
      [xdsTypes.endpoints]: { a: assignment },
    });
    expect(staticResources.clusters).toEqual([{ name: 'a', type, loadAssignment: assignment }]);
  });

  it('moves routes into the filters that name them', () => {
    const { staticResources } = toStaticBootstrap({
      [xdsTypes.listeners]: { l: connectionManager('r') },
      [xdsTypes.routes]: { r: { name: 'r' } },
    });
    expect(staticResources.listeners[0]?.filterChains?.[0]?.filters?.[0]?.typedConfig).toEqual({
      '@type': httpConnectionManagerType,
      routeConfig: { name: 'r' },
    });
  });

  it('replaces a hidden key together with its chain, and takes secrets from the bootstrap', () => {
    const { staticResources } = toStaticBootstrap({
      [xdsTypes.clusters]: { a: { name: 'a', tls: [{ name: 's', sdsConfig: { ads: {} } }] } },
      [xdsTypes.secrets]: {
        s: {
          name: 's',
          tlsCertificate: { certificateChain: { inlineBytes: 'cmVhbA==' }, privateKey: { inlineBytes: '<redacted>' } },
        },
        ca: { name: 'ca', validationContext: { trustedCa: { inlineBytes: 'cmVhbA==' } } },
      },
    });
    const [pair, ca] = staticResources.secrets;
    expect(pair?.tlsCertificate?.certificateChain?.inlineBytes).not.toBe('cmVhbA==');
    expect(pair?.tlsCertificate?.privateKey?.inlineBytes).not.toBe('<redacted>');
    expect(ca?.validationContext?.trustedCa?.inlineBytes).toBe('cmVhbA==');
    expect(staticResources.clusters).toEqual([{ name: 'a', tls: [{ name: 's' }] }]);
  });

  it.each([
    {
      name: 'endpoints that are not there',
      xds: { [xdsTypes.clusters]: { a: eds } },
      error: /no .*ClusterLoadAssignment is called a/,
    },
    {
      name: 'routes that are not there',
      xds: { [xdsTypes.listeners]: { l: connectionManager('r') } },
      error: /no .*RouteConfiguration is called r/,
    },
    {
      name: 'what is still to be fetched',
      xds: { [xdsTypes.listeners]: { l: { configDiscovery: { configSource: { ads: {} } } } } },
      error: /still to be fetched/,
    },
  ])('refuses $name', ({ xds, error }) => {
    expect(() => toStaticBootstrap(xds)).toThrow(error);
  });
});
