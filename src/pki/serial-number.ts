import { randomBytes } from 'node:crypto';

/** A serial number in hexadecimal: 127 random bits; positive, and without a leading zero byte. */
export function makeSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
