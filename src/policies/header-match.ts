import { Type } from 'typebox';

import { headerName } from '../model/header-modifier.js';
import { nested } from '../model/nested.js';
import { readBack } from '../model/read-back.js';

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
