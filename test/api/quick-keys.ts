import type { AuthorityRequest, KeyMaker } from '../../src/model/provision.js';
import { openKeyMaker } from '../../src/pki/key-maker.js';

const real = openKeyMaker();
const made = new Map<string, Promise<unknown>>();

function once<Made>(what: string, make: () => Promise<Made>): Promise<Made> {
  const making = (made.get(what) as Promise<Made> | undefined) ?? make();
  made.set(what, making);
  return making;
}

/**
 * Real keys and CAs, but one of each is made in this process, whatever its name: tests start many servers and make many
 * meshes, and a key takes a tenth of a second.
 */
export const quickKeys: KeyMaker = {
  makeSigningKey: () => once('key', () => real.makeSigningKey()),
  makeAuthority: (request) => once(`authority ${request.rsaBits}`, () => real.makeAuthority(request)),
  checkAuthority: (pair) => real.checkAuthority(pair),
};

/** Quick keys that remember what they were asked to make. */
export function countKeys(): KeyMaker & { readonly made: (AuthorityRequest | 'signing key')[] } {
  const made: (AuthorityRequest | 'signing key')[] = [];
  return {
    made,
    makeSigningKey: () => {
      made.push('signing key');
      return quickKeys.makeSigningKey();
    },
    makeAuthority: (request) => {
      made.push(request);
      return quickKeys.makeAuthority(request);
    },
    checkAuthority: (pair) => quickKeys.checkAuthority(pair),
  };
}
