import type { Example } from '../../model/kind.js';

/** Examples of MeshHTTPRoute. */
export const meshHTTPRouteExamples: readonly Example[] = [
  {
    summary: 'Traffic split: 10 % of the requests to backend go to version v2',
    body: {
      type: 'MeshHTTPRoute',
      name: 'split',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'frontend' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [
              {
                matches: [{ path: { value: '/', type: 'PathPrefix' } }],
                default: {
                  backendRefs: [
                    { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v1' }, weight: 90 },
                    { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v2' }, weight: 10 },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
  {
    summary: 'Changes of headers: requests to /api carry the header x-team, and responses lose the header server',
    body: {
      type: 'MeshHTTPRoute',
      name: 'headers',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [
              {
                matches: [{ path: { value: '/api', type: 'PathPrefix' } }],
                default: {
                  filters: [
                    {
                      type: 'RequestHeaderModifier',
                      requestHeaderModifier: { set: [{ name: 'x-team', value: 'core' }] },
                    },
                    { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
  {
    summary: 'Mirror: every tenth request to backend also goes to version v2, whose answers nobody sees',
    body: {
      type: 'MeshHTTPRoute',
      name: 'mirror',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshSubset', tags: { app: 'frontend' } },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [
              {
                matches: [{ headers: [{ type: 'Exact', name: 'x-canary', value: 'yes' }] }],
                default: {
                  filters: [
                    {
                      type: 'RequestMirror',
                      requestMirror: {
                        percentage: 10,
                        backendRef: { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v2' } },
                      },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
  {
    summary: 'Every field',
    body: {
      type: 'MeshHTTPRoute',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [
              {
                matches: [
                  {
                    path: { value: '/api', type: 'PathPrefix' },
                    method: 'GET',
                    queryParams: [
                      { type: 'Exact', name: 'q', value: '1' },
                      { type: 'RegularExpression', name: 'r', value: '[0-9]+' },
                    ],
                    headers: [
                      { type: 'Exact', name: 'x-a', value: '1' },
                      { type: 'Present', name: 'x-b' },
                      { type: 'RegularExpression', name: 'x-c', value: '.*' },
                      { type: 'Absent', name: 'x-d' },
                      { type: 'Prefix', name: 'x-e', value: 'p' },
                    ],
                  },
                ],
                default: {
                  filters: [
                    {
                      type: 'RequestHeaderModifier',
                      requestHeaderModifier: {
                        set: [{ name: 'x-set', value: '1' }],
                        add: [{ name: 'x-add', value: '2' }],
                        remove: ['x-remove'],
                      },
                    },
                    {
                      type: 'ResponseHeaderModifier',
                      responseHeaderModifier: {
                        set: [{ name: 'x-set', value: '1' }],
                        add: [{ name: 'x-add', value: '2' }],
                        remove: ['x-remove'],
                      },
                    },
                    {
                      type: 'RequestRedirect',
                      requestRedirect: {
                        scheme: 'https',
                        hostname: 'example.com',
                        path: { type: 'ReplaceFullPath', replaceFullPath: '/x' },
                        port: 8443,
                        statusCode: 301,
                      },
                    },
                    {
                      type: 'URLRewrite',
                      urlRewrite: {
                        hostname: 'internal.example.com',
                        path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' },
                      },
                    },
                    {
                      type: 'RequestRedirect',
                      requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/y' } },
                    },
                    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/z' } } },
                    {
                      type: 'RequestMirror',
                      requestMirror: {
                        percentage: '10.5',
                        backendRef: { kind: 'MeshServiceSubset', name: 'mirror', tags: { version: 'v2' } },
                      },
                    },
                  ],
                  backendRefs: [
                    { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v1' }, weight: 90 },
                    { kind: 'MeshService', name: 'backend-2', weight: 10 },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
];
