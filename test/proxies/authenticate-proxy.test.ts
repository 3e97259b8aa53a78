import { describe, expect, it } from 'vitest';

import { err, ok } from '../../src/lib/result.js';
import {
  authenticateProxy,
  findTokenOwners,
  type ProxyAuthentication,
  type ProxyClaim,
} from '../../src/proxies/authenticate-proxy.js';
import { kinds } from '../../src/registry.js';

const spec = {
  networking: { address: '1.1.1.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web', version: 'v1' } }] },
};
const resource = JSON.stringify({ type: 'Dataplane', mesh: 'default', name: 'web-1', ...spec });
const zoneEgress = JSON.stringify({ type: 'ZoneEgress', name: 'web-1', networking: { port: 10_002 } });

async function ask({
  metadata,
  mesh = 'default',
  stored,
  needsToken = true,
  credential = 'good',
}: {
  metadata: Record<string, unknown>;
  mesh?: string;
  stored?: unknown;
  needsToken?: boolean;
  credential?: string | undefined;
}) {
  const claims: ProxyClaim[] = [];
  const authentication: ProxyAuthentication = {
    kinds,
    needsToken: { dataplane: needsToken, ingress: needsToken, egress: needsToken },
    verify: (token, claim) => {
      claims.push(claim);
      return Promise.resolve(token === 'good' ? ok(undefined) : err(`bad token ${JSON.stringify(token)}`));
    },
    findSpec: ({ type }) => Promise.resolve(type === 'Dataplane' ? stored : undefined),
  };
  const answer = await authenticateProxy(authentication, { mesh, name: 'web-1', metadata }, credential);
  return { answer, claims };
}

const dataplaneClaim = {
  type: 'dataplane',
  mesh: 'default',
  name: 'web-1',
  tagSets: [{ 'kuma.io/service': 'web', version: 'v1' }],
};

describe('a proxy is authenticated', () => {
  it.each([
    {
      name: 'as the one it brings along',
      asked: { metadata: { 'dataplane.resource': resource } },
      claim: dataplaneClaim,
    },
    { name: 'as the one that is stored', asked: { metadata: {}, stored: spec }, claim: dataplaneClaim },
    {
      name: 'as a zone proxy',
      asked: { metadata: { 'dataplane.proxyType': 'egress', 'dataplane.resource': zoneEgress }, mesh: '' },
      claim: { type: 'egress' },
    },
  ])('$name', async ({ asked, claim }) => {
    expect(await ask(asked)).toEqual({ answer: ok(undefined), claims: [claim] });
    expect((await ask({ ...asked, credential: 'bad' })).answer).toEqual(err('authentication failed: bad token "bad"'));
    expect(await ask({ ...asked, needsToken: false })).toEqual({ answer: ok(undefined), claims: [] });
  });

  it.each([
    { name: 'without a token', asked: { metadata: {}, stored: spec, credential: '' }, error: 'bad token ""' },
    {
      name: 'without a resource',
      asked: { metadata: {}, needsToken: false },
      error:
        'resource "default.web-1" not found; create a Dataplane in Kuma CP first or pass it as an argument to kuma-dp',
    },
    { name: 'of no known type', asked: { metadata: { 'dataplane.proxyType': 1 } }, error: 'unsupported proxy type 1' },
    {
      name: 'with the resource of another',
      asked: { metadata: { 'dataplane.resource': resource }, mesh: 'other' },
      error: 'does not match its resource',
    },
  ])('never $name', async ({ asked, error }) => {
    expect((await ask(asked)).answer).toEqual(err(expect.stringContaining(error)));
  });
});

it.each([
  { type: 'Secret', mesh: 'a', name: 'dataplane-token-revocations-a', owners: { of: 'mesh', mesh: 'a' } },
  { type: 'Secret', mesh: 'a', name: 'dataplane-token-signing-key-a-1', owners: { of: 'mesh', mesh: 'a' } },
  { type: 'GlobalSecret', mesh: '', name: 'zone-token-revocations', owners: { of: 'zones' } },
  { type: 'GlobalSecret', mesh: '', name: 'zone-ingress-token-signing-key-1', owners: { of: 'zones' } },
  { type: 'GlobalSecret', mesh: '', name: 'user-token-revocations', owners: undefined },
  { type: 'Secret', mesh: 'a', name: 'ca', owners: undefined },
])('the $type $name decides on tokens of $owners', ({ type, mesh, name, owners }) => {
  expect(findTokenOwners({ type, mesh, name })).toEqual(owners);
});
