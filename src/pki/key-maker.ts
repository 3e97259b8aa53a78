import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

import type { KeyMaker } from '../model/provision.js';
import { checkAuthority } from './check-authority.js';
import { makeAuthority } from './make-authority.js';

const generate = promisify(generateKeyPair);

/** Makes and checks keys and certificates. `now` gives milliseconds since 1970. */
export const openKeyMaker = (now: () => number = Date.now): KeyMaker => ({
  async makeSigningKey() {
    const { privateKey } = await generate('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    return privateKey;
  },
  makeAuthority: (request) => makeAuthority(request, now()),
  checkAuthority,
});
