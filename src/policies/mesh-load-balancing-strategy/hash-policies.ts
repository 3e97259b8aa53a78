import { Type, type Static } from 'typebox';

import { mustBeDefined } from '../../model/conf-checks.js';
import { nested } from '../../model/nested.js';
import type { Violation } from '../../model/violation.js';

const named = Type.Optional(Type.Object({ name: Type.String({ minLength: 1 }) }));

const hashPolicy = Type.Object({
  // Kuma 2.5: the schema says SourceIP, the code waits for Connection, so that source addresses are never hashed
  type: nested.oneOf(['Header', 'Cookie', 'SourceIP', 'QueryParameter', 'FilterState'], {
    description: 'What is hashed: what stands below the name of the type. SourceIP has no effect.',
  }),
  terminal: Type.Optional(
    Type.Boolean({ description: 'When this policy gives a hash, the following ones are not looked at.' }),
  ),
  header: named,
  cookie: Type.Optional(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      ttl: Type.Optional(
        nested.duration({ description: 'The proxy makes the cookie where it is missing, with this time to live.' }),
      ),
      path: Type.Optional(Type.String({ description: 'Path of a cookie that the proxy makes.' })),
    }),
  ),
  connection: Type.Optional(Type.Object({ sourceIP: Type.Optional(Type.Boolean()) })),
  queryParameter: named,
  filterState: Type.Optional(Type.Object({ key: Type.String({ minLength: 1 }) })),
});

/** What is hashed of a request, in this order. */
export const hashPolicies = Type.Optional(
  Type.Array(hashPolicy, { description: 'What is hashed of a request, in this order.' }),
);

export type HashPolicy = Static<typeof hashPolicy>;

/** Every violation of a list of hash policies; only the object that the type names is looked at. */
export const validateHashPolicies = (path: string, policies: readonly HashPolicy[] | undefined): Violation[] =>
  (policies ?? []).flatMap((policy, i) => validateHashPolicy(`${path}[${i}]`, policy));

function validateHashPolicy(path: string, policy: HashPolicy): Violation[] {
  switch (policy.type) {
    case 'Header':
      return policy.header === undefined ? [mustBeDefined(`${path}.header`)] : [];
    case 'Cookie':
      return validateCookie(`${path}.cookie`, policy.cookie);
    case 'QueryParameter':
      return policy.queryParameter === undefined ? [mustBeDefined(`${path}.queryParameter`)] : [];
    case 'FilterState':
      return policy.filterState === undefined ? [mustBeDefined(`${path}.filterState`)] : [];
    case 'SourceIP':
      return [];
  }
}

function validateCookie(path: string, cookie: HashPolicy['cookie']): Violation[] {
  if (cookie === undefined) return [mustBeDefined(path)];
  return cookie.path === undefined || cookie.path.startsWith('/')
    ? []
    : [{ field: `${path}.path`, message: 'must be an absolute path' }];
}
