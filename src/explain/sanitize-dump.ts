import { err, ok, type Result } from '../lib/result.js';
import { redact } from './redact.js';

/**
 * The config_dump of an Envoy without what nobody may learn by looking: the token with which the proxy shows who it is
 * (Kuma 2.5), certificates and keys. The error is about a dump that cannot be read.
 */
export function sanitizeDump(text: string): Result<object, string> {
  try {
    const dump = JSON.parse(text) as unknown;
    if (typeof dump !== 'object' || dump === null || Array.isArray(dump)) return err('it is no JSON object');
    return ok(redact(hideTokens(dump)) as object);
  } catch {
    return err('it is no JSON');
  }
}

function hideTokens(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(hideTokens);
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields['key'] === 'authorization' && 'value' in fields) return { ...fields, value: '[redacted]' };
  return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, hideTokens(each)]));
}
