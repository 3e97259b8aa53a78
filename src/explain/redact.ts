/**
 * The value with every certificate and key that stands in it unreadable: nobody learns a private key by looking. What
 * holds none is shared.
 */
export function redact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, each]) => [key, key === 'inlineBytes' ? '<redacted>' : redact(each)] as const,
  );
  const isChanged = entries.some(([key, each]) => each !== (value as Readonly<Record<string, unknown>>)[key]);
  if (!isChanged) return value;
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
