import { expect, it } from 'vitest';

import { parseSettings } from '../settings/index.js';
import { settingKeys } from '../settings/keys.js';
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
  const lines = shown.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'apiServer:',
      '  anonymousAccess: read # default',
      '        publicKeys: [] # default',
      '  corsAllowedDomains: [ https://a, https://b ] # SKEIN_API_SERVER_CORS_ALLOWED_DOMAINS',
      '    port: 7 # KUMA_API_SERVER_HTTP_PORT',
      '  requestTimeout: 30s # default',
      '  workDir: /home/me/.skein # default',
      '  level: debug # skein.yaml:2',
      '    maxAge: 2h0m0s # skein.yaml:3',
    ]),
  );
  // a line of each setting says where its value is from; the others name sections
  expect(lines.filter((line) => line.includes(' # '))).toHaveLength(settingKeys.length);
  const sections = lines.filter((line) => /^\S/.test(line));
  expect(sections).toEqual([...sections].sort());
  const again = parseSettings({ env: {}, fileText: shown });
  expect(again.ok && again.value.settings).toEqual(parsed.value.settings);
});
