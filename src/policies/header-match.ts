import { Type, type Static } from 'typebox';

import { headerName } from '../model/header-modifier.js';
import { nested } from '../model/nested.js';
import { readBack } from '../model/read-back.js';
import type { HeaderMatch } from '../plan/http-plan.js';

/** A condition on one header of a request or a response. */
export const headerMatch = Type.Object({
  type: Type.Optional(
    nested.oneOf(['Exact', 'Present', 'RegularExpression', 'Absent', 'Prefix'], {
      default: 'Exact',
      description: 'How the value is compared; Present and Absent take none.',
    }),
  ),
  name: headerName,
  value: Type.Optional(Type.String({ ...readBack.omitEmpty, description: 'What the value is compared with.' })),
});

/** The condition as the plan has it. */
export function planHeaderMatch({ name, type = 'Exact', value = '' }: Static<typeof headerMatch>): HeaderMatch {
  switch (type) {
    case 'Present':
      return { name, match: { kind: 'present' } };
    case 'Absent':
      return { name, match: { kind: 'absent' } };
    case 'RegularExpression':
      return { name, match: { kind: 'regex', value } };
    case 'Prefix':
      // Envoy refuses an empty prefix
      return { name, match: value === '' ? { kind: 'present' } : { kind: 'prefix', value } };
    case 'Exact':
      return { name, match: { kind: 'exact', value } };
  }
}
