import { expect, it } from 'vitest';

import { IdentityReports } from '../../src/proxies/identities/identity-reports.js';
import { renderSpec } from '../../src/store/spec-text.js';
import { keyOf } from '../store/fixtures.js';

const web = { mesh: 'default', name: 'web-1' };
const facts = {
  certificateExpirationTime: '',
  lastCertificateRegeneration: '',
  certificateRegenerations: 1,
  issuedBackend: 'ca-1',
  supportedBackends: ['ca-1'],
};

const meshWith = (spec: object) => {
  const key = keyOf('default', '', 'Mesh');
  const meta = { creationTime: '', modificationTime: '', creationRevision: 1, revision: 1, unknownFields: '[]' };
  return { revision: 1, op: 'update', key, resource: { ...key, ...meta, spec: renderSpec(spec) } } as const;
};

it('an identity is told of once, when its proxy has all it is to have, and no more without mTLS', () => {
  let current: typeof facts | undefined;
  const told: unknown[] = [];
  const reports = new IdentityReports(
    { describe: () => current },
    { setIdentity: (key, identity) => told.push([key.name, identity]) },
  );
  reports.report(web, () => true);
  current = facts;
  reports.report(web, () => false);
  expect(told).toEqual([]);
  reports.report(web, () => true);
  reports.report(web, () => true);
  expect(told.splice(0)).toEqual([['web-1', facts]]);
  current = { ...facts, certificateRegenerations: 2 };
  reports.report(web, () => true);
  expect(told.splice(0)).toEqual([['web-1', current]]);
  reports.onStoreChanges([meshWith({ mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1' }] } })]);
  expect(told).toEqual([]);
  reports.onStoreChanges([meshWith({})]);
  expect(told.splice(0)).toEqual([['web-1', undefined]]);
  reports.release(web);
  reports.report(web, () => true);
  expect(told).toHaveLength(1);
});
