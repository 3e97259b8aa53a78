import type { Example } from '../../model/kind.js';

/** Examples of MeshProxyPatch. */
export const meshProxyPatchExamples: readonly Example[] = [
  {
    summary: 'Connections to backend are given up after a second',
    body: {
      type: 'MeshProxyPatch',
      name: 'connect-timeout',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'Mesh' },
        default: {
          appendModifications: [
            { cluster: { match: { name: 'backend' }, operation: 'Patch', value: 'connectTimeout: 1s\n' } },
          ],
        },
      },
    },
  },
  {
    summary: 'A filter in Lua before the router of every inbound',
    body: {
      type: 'MeshProxyPatch',
      name: 'lua',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'backend' },
        default: {
          appendModifications: [
            {
              httpFilter: {
                match: { name: 'envoy.filters.http.router', origin: 'inbound' },
                operation: 'AddBefore',
                value:
                  'name: envoy.filters.http.lua\ntypedConfig:\n  "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua\n  inlineCode: |\n    function envoy_on_request(handle)\n      handle:headers():add("x-from", "lua")\n    end\n',
              },
            },
          ],
        },
      },
    },
  },
  {
    summary: 'JSON Patch: a listener gets a larger buffer',
    body: {
      type: 'MeshProxyPatch',
      name: 'buffer',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshSubset', tags: { app: 'frontend' } },
        default: {
          appendModifications: [
            {
              listener: {
                match: { origin: 'outbound' },
                operation: 'Patch',
                jsonPatches: [{ op: 'replace', path: '/perConnectionBufferLimitBytes', value: 65536 }],
              },
            },
          ],
        },
      },
    },
  },
  {
    summary: 'Every field',
    body: {
      type: 'MeshProxyPatch',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshGateway', name: 'edge', tags: { port: 'http-1' } },
        default: {
          appendModifications: [
            {
              cluster: {
                match: { origin: 'inbound', name: 'c1' },
                operation: 'Patch',
                jsonPatches: [
                  { op: 'add', path: '/a', value: { b: 1 } },
                  { op: 'remove', path: '/a' },
                  { op: 'replace', path: '/a', value: 'x' },
                  { op: 'move', path: '/a', from: '/b' },
                  { op: 'copy', path: '/a', from: '/b' },
                ],
              },
            },
            { cluster: { operation: 'Add', value: 'name: xyz\nconnectTimeout: 5s\n' } },
            {
              listener: {
                match: { origin: 'outbound', name: 'l1', tags: { a: 'b' } },
                operation: 'Patch',
                value: 'name: xyz\n',
              },
            },
            {
              listener: {
                match: { name: 'l' },
                operation: 'Patch',
                jsonPatches: [{ op: 'add', path: '/a', value: { b: 1 } }],
              },
            },
            {
              networkFilter: {
                match: {
                  origin: 'inbound',
                  name: 'envoy.filters.network.tcp_proxy',
                  listenerName: 'l1',
                  listenerTags: { a: 'b' },
                },
                operation: 'AddBefore',
                value: 'name: f\n',
              },
            },
            {
              networkFilter: {
                match: { name: 'f' },
                operation: 'Patch',
                jsonPatches: [{ op: 'add', path: '/a', value: { b: 1 } }],
              },
            },
            {
              httpFilter: {
                match: {
                  origin: 'inbound',
                  name: 'envoy.filters.http.router',
                  listenerName: 'l1',
                  listenerTags: { a: 'b' },
                },
                operation: 'AddAfter',
                value: 'name: f\n',
              },
            },
            {
              httpFilter: {
                match: { name: 'f' },
                operation: 'Patch',
                jsonPatches: [{ op: 'add', path: '/a', value: { b: 1 } }],
              },
            },
            {
              virtualHost: {
                match: { origin: 'outbound', name: 'v1', routeConfigurationName: 'r1' },
                operation: 'Remove',
              },
            },
            {
              virtualHost: {
                match: { routeConfigurationName: 'r1' },
                operation: 'Add',
                value: 'name: v\ndomains: ["*"]\n',
              },
            },
            {
              virtualHost: { match: {}, operation: 'Patch', jsonPatches: [{ op: 'add', path: '/a', value: { b: 1 } }] },
            },
          ],
        },
      },
    },
  },
];
