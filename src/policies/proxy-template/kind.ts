import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { proxyTemplateSchema, type ProxyTemplate } from './schema.js';
import { validateProxyTemplate } from './validate.js';

const lines = (...each: readonly string[]): string => `${each.join('\n')}\n`;

/** The stored kind ProxyTemplate. */
export const proxyTemplateKind: Kind<ProxyTemplate> = {
  ...legacyPolicy,
  type: 'ProxyTemplate',
  path: 'proxytemplates',
  singularDisplayName: 'Proxy Template',
  pluralDisplayName: 'Proxy Templates',
  schema: proxyTemplateSchema,
  validate: validateProxyTemplate,
  examples: [
    {
      summary: 'Every kind of change',
      body: {
        type: 'ProxyTemplate',
        mesh: 'default',
        name: 'changes',
        selectors: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          imports: ['default-proxy', 'gateway-proxy'],
          resources: [
            {
              name: 'raw-cluster',
              version: 'v1',
              resource: lines(
                "'@type': type.googleapis.com/envoy.config.cluster.v3.Cluster",
                'name: raw-cluster',
                'connectTimeout: 5s',
              ),
            },
          ],
          modifications: [
            {
              cluster: {
                operation: 'add',
                value: lines(
                  'name: added-cluster',
                  'connectTimeout: 5s',
                  'type: STATIC',
                  'loadAssignment:',
                  '  clusterName: added-cluster',
                  '  endpoints:',
                  '  - lbEndpoints:',
                  '    - endpoint:',
                  '        address:',
                  '          socketAddress:',
                  '            address: 127.0.0.1',
                  '            portValue: 8080',
                ),
              },
            },
            {
              cluster: {
                match: { origin: 'inbound', name: 'localhost:8080' },
                operation: 'patch',
                value: lines('connectTimeout: 5s'),
              },
            },
            {
              listener: {
                match: {
                  origin: 'outbound',
                  name: 'outbound:127.0.0.1:80',
                  tags: { 'kuma.io/service': 'backend' },
                },
                operation: 'remove',
              },
            },
            {
              networkFilter: {
                match: {
                  origin: 'inbound',
                  name: 'envoy.filters.network.tcp_proxy',
                  listenerName: 'inbound:127.0.0.1:80',
                  listenerTags: { 'kuma.io/service': 'web' },
                },
                operation: 'addBefore',
                value: lines(
                  'name: envoy.filters.network.tcp_proxy',
                  'typedConfig:',
                  "  '@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                  '  statPrefix: x',
                  '  cluster: backend',
                ),
              },
            },
            {
              httpFilter: {
                match: {
                  origin: 'inbound',
                  name: 'envoy.filters.http.router',
                  listenerName: 'inbound:127.0.0.1:80',
                  listenerTags: { 'kuma.io/service': 'web' },
                },
                operation: 'patch',
                value: lines(
                  'name: envoy.filters.http.router',
                  'typedConfig:',
                  "  '@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                  '  dynamicStats: false',
                ),
              },
            },
            {
              virtualHost: {
                match: { origin: 'outbound', name: 'backend', routeConfigurationName: 'outbound:backend' },
                operation: 'patch',
                value: lines('retryPolicy:', '  retryOn: 5xx', '  numRetries: 3'),
              },
            },
          ],
        },
      },
    },
  ],
};
