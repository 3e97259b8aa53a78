import { describe, expect, it } from 'vitest';

import type { Tags } from '../model/resource.js';
import { selectForGateway, selectForSplit } from './gateway-policies.js';
import type { LegacyResource } from './legacy-selection.js';

let revision = 0;
const policy = (name: string, sources: readonly Tags[], destinations: readonly Tags[]): LegacyResource => ({
  type: 'Timeout',
  mesh: 'default',
  name,
  creationTime: '',
  modificationTime: '',
  creationRevision: ++revision,
  revision,
  spec: { sources: sources.map((match) => ({ match })), destinations: destinations.map((match) => ({ match })) },
});
const service = (name: string): Tags => ({ 'kuma.io/service': name });
const any = service('*');
const listener = { ...service('edge'), port: 'http' };

describe('selectForGateway', () => {
  it.each([
    {
      name: 'of two the more specific one',
      policies: [policy('exact', [service('edge')], [service('a')]), policy('any', [any], [any])],
      selected: 'exact',
    },
    {
      name: 'of equally specific ones the later one',
      policies: [policy('first', [any], [any]), policy('second', [any], [any])],
      selected: 'second',
    },
    {
      name: 'by the first selector that matches, not by the best one',
      policies: [
        policy('worse', [any, { ...service('edge'), port: 'http' }], [any]),
        policy('better', [service('edge')], [any]),
      ],
      selected: 'better',
    },
    {
      name: 'none from others',
      policies: [policy('others', [service('web')], [any])],
      selected: undefined,
    },
    {
      name: 'none to others',
      policies: [policy('others', [any], [service('b')])],
      selected: undefined,
    },
  ])('takes $name', ({ policies, selected }) => {
    expect(selectForGateway(policies, { listener, destination: service('a') })?.name).toBe(selected);
  });
});

describe('selectForSplit', () => {
  const traffic = [
    { listener, destination: service('a') },
    { listener, destination: service('b') },
  ];
  it.each([
    {
      name: 'the oldest of those of its destinations',
      policies: [policy('b', [any], [service('b')]), policy('a', [any], [service('a')])],
      selected: 'b',
    },
    {
      name: 'one for every service before those for one',
      policies: [policy('a', [any], [service('a')]), policy('every', [any], [any])],
      selected: 'every',
    },
    { name: 'none that names no service', policies: [policy('tags', [any], [{}])], selected: undefined },
  ])('takes $name', ({ policies, selected }) => {
    expect(selectForSplit(policies, traffic)?.name).toBe(selected);
  });
});
