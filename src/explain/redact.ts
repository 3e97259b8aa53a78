/** Fields with a certificate or a key, be it bytes or text. */
const secretFields = new Set(['certificateChain', 'privateKey', 'trustedCa']);

/**
 * The value with every certificate and key that stands in it unreadable: nobody learns a private key by looking. What
 * holds none is shared.
 */
export function redact(value: unknown, isSecret = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const hides = key === 'inlineBytes' || (isSecret && key === 'inlineString');
    return [key, hides ? '<redacted>' : redact(each, secretFields.has(key))] as const;
  });
  const isChanged = entries.some(([key, each]) => each !== (value as Readonly<Record<string, unknown>>)[key]);
  if (!isChanged) return value;
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
