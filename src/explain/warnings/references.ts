import type { Tags } from '../../model/resource.js';
import type { TargetRefInput } from '../../model/target-ref.js';

/** A place in a policy that names somebody. */
export interface Reference {
  /** Path of the reference, e.g. `spec.to[0].targetRef`. */
  readonly field: string;
  readonly role: 'top' | 'to' | 'from' | 'backend' | 'mirror';
  readonly ref: TargetRefInput & { readonly weight?: number };
}

/** A list of backends whose weights belong together. */
export interface BackendList {
  readonly field: string;
  readonly weights: readonly number[];
}

/** Every targetRef and backendRef of a policy with targetRefs, in the order of the document. */
export function findReferences(spec: unknown): readonly Reference[] {
  const found: Reference[] = [];
  visit(spec, 'spec', (field, key, value) => {
    const role = roleOf(field, key);
    if (role !== undefined && isRecord(value)) found.push({ field, role, ref: value });
  });
  return found;
}

/** Every list of backends of a policy. */
export function findBackendLists(spec: unknown): readonly BackendList[] {
  const found: BackendList[] = [];
  visit(spec, 'spec', (field, key, value) => {
    if (key !== 'backendRefs' || !Array.isArray(value)) return;
    found.push({ field, weights: value.map((ref: unknown) => (isRecord(ref) ? Number(ref['weight'] ?? 1) : 1)) });
  });
  return found;
}

interface RouteSpec {
  readonly to?: readonly {
    readonly targetRef: TargetRefInput;
    readonly rules?: readonly { readonly default?: { readonly backendRefs?: unknown } }[];
  }[];
}

/** The destinations of a route that are backends themselves, because a rule of theirs names none. */
export const findOwnBackends = (spec: unknown): readonly Reference[] =>
  ((spec as RouteSpec).to ?? []).flatMap(({ targetRef, rules = [] }, i) =>
    rules.some((rule) => rule.default?.backendRefs === undefined)
      ? [{ field: `spec.to[${i}].targetRef`, role: 'to' as const, ref: targetRef }]
      : [],
  );

function roleOf(field: string, key: string): Reference['role'] | undefined {
  if (key === 'backendRefs[]') return 'backend';
  if (key === 'backendRef') return 'mirror';
  if (key !== 'targetRef') return undefined;
  if (field === 'spec.targetRef') return 'top';
  return field.startsWith('spec.from[') ? 'from' : 'to';
}

type Visitor = (field: string, key: string, value: unknown) => void;

function visit(value: unknown, field: string, see: Visitor): void {
  if (!isRecord(value)) return;
  for (const [key, each] of Object.entries(value)) {
    const at = `${field}.${key}`;
    see(at, key, each);
    if (!Array.isArray(each)) {
      visit(each, at, see);
      continue;
    }
    for (const [i, item] of each.entries()) {
      see(`${at}[${i}]`, `${key}[]`, item);
      visit(item, `${at}[${i}]`, see);
    }
  }
}

/** The tags that a reference asks for besides the service; empty for a whole service. */
export const subsetTags = (ref: TargetRefInput): Tags => (ref.kind === 'MeshServiceSubset' ? (ref.tags ?? {}) : {});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
