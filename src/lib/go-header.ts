const isTokenChar = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

/** The name of a header as Go writes it: `x-a` becomes `X-A`. What cannot be a name stays as it is. */
export function canonicalHeader(name: string): string {
  if (![...name].every((char) => isTokenChar.test(char))) return name;
  return name
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join('-');
}
