import type { TSchema } from 'typebox';

import type { ProvidedAuthority, Provision } from './provision.js';
import type { Facets, Resource, ResourceKey } from './resource.js';
import type { Violation } from './violation.js';

/** An example document of a kind: stands in the OpenAPI document and is PUT and read back by the tests. */
export interface Example {
  readonly summary: string;
  /** The whole body of a PUT; its `mesh` and `name` fit the key. */
  readonly body: {
    readonly type: string;
    readonly name: string;
    readonly mesh?: string;
    readonly [field: string]: unknown;
  };
}

/** What a resource is checked against besides itself, at one store revision. */
export interface Around {
  /** The mesh the resource is in; undefined for global kinds and when it does not exist. */
  readonly mesh: Resource | undefined;
  /** The resource as it is stored now; undefined when it is being created. */
  readonly previous: Resource | undefined;
  /** By type, the resources of the kind's `looksAt`; absent when there is none. */
  readonly beside?: ReadonlyMap<string, readonly Resource[]>;
}

/** What is checked and done when a resource of the kind is deleted. */
export interface Deletion {
  /** Of a Mesh, which takes with it what it owns: it cannot go while it holds a resource of this type. */
  readonly blockedBy?: { readonly type: string; readonly violation: Violation };
  /** What forbids it, seen beside the mesh the resource is in (undefined when that does not exist). */
  check?(key: ResourceKey, mesh: Resource | undefined): readonly Violation[];
}

/** What is known of the running thing that a resource stands for: stored under the resource's name by the server itself. */
export interface InsightTraits {
  /** Type of the insights, e.g. `DataplaneInsight`. An insight goes with its resource. */
  readonly type: string;
  /** Last segment of the overviews' path in older clients, e.g. `dataplanes+insights`. */
  readonly legacyPath: string;
  /** Why the resource cannot be deleted as long as its insight is like this. */
  blocksDeletion?(insight: unknown): readonly Violation[];
}

/** How a kind of policy presents itself in `GET /policies`. */
export interface PolicyTraits {
  readonly isTargetRefBased: boolean;
  /** Has a `from` section. */
  readonly isInbound: boolean;
  /** Has a `to` section. */
  readonly isOutbound: boolean;
}

/**
 * A stored resource type: data and pure functions from which routes, validation, OpenAPI and docs are derived.
 * `schema` is the one truth of the spec's shape.
 */
export interface Kind<Spec = unknown> {
  /** Name on the wire, e.g. `MeshTCPRoute`. */
  readonly type: string;
  /** Collection path segment, e.g. `meshtcproutes`. */
  readonly path: string;
  readonly scope: 'mesh' | 'global';
  readonly singularDisplayName: string;
  readonly pluralDisplayName: string;
  /**
   * `nested`: the spec stands below `spec` and is read by a JSON schema pass (targetRef policies).
   * `flat`: the spec's fields stand beside `type` and `name` and are read as protobuf JSON (all others).
   */
  readonly form: 'nested' | 'flat';
  /** TypeBox schema of the spec; for `flat` kinds made of the combinators of `proto.ts`. */
  readonly schema: TSchema;
  /** The semantic pass: every violation, in Kuma's order; fields start with `spec.` for `nested` kinds. */
  validate(spec: Spec): readonly Violation[];
  /** The spec as it is stored, after validation: what the contract says is defaulted on write. */
  complete?(spec: Spec, around: Around): Spec;
  /** Types of resources in the same mesh (for a Mesh: in itself) that `check` looks at. */
  readonly looksAt?: readonly string[];
  /** Checks that need other resources (Kuma's managers): run after mesh existence. */
  check?(spec: Spec, key: ResourceKey, around: Around): readonly Violation[];
  /** The CAs that the spec provides; they are loaded and checked before it is stored. */
  authorities?(spec: Spec): readonly ProvidedAuthority[];
  /** What is made together with the resource, in the same transaction, unless it is there. */
  provisions?(spec: Spec, key: ResourceKey, around: Around): readonly Provision[];
  facets(spec: Spec): Facets;
  /** Filters that lists of the kind take besides the name. */
  readonly filters?: readonly ('tag' | 'gateway')[];
  /** Only administrators may read, list, write or delete it, and its spec is encrypted in the store. */
  readonly adminOnly?: true;
  /** PUT and DELETE are refused with 405. */
  readonly readOnly: boolean;
  /** The mesh must exist on creation, and the resource goes with it (not so for Secret, RateLimit, ExternalService). */
  readonly boundToMesh: boolean;
  readonly deletion?: Deletion;
  /** Present for the kinds that have overviews. */
  readonly insight?: InsightTraits;
  readonly policy?: PolicyTraits;
  /** True when the Kubernetes form has a namespace. */
  readonly kubernetesNamespaced: boolean;
  /** Where the spec stands in the Kubernetes form; absent = `spec`. */
  readonly kubernetesPart?: 'status';
  readonly examples: readonly Example[];
}
