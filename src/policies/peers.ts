import { Type, type Static, type TObject, type TProperties } from 'typebox';

import { readBack } from '../model/read-back.js';
import { targetRefSchema, validateTargetRef, type TargetRefInput, type TargetRefKind } from '../model/target-ref.js';
import type { Violation } from '../model/violation.js';
import { readItems } from '../rules/items.js';
import { mergeFields } from '../rules/merge.js';
import type { Section } from './policy.js';

/** An entry of `to` or `from` as it is stored: a conf for a group of peers. */
export interface PeerItem<Conf> {
  readonly targetRef: TargetRefInput;
  readonly default: Conf;
}

/** Top-level kinds that name proxies of the mesh by their tags. */
export const proxyKinds: readonly TargetRefKind[] = ['Mesh', 'MeshSubset', 'MeshService', 'MeshServiceSubset'];

/** Kinds of `to`: every destination, or one service. */
export const destinationKinds: readonly TargetRefKind[] = ['Mesh', 'MeshService'];

/** Schema of `to` or `from`; `default` may be left out and is stored as `{}` then. */
export const peersOf = <Fields extends TProperties>(conf: TObject<Fields>, description: string) =>
  Type.Optional(
    Type.Unsafe<readonly PeerItem<Static<TObject<Fields>>>[]>(
      Type.Array(
        Type.Object({
          targetRef: targetRefSchema,
          default: Type.Optional(
            Type.Object(conf.properties, {
              ...readBack.always,
              description: 'What holds for them, as far as policies that are merged later say nothing else.',
            }),
          ),
        }),
        { ...readBack.omitEmpty, description },
      ),
    ),
  );

/** Every violation of the entries at `path`: of each its targetRef, then its conf. */
export const checkPeers = <Conf>(
  path: string,
  peers: readonly PeerItem<Conf>[] | undefined,
  kinds: readonly TargetRefKind[],
  checkConf: (path: string, conf: Conf) => readonly Violation[],
): Violation[] =>
  (peers ?? []).flatMap(({ targetRef, default: conf }, i) => [
    ...validateTargetRef(`${path}[${i}].targetRef`, targetRef, { kinds }),
    ...checkConf(`${path}[${i}].default`, conf),
  ]);

interface ToAndFrom {
  readonly to?: readonly unknown[] | undefined;
  readonly from?: readonly unknown[] | undefined;
}

/** The violation of a spec that has neither `to` nor `from`. */
export const checkToOrFrom = ({ to = [], from = [] }: ToAndFrom): Violation[] =>
  to.length === 0 && from.length === 0
    ? [{ field: 'spec', message: "at least one of 'from', 'to' has to be defined" }]
    : [];

/** The violation of a list that must have entries. */
export const needsItem = (field: string, peers: readonly unknown[] | undefined): Violation[] =>
  peers === undefined || peers.length === 0 ? [{ field, message: 'needs at least one item' }] : [];

/** The section of a policy whose confs merge field by field. */
export const mergedSection = <Spec, Conf extends object>(
  peersIn: (spec: Spec) => readonly PeerItem<Conf>[] | undefined,
): Section<Spec, Conf> => ({
  items: (spec, origin) => readItems(peersIn(spec), origin, ({ default: conf }) => conf),
  merge: mergeFields,
});
