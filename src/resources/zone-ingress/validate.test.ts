import { expect, it } from 'vitest';

import { validateZoneIngress } from './validate.js';

it('a ZoneIngress is refused for its networking and the tags of its services', () => {
  expect(
    validateZoneIngress({
      availableServices: [{ tags: { 'kuma.io/service': 'backend' } }, { tags: { version: 'v/1' } }, {}],
    }),
  ).toEqual([
    { field: 'networking.port', message: 'port must be in the range [1, 65535]' },
    {
      field: 'availableService[1].tags["version"]',
      message: 'tag value must consist of alphanumeric characters, dots, dashes and underscores',
    },
    { field: 'availableService[1].tags', message: 'mandatory tag "kuma.io/service" is missing' },
    { field: 'availableService[2].tags', message: 'mandatory tag "kuma.io/service" is missing' },
  ]);
});
