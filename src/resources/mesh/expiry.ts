/**
 * True for how long a certificate holds as Kuma 2.5 writes it: a whole number and one unit (`10y`, `1d`, `500ms`), or `0`.
 */
export const isExpiry = (text: string): boolean => text === '0' || /^[0-9]+(?:y|w|d|h|m|s|ms)$/.test(text);
