import { expect, it } from 'vitest';

import { sanitizeDump } from './sanitize-dump.js';

it('hides tokens, keys and certificates, and nothing else', () => {
  const dump = {
    configs: [
      {
        bootstrap: {
          dynamic_resources: {
            ads_config: { grpc_services: [{ initial_metadata: [{ key: 'authorization', value: 'token' }] }] },
          },
          hds_config: {
            grpc_services: [
              {
                initial_metadata: [
                  { key: 'authorization', value: 'token' },
                  { key: 'a', value: 'b' },
                ],
              },
            ],
          },
        },
      },
      {
        dynamic_active_secrets: [
          {
            secret: {
              tls_certificate: { private_key: { inline_string: 'key' }, certificate_chain: { inline_bytes: 'chain' } },
            },
          },
        ],
      },
    ],
  };
  const sanitized = JSON.stringify(sanitizeDump(JSON.stringify(dump)));
  expect(sanitized).not.toMatch(/token|"key"[^:]|chain"\}/);
  expect(sanitized).toContain('{"key":"a","value":"b"}');
  expect(sanitized.match(/\[redacted\]/g)).toHaveLength(2);
  expect(sanitized.match(/<redacted>/g)).toHaveLength(2);
});

it.each(['<html>', '[]', 'null'])('refuses %s', (text) => {
  expect(sanitizeDump(text).ok).toBe(false);
});
