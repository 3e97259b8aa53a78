import { expect, it } from 'vitest';

import { clusterNameOf } from './cluster-name.js';

// names seen on kuma-cp 2.5.11
it.each([
  [{ 'kuma.io/service': 'backend' }, 'backend'],
  [{ 'kuma.io/service': 'backend', version: 'v0' }, 'backend-b49a4e4b30420345'],
  [{ version: 'v1', 'kuma.io/service': 'backend' }, 'backend-154693772bc47249'],
  [{ 'kuma.io/service': 'backend_kuma-demo_svc_3001', version: 'v0' }, 'backend_kuma-demo_svc_3001-dc9a84cea6402967'],
  [{ 'kuma.io/protocol': 'http', 'kuma.io/service': 'web' }, 'web-e816eaf96a14245f'],
])('%j is %s', (tags, name) => {
  expect(clusterNameOf(tags)).toBe(name);
});
