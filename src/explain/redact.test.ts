import { describe, expect, it } from 'vitest';

import { redact } from './redact.js';

describe('redact', () => {
  it('hides what is inside of certificates and keys, however deep', () => {
    const secret = { name: 'a', tlsCertificate: { privateKey: { inlineBytes: 'a2V5' } } };
    expect(redact({ list: [secret, null, 1] })).toEqual({
      list: [{ name: 'a', tlsCertificate: { privateKey: { inlineBytes: '<redacted>' } } }, null, 1],
    });
  });
  it('hides the texts of certificates and keys, and no others', () => {
    const text = { inlineString: 'text' };
    const hidden = { inlineString: '<redacted>' };
    expect(redact({ body: text, certificateChain: text, privateKey: text })).toEqual({
      body: text,
      certificateChain: hidden,
      privateKey: hidden,
    });
  });
  it('gives back what holds none', () => {
    const listeners = { a: { filterChains: [{}] } };
    expect(redact(listeners)).toBe(listeners);
  });
});
