import { Type, type Static, type TProperties } from 'typebox';

import { nested } from '../../model/nested.js';
import { readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';

const jsonPatch = Type.Object(
  {
    op: nested.oneOf(['add', 'remove', 'replace', 'move', 'copy']),
    path: Type.String({ description: 'A JSON pointer to what is changed.' }),
    value: Type.Optional(Type.Unknown({ ...readBack.keepNull, description: 'For add and replace.' })),
    from: Type.Optional(Type.String({ description: 'A JSON pointer to what is moved or copied.' })),
  },
  { description: 'An operation of JSON Patch (RFC 6902).' },
);

const origin = Type.Optional(
  Type.String({ description: 'Which part of the control plane made it: inbound, outbound, gateway and others.' }),
);
const name = Type.Optional(Type.String({ description: 'Its name.' }));
const tags = Type.Optional(
  Type.Record(Type.String(), Type.String(), { ...readBack.omitEmpty, description: 'Tags of the listener.' }),
);

const content = {
  value: Type.Optional(
    Type.String({ description: 'The resource of Envoy in YAML or JSON: the whole of it, or what is merged into it.' }),
  ),
  jsonPatches: Type.Optional(
    Type.Array(jsonPatch, { ...readBack.omitEmpty, description: 'Instead of value, for the operation Patch.' }),
  ),
};

const match = <Fields extends TProperties>(fields: Fields) =>
  Type.Object(fields, { description: 'What is changed; conditions that are left out hold for all.' });

const resourceOperation = nested.oneOf(['Add', 'Remove', 'Patch']);

const filterModification = Type.Object({
  match: Type.Optional(match({ origin, name, listenerName: name, listenerTags: tags })),
  operation: nested.oneOf(['Remove', 'Patch', 'AddFirst', 'AddBefore', 'AddAfter', 'AddLast']),
  ...content,
});

const modification = Type.Object(
  {
    cluster: Type.Optional(
      Type.Object({ match: Type.Optional(match({ origin, name })), operation: resourceOperation, ...content }),
    ),
    listener: Type.Optional(
      Type.Object({ match: Type.Optional(match({ origin, name, tags })), operation: resourceOperation, ...content }),
    ),
    networkFilter: Type.Optional(filterModification),
    httpFilter: Type.Optional(filterModification),
    virtualHost: Type.Optional(
      Type.Object({
        match: match({ origin, name, routeConfigurationName: name }),
        operation: resourceOperation,
        ...content,
      }),
    ),
  },
  { description: 'One change; of several keys only the first counts.' },
);

const conf = Type.Object({
  appendModifications: Type.Array(modification, {
    description: 'Changes, which stand behind those of policies that are merged earlier.',
  }),
});

/** The spec of a MeshProxyPatch: the one truth of its shape. */
export const meshProxyPatchSchema = Type.Object(
  { targetRef: targetRefSchema, default: conf },
  { description: 'Changes the configuration of Envoy of selected proxies after everything else.' },
);

export type MeshProxyPatch = Static<typeof meshProxyPatchSchema>;
export type MeshProxyPatchConf = Static<typeof conf>;
export type Modification = Static<typeof modification>;
export type FilterModification = Static<typeof filterModification>;
export type VirtualHostModification = NonNullable<Modification['virtualHost']>;
export type ResourceModification = NonNullable<Modification['cluster']>;
export type JsonPatch = Static<typeof jsonPatch>;
