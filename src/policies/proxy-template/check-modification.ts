import { readResourceYaml } from '../../envoy/read-resource-yaml.js';
import { patchableTypes } from '../../envoy/type-urls.js';
import type { Violation } from '../../model/violation.js';
import type { Modification } from './schema.js';

type Resource = NonNullable<Modification['cluster']> | NonNullable<Modification['listener']>;
type Filter = NonNullable<Modification['httpFilter']>;
type VirtualHost = NonNullable<Modification['virtualHost']>;

/** Violations of a modification; one without content is none (Kuma 2.5). */
export const checkModification = (path: string, modification: Modification): Violation[] => [
  ...checkResource(path, 'cluster', modification.cluster),
  ...checkResource(path, 'listener', modification.listener),
  ...checkFilter(path, 'networkFilter', modification.networkFilter),
  ...checkFilter(path, 'httpFilter', modification.httpFilter),
  ...checkVirtualHost(path, modification.virtualHost),
];

function checkResource(parent: string, key: 'cluster' | 'listener', modification: Resource | undefined): Violation[] {
  if (modification === undefined) return [];
  const path = `${parent}.${key}`;
  const { match, operation = '', value } = modification;
  switch (operation) {
    case 'add':
      return [
        ...(match === undefined ? [] : [{ field: `${path}.match`, message: 'cannot be defined' }]),
        ...checkValue(path, key, value, 'whole'),
      ];
    case 'patch':
      return checkValue(path, key, value, 'patch');
    case 'remove':
      return [];
    default:
      return [refuseOperation(path, ['add', 'patch', 'remove'])];
  }
}

function checkFilter(
  parent: string,
  key: 'networkFilter' | 'httpFilter',
  modification: Filter | undefined,
): Violation[] {
  if (modification === undefined) return [];
  const path = `${parent}.${key}`;
  const { match, operation = '', value } = modification;
  const isNamed = (match?.name ?? '') !== '';
  const askForName = (detail: string): Violation[] =>
    isNamed ? [] : [{ field: `${path}.match.name`, message: `cannot be empty${detail}` }];
  const askForPlace = (where: string): Violation[] =>
    askForName(`. You need to pick a filter ${where} which this one will be added`);
  switch (operation) {
    case 'addFirst':
    case 'addLast':
      return checkValue(path, key, value, 'whole');
    case 'addBefore':
      return [...askForPlace('before'), ...checkValue(path, key, value, 'whole')];
    case 'addAfter':
      return [...askForPlace('after'), ...checkValue(path, key, value, 'whole')];
    case 'patch':
      return [...askForName(''), ...checkValue(path, key, value, 'patch')];
    case 'remove':
      return [];
    default:
      return [refuseOperation(path, ['addFirst', 'addLast', 'addBefore', 'addAfter', 'patch', 'remove'])];
  }
}

function checkVirtualHost(parent: string, modification: VirtualHost | undefined): Violation[] {
  if (modification === undefined) return [];
  const path = `${parent}.virtualHost`;
  const { match, operation = '', value } = modification;
  switch (operation) {
    case 'add':
      return [
        ...((match?.name ?? '') === '' ? [] : [{ field: `${path}.match.name`, message: 'cannot be defined' }]),
        ...checkValue(path, 'virtualHost', value, 'whole'),
      ];
    case 'patch':
      return checkValue(path, 'virtualHost', value, 'patch');
    case 'remove':
      return [];
    default:
      return [refuseOperation(path, ['add', 'patch', 'remove'])];
  }
}

const refuseOperation = (path: string, operations: readonly string[]): Violation => ({
  field: `${path}.operation`,
  message: `invalid operation. Available operations: ${operations.map((operation) => `"${operation}"`).join(', ')}`,
});

function checkValue(
  path: string,
  key: keyof typeof patchableTypes,
  value: string | undefined,
  as: 'whole' | 'patch',
): Violation[] {
  const resource = readResourceYaml(patchableTypes[key], value ?? '', as);
  return resource.ok
    ? []
    : [{ field: `${path}.value`, message: `native Envoy resource is not valid: ${resource.error}` }];
}
