import { Type, type TProperties, type TSchema } from 'typebox';

import { warningCodes } from '../explain/warnings/warning.js';
import { jsonAnswer } from './openapi-operations.js';

const text = (description: string): TSchema => Type.String({ description });
const count = Type.Integer({ minimum: 0, description: 'How many there are.' });
const tags = (description: string): TSchema => Type.Record(Type.String(), Type.String(), { description });
const keyOf = (type: string): TSchema =>
  Type.Object({ mesh: Type.String(), name: Type.String() }, { description: `Names a ${type}.` });

/** Where a policy attaches to a proxy. */
const attachment: TProperties = {
  type: Type.Enum(['dataplane', 'inbound', 'outbound', 'service'], {
    description: 'The proxy as a whole, one of its inbounds or outbounds, or a service that it consumes.',
  }),
  name: Type.Optional(text('Which inbound, outbound or service.')),
  service: Type.Optional(text('The service of the inbound, outbound or name.')),
};

const times = { creationTime: '2026-11-23T13:21:07.7Z', modificationTime: '2026-11-23T13:21:07.7Z' };
const policyMeta = Type.Object({
  type: Type.String(),
  mesh: Type.String(),
  name: Type.String(),
  creationTime: Type.String({ format: 'date-time' }),
  modificationTime: Type.String({ format: 'date-time' }),
});

const sidecar = 'SidecarDataplane';
const gateway = 'MeshGatewayDataplane';
const listeners = Type.Array(Type.Object({}), {
  description: 'Listeners of the gateway with their hosts, routes and destinations.',
});

const policies = Type.Union([
  Type.Object({
    kind: Type.Literal(sidecar),
    total: count,
    items: Type.Array(
      Type.Object({
        ...attachment,
        matchedPolicies: Type.Record(Type.String(), Type.Array(policyMeta), {
          description: 'Type to the policies of the type that match here.',
        }),
      }),
    ),
  }),
  Type.Object({ kind: Type.Literal(gateway), gateway: keyOf('MeshGateway'), listeners }),
]);

const rules = Type.Object({
  total: count,
  items: Type.Array(
    Type.Object({
      type: Type.Enum(['ClientSubset', 'DestinationSubset', 'SingleItem'], {
        description: 'For clients of an inbound, for a destination, or for the proxy as a whole.',
      }),
      name: Type.Optional(text('The inbound or destination, as Envoy names its cluster.')),
      addresses: Type.Optional(Type.Array(Type.String(), { description: 'Of the inbound, or of the outbounds.' })),
      service: Type.Optional(text('The service of the inbound or destination.')),
      tags: Type.Optional(tags('Tags of the inbound or outbound.')),
      policyType: text('Type of the policies that the rule comes from.'),
      subset: tags('Whom the rule is for; `!` marks values that they must not have.'),
      conf: Type.Object({}, { description: 'What the policies add up to.' }),
      origins: Type.Array(keyOf('policy'), { description: 'The policies that the rule comes from.' }),
    }),
  ),
});

const config = Type.Object({
  xds: Type.Record(Type.String(), Type.Record(Type.String(), Type.Object({})), {
    description: 'Type URL to name to resource, in Envoy’s own JSON.',
  }),
});

const version = text('Hash of what it is the version of.');
const moment = Type.String({ format: 'date-time' });

const delivery = Type.Object({
  connected: Type.Boolean({ description: 'The proxy has a stream to this server.' }),
  connectTime: Type.Optional(moment),
  protocol: Type.Optional(Type.Enum(['state-of-the-world', 'incremental'])),
  failure: Type.Optional(
    Type.Object(
      { message: text('Why.'), time: moment },
      { description: 'No newer configuration could be made; the proxy keeps its last good one.' },
    ),
  ),
  types: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({
        target: text('Version that the proxy shall have.'),
        sent: Type.Optional(Type.Object({ version, time: moment }, { description: 'What was sent last.' })),
        acknowledged: Type.Optional(
          Type.Object(
            {
              version,
              time: moment,
              delay: Type.Optional(text('Time since the change that led to it, e.g. `0.012s`.')),
            },
            { description: 'What the proxy took last.' },
          ),
        ),
        rejected: Type.Optional(
          Type.Object(
            { version, time: moment, message: text('What Envoy says.') },
            { description: 'What the proxy refused last; it is not sent again.' },
          ),
        ),
      }),
      { description: 'Type URL to how far the proxy is with the type.' },
    ),
  ),
});

const configDump = Type.Object({
  configs: Type.Array(Type.Object({ '@type': Type.String() }), {
    description: 'The parts of a config_dump, as Envoy’s admin API has them.',
  }),
});

const attachments = Type.Object({
  total: count,
  items: Type.Array(
    Type.Union([
      Type.Object({
        kind: Type.Literal(sidecar),
        dataplane: keyOf('Dataplane'),
        attachments: Type.Array(Type.Object(attachment)),
      }),
      Type.Object({
        kind: Type.Literal(gateway),
        dataplane: keyOf('Dataplane'),
        gateway: keyOf('MeshGateway'),
        listeners,
      }),
      Type.Object({ dataplane: keyOf('Dataplane') }),
    ]),
  ),
});

const affected = Type.Object({
  items: Type.Array(Type.Object({ mesh: Type.String(), name: Type.String(), type: Type.Enum(['Dataplane']) })),
  next: Type.Optional(Type.String({ description: 'URL of the next page; absent on the last one.' })),
  total: count,
});

const warnings = Type.Object({
  total: count,
  items: Type.Array(
    Type.Object({
      code: Type.Enum(Object.keys(warningCodes), { description: 'See docs/warnings.md.' }),
      field: text('Path of the field that it is about.'),
      message: text('What is wrong, and what to do.'),
      dataplanes: Type.Optional(
        Type.Array(Type.String(), { maxItems: 10, description: 'The first that it concerns.' }),
      ),
      total: Type.Optional(Type.Integer({ description: 'How many Dataplanes it concerns.' })),
    }),
  ),
});

const route = { mesh: 'default', name: 'tcp-route-1' };
const frontend = { mesh: 'default', name: 'frontend-1' };
const backendRefs = [{ kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v0' }, weight: 90 }];
const cluster = {
  name: 'backend',
  type: 'EDS',
  edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' } },
};
const typeUrl = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';

/** Last segments of an inspect path to what it answers; such answers are told by many routes, hence components. */
export const inspectSchemas = {
  policies: withExample('InspectedPolicies', policies, {
    kind: sidecar,
    total: 1,
    items: [{ type: 'dataplane', matchedPolicies: { MeshTCPRoute: [{ type: 'MeshTCPRoute', ...route, ...times }] } }],
  }),
  rules: withExample('InspectedRules', rules, {
    total: 1,
    items: [
      {
        type: 'DestinationSubset',
        name: 'backend',
        addresses: ['127.0.0.1:10001'],
        service: 'backend',
        tags: { 'kuma.io/service': 'backend' },
        policyType: 'MeshTCPRoute',
        subset: { 'kuma.io/service': 'backend' },
        conf: { default: { backendRefs } },
        origins: [route],
      },
    ],
  }),
  _config: withExample('InspectedConfig', config, { xds: { [typeUrl]: { backend: cluster } } }),
  _delivery: withExample('InspectedDelivery', delivery, {
    connected: true,
    connectTime: '2026-11-24T20:05:53.662Z',
    protocol: 'state-of-the-world',
    types: {
      [typeUrl]: {
        target: 'pZL3cXOAlIGvpQpY1mPu5A',
        sent: { version: 'pZL3cXOAlIGvpQpY1mPu5A', time: '2026-11-24T20:06:01.502Z' },
        acknowledged: { version: 'pZL3cXOAlIGvpQpY1mPu5A', time: '2026-11-24T20:06:01.508Z', delay: '0.012s' },
      },
    },
  }),
  xds: withExample('ConfigDump', configDump, {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        version_info: '7',
        dynamic_active_clusters: [{ version_info: '7', cluster: { '@type': typeUrl, ...cluster } }],
      },
    ],
  }),
  dataplanes: withExample('InspectedDataplanes', attachments, {
    total: 1,
    items: [{ kind: sidecar, dataplane: frontend, attachments: [{ type: 'dataplane' }] }],
  }),
  _warnings: withExample('Warnings', warnings, {
    total: 1,
    items: [
      {
        code: 'service-not-offered',
        field: 'spec.to[0].targetRef.name',
        message: 'nobody offers the service "bakend"; is it spelt as in kuma.io/service?',
      },
    ],
  }),
  'resources/dataplanes': withExample('AffectedDataplanes', affected, {
    items: [{ ...frontend, type: 'Dataplane' }],
    total: 1,
  }),
} as const;

function withExample($id: string, schema: TSchema, example: unknown): object & { readonly $id: string } {
  return Object.assign({ $id }, schema, { examples: [example] });
}

/** The answer of an inspect route, told by how its path ends. */
export function inspectAnswer(path: string, description: string): object {
  const [, schema] = Object.entries(inspectSchemas)
    .sort(([a], [b]) => b.length - a.length)
    .find(([end]) => path.endsWith(end)) ?? [undefined, undefined];
  if (schema === undefined) throw new Error(`no answer is described for ${path}`);
  return jsonAnswer({ $ref: `${schema.$id}#` }, description);
}
