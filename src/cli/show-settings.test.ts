import { expect, it } from 'vitest';

import { parseSettings } from '../settings/index.js';
import { renderWithOrigins } from './show-settings.js';

it('shows each value with where it comes from, as a file that can be read again', () => {
  const parsed = parseSettings({
    env: { KUMA_API_SERVER_HTTP_PORT: '7', SKEIN_API_SERVER_CORS_ALLOWED_DOMAINS: 'https://a,https://b' },
    home: '/home/me',
    fileText: 'log:\n  level: debug\nstore: { changeLog: { maxAge: 2h } }\n',
    fileName: 'skein.yaml',
  });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  const shown = renderWithOrigins(parsed.value);
  expect(shown.split('\n')).toEqual([
    'apiServer:',
    '  anonymousAccess: read # default',
    '  authn:',
    '    localhostIsAdmin: true # default',
    '    tokens:',
    '      bootstrapAdminToken: true # default',
    '      enableIssuer: true # default',
    '      validator:',
    '        publicKeys: [] # default',
    '        useSecrets: true # default',
    '  bodyLimit: 1048576 # default',
    '  corsAllowedDomains: [ https://a, https://b ] # SKEIN_API_SERVER_CORS_ALLOWED_DOMAINS',
    '  headersTimeout: 5s # default',
    '  http:',
    '    enabled: true # default',
    '    interface: 127.0.0.1 # default',
    '    port: 7 # KUMA_API_SERVER_HTTP_PORT',
    '  jsonDepth: 64 # default',
    '  readOnly: false # default',
    '  requestTimeout: 30s # default',
    'defaults:',
    '  skipMeshCreation: false # default',
    '  skipTenantResources: false # default',
    'diagnostics:',
    '  interface: 127.0.0.1 # default',
    '  serverPort: 5680 # default',
    'environment: universal # default',
    'general:',
    '  workDir: /home/me/.skein # default',
    'log:',
    '  format: auto # default',
    '  level: debug # skein.yaml:2',
    'mode: standalone # default',
    'store:',
    '  changeLog:',
    '    maxAge: 2h0m0s # skein.yaml:3',
    '    maxRows: 100000 # default',
    '  secrets:',
    '    keyFile: /home/me/.skein/secrets.key # default',
    '    keys: [] # default',
    '  sqlite:',
    '    path: /home/me/.skein/skein.db # default',
    '  type: sqlite # default',
    '',
  ]);
  const again = parseSettings({ env: {}, fileText: shown });
  expect(again.ok && again.value.settings).toEqual(parsed.value.settings);
});
