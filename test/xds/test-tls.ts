import { readFileSync } from 'node:fs';

const read = (file: string): string => readFileSync(new URL(`testdata/${file}`, import.meta.url), 'utf8');

/** A certificate for tests, which is its own authority. */
export const testTls = {
  cert: read('certificate.pem'),
  key: read('key.pem'),
  ca: Buffer.from(read('certificate.pem')),
};
