import { readResourceYaml } from '../../envoy/read-resource-yaml.js';
import { patchableTypes } from '../../envoy/type-urls.js';
import { mustBeDefined, mustNotBeEmpty } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { proxyKinds } from '../peers.js';
import { validateJsonPatches } from './json-patches.js';
import type {
  FilterModification,
  JsonPatch,
  MeshProxyPatch,
  Modification,
  ResourceModification,
  VirtualHostModification,
} from './schema.js';

type Key = keyof typeof patchableTypes;

/** The semantic pass. */
export const validateMeshProxyPatch = ({ targetRef, default: conf }: MeshProxyPatch): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: [...proxyKinds, 'MeshGateway'] }),
  ...conf.appendModifications.flatMap((each, i) =>
    validateModification(`spec.default.appendModifications[${i}]`, each),
  ),
  ...(conf.appendModifications.length === 0 ? [mustNotBeEmpty('spec.default.appendModifications')] : []),
];

/** Kuma 2.5: of several keys only the first in this order is looked at. */
function validateModification(path: string, modification: Modification): Violation[] {
  const { cluster, listener, virtualHost, networkFilter, httpFilter } = modification;
  if (cluster !== undefined) return validateResource(path, 'cluster', cluster);
  if (listener !== undefined) return validateResource(path, 'listener', listener);
  if (virtualHost !== undefined) return validateVirtualHost(path, virtualHost);
  if (networkFilter !== undefined) return validateFilter(path, 'networkFilter', networkFilter);
  if (httpFilter !== undefined) return validateFilter(path, 'httpFilter', httpFilter);
  return [{ field: path, message: 'at least one modification has to be defined' }];
}

function validateResource(path: string, key: 'cluster' | 'listener', modification: ResourceModification): Violation[] {
  const at = `${path}.${key}`;
  switch (modification.operation) {
    case 'Add':
      return [
        ...(modification.match === undefined ? [] : [mustNotBeDefined(`${at}.match`)]),
        ...validateWhole(at, key, modification.value),
      ];
    case 'Patch':
      return validatePatch(at, key, modification);
    case 'Remove':
      return validateRemoval(at, modification.value);
  }
}

function validateVirtualHost(
  path: string,
  { match, operation, value, jsonPatches }: VirtualHostModification,
): Violation[] {
  const at = `${path}.virtualHost`;
  switch (operation) {
    case 'Add':
      return [
        ...(match.name === undefined ? [] : [mustNotBeDefined(`${at}.match.name`)]),
        ...validateWhole(at, 'virtualHost', value),
      ];
    case 'Patch':
      return validatePatch(at, 'virtualHost', { value, jsonPatches });
    case 'Remove':
      return validateRemoval(at, value);
  }
}

function validateFilter(
  path: string,
  key: 'networkFilter' | 'httpFilter',
  modification: FilterModification,
): Violation[] {
  const at = `${path}.${key}`;
  const { match, operation, value } = modification;
  const needsName = (message: string): Violation[] =>
    match?.name === undefined ? [{ field: `${at}.match.name`, message }] : [];
  switch (operation) {
    case 'AddFirst':
    case 'AddLast':
      return validateWhole(at, key, value);
    case 'AddBefore':
      return [...needsName(pickFilter('before')), ...validateWhole(at, key, value)];
    case 'AddAfter':
      return [...needsName(pickFilter('after')), ...validateWhole(at, key, value)];
    case 'Patch':
      return [...needsName('must be defined'), ...validatePatch(at, key, modification)];
    case 'Remove':
      return validateRemoval(at, value);
  }
}

const pickFilter = (where: string): string =>
  `must be defined. You need to pick a filter ${where} which this one will be added`;

const mustNotBeDefined = (field: string): Violation => ({ field, message: 'must not be defined' });

const validateRemoval = (path: string, value: string | undefined): Violation[] =>
  value === undefined ? [] : [mustNotBeDefined(`${path}.value`)];

const validateWhole = (path: string, key: Key, value: string | undefined): Violation[] =>
  value === undefined ? [mustBeDefined(`${path}.value`)] : validateValue(path, key, value, 'whole');

function validatePatch(
  path: string,
  key: Key,
  {
    value,
    jsonPatches = [],
  }: { readonly value?: string | undefined; readonly jsonPatches?: readonly JsonPatch[] | undefined },
): Violation[] {
  if (value !== undefined && jsonPatches.length > 0)
    return [{ field: path, message: `${key} must have only one type defined: value, jsonPatches` }];
  if (value !== undefined) return validateValue(path, key, value, 'patch');
  return jsonPatches.length > 0
    ? validateJsonPatches(`${path}.jsonPatches`, jsonPatches)
    : [{ field: path, message: `${key} must have exactly one defined: value, jsonPatches` }];
}

function validateValue(path: string, key: Key, value: string, as: 'whole' | 'patch'): Violation[] {
  const resource = readResourceYaml(patchableTypes[key], value, as);
  return resource.ok
    ? []
    : [{ field: `${path}.value`, message: `native Envoy resource is not valid: ${resource.error}` }];
}
