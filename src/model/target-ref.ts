import { Type, type Static } from 'typebox';

import type { Tags } from './resource.js';
import { readBack } from './read-back.js';
import { checkTags } from './tag-rules.js';
import type { Violation } from './violation.js';

/** Every kind that the wire format knows, in the order in which Kuma's messages list them. */
export const targetRefKinds = [
  'Mesh',
  'MeshSubset',
  'MeshGateway',
  'MeshService',
  'MeshServiceSubset',
  'MeshHTTPRoute',
] as const;

export type TargetRefKind = (typeof targetRefKinds)[number];

/** The properties of a targetRef, in the order in which they are answered. */
export const targetRefProperties = {
  kind: Type.Optional(
    Type.String({ ...readBack.omitEmpty, enum: [...targetRefKinds], description: 'Kind of the referenced resource.' }),
  ),
  name: Type.Optional(
    Type.String({
      ...readBack.omitEmpty,
      description:
        'Name of the referenced resource; only with the kinds MeshService, MeshServiceSubset and MeshGateway.',
    }),
  ),
  mesh: Type.Optional(
    Type.String({
      ...readBack.omitEmpty,
      description: 'Reserved to identify resources of other meshes; must not be set.',
    }),
  ),
  tags: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      ...readBack.omitEmpty,
      description: 'Tags that select a subset; only with the kinds MeshSubset, MeshServiceSubset and MeshGateway.',
    }),
  ),
};

/** A reference to the proxies or destinations that a policy concerns. */
export const targetRefSchema = Type.Object(targetRefProperties, {
  description: 'A reference to a group of proxies or destinations.',
});

/** A targetRef before validation: every field may be absent. */
export type TargetRefInput = Static<typeof targetRefSchema>;

/** A targetRef after validation; `name` is present for the kinds that need one. */
export interface TargetRef {
  readonly kind: TargetRefKind;
  readonly name?: string;
  readonly tags?: Tags;
}

const serviceName = /^[0-9a-z\-_]*$/;
const gatewayName = /^[0-9a-z.\-_]*$/;

/** Which kinds a position allows, and how names of gateways are checked there. */
export interface TargetRefRules {
  readonly kinds: readonly TargetRefKind[];
  /** Kuma 2.6, for MeshTCPRoute's MeshGateway only: dots are allowed and the message is another one. */
  readonly dottedGatewayNames?: boolean;
}

/** Every violation of one targetRef at `path`, in Kuma's order; a wrong kind ends the checks. */
export function validateTargetRef(path: string, ref: TargetRefInput | undefined, rules: TargetRefRules): Violation[] {
  const kind = ref?.kind ?? '';
  if (ref === undefined || kind === '') return [{ field: `${path}.kind`, message: 'must be defined' }];
  const allowed = rules.kinds.find((each) => each === kind);
  if (allowed === undefined) return [{ field: `${path}.kind`, message: 'value is not supported' }];
  switch (allowed) {
    case 'Mesh':
      return [
        ...(isSet(ref.name)
          ? [{ field: `${path}.name`, message: 'using name with kind Mesh is not yet supported' }]
          : []),
        ...forbidMesh(path, ref, allowed),
        ...forbidTags(path, ref, allowed),
      ];
    case 'MeshSubset':
      return [
        ...(isSet(ref.name) ? [{ field: `${path}.name`, message: 'must not be set with kind MeshSubset' }] : []),
        ...forbidMesh(path, ref, allowed),
        ...checkTags(`${path}.tags`, ref.tags, { values: 'tags' }),
      ];
    case 'MeshService':
    case 'MeshHTTPRoute':
      return [
        ...validateName(path, ref, allowed, rules),
        ...forbidMesh(path, ref, allowed),
        ...forbidTags(path, ref, allowed),
      ];
    case 'MeshServiceSubset':
    case 'MeshGateway':
      return [
        ...validateName(path, ref, allowed, rules),
        ...forbidMesh(path, ref, allowed),
        ...checkTags(`${path}.tags`, ref.tags, { values: 'tags' }),
      ];
  }
}

const isSet = (text: string | undefined): boolean => text !== undefined && text !== '';

function validateName(path: string, ref: TargetRefInput, kind: TargetRefKind, rules: TargetRefRules): Violation[] {
  const field = `${path}.name`;
  const name = ref.name ?? '';
  if (name === '') return [{ field, message: `must be set with kind ${kind}` }];
  if (kind === 'MeshGateway' && rules.dottedGatewayNames === true) {
    return gatewayName.test(name)
      ? []
      : [
          {
            field,
            message: "invalid characters: must consist of lower case alphanumeric characters, '-', '.' and '_'.",
          },
        ];
  }
  return serviceName.test(name)
    ? []
    : [
        {
          field,
          message: "invalid characters. Valid characters are numbers, lowercase latin letters and '-', '_' symbols.",
        },
      ];
}

const forbidMesh = (path: string, ref: TargetRefInput, kind: TargetRefKind): Violation[] =>
  isSet(ref.mesh) ? [{ field: `${path}.mesh`, message: `must not be set with kind ${kind}` }] : [];

const forbidTags = (path: string, ref: TargetRefInput, kind: TargetRefKind): Violation[] =>
  Object.keys(ref.tags ?? {}).length > 0
    ? [{ field: `${path}.tags`, message: `must not be set with kind ${kind}` }]
    : [];
