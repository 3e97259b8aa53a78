import { Type } from 'typebox';

import { readBack } from './read-back.js';

/** The name of an HTTP header in lower case, as Kuma's messages show the expression (`\x60` is a backtick). */
export const headerName = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: "^[a-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
});

const headers = (description: string) =>
  Type.Optional(
    Type.Array(Type.Object({ name: headerName, value: Type.String() }), {
      ...readBack.omitEmpty,
      maxItems: 16,
      description,
    }),
  );

/** Lists of headers to set and to add; several values of one header are separated by commas. */
export const headerModifierProperties = {
  set: headers('Headers that replace those of the same name.'),
  add: headers('Headers that stand beside those of the same name.'),
};
