/** Fields with a certificate or a key, be it bytes or text; Envoy itself writes the names of fields otherwise. */
const secretFields = new Set([
  ...['certificateChain', 'privateKey', 'trustedCa'],
  ...['certificate_chain', 'private_key', 'trusted_ca'],
]);

const bytesFields = new Set(['inlineBytes', 'inline_bytes']);
const textFields = new Set(['inlineString', 'inline_string']);

/**
 * The value with every certificate and key that stands in it unreadable: nobody learns a private key by looking. What
 * holds none is shared.
 */
export function redact(value: unknown, isSecret = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const hides = bytesFields.has(key) || (isSecret && textFields.has(key));
    return [key, hides ? '<redacted>' : redact(each, secretFields.has(key))] as const;
  });
  const isChanged = entries.some(([key, each]) => each !== (value as Readonly<Record<string, unknown>>)[key]);
  if (!isChanged) return value;
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
