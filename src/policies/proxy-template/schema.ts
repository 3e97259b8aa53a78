import type { Static, TProperties } from 'typebox';

import { proto } from '../../model/proto.js';
import { selectorList } from '../../model/selector.js';

const text = (description: string) => proto.string({ description });
const tags = (description: string) => proto.map(proto.string(), { description });

/** One member of a modification: what is meant, what is done with it, and the native resource. */
const modification = <Match extends TProperties>(description: string, operations: string, match: Match) =>
  proto.message(
    {
      match: proto.message(
        {
          origin: text('The part of the configuration that it comes from, such as `inbound`; absent = any.'),
          name: text('Its name; absent = any.'),
          ...match,
        },
        { description: 'What is meant; absent = all.' },
      ),
      operation: text(operations),
      value: text('What is added, or merged into what is there: YAML or JSON of the message of Envoy’s API.'),
    },
    { oneof: 'type', description },
  );

const ofResource = '`add`, `patch` or `remove`.';
const ofFilter = '`addFirst`, `addLast`, `addBefore`, `addAfter`, `patch` or `remove`.';
const ofListener = {
  listenerName: text('Name of the listener; absent = any.'),
  listenerTags: tags('Tags of the listener.'),
};

const modifications = proto.message(
  {
    cluster: modification('Changes clusters.', ofResource, {}),
    listener: modification('Changes listeners.', ofResource, { tags: tags('Tags of the listener.') }),
    networkFilter: modification('Changes network filters.', ofFilter, ofListener),
    httpFilter: modification('Changes HTTP filters.', ofFilter, ofListener),
    virtualHost: modification('Changes virtual hosts.', ofResource, {
      routeConfigurationName: text('Name of the route configuration; absent = any.'),
    }),
  },
  { description: 'A change of the configuration; one of the fields is set.' },
);

/** The spec of a ProxyTemplate: the one truth of its shape. */
export const proxyTemplateSchema = proto.message(
  {
    selectors: selectorList('The proxies whose configuration is changed.'),
    conf: proto.message(
      {
        imports: proto.repeated(proto.string(), {
          description:
            'Configurations to begin with: `default-proxy`, `egress-proxy`, `gateway-proxy`, `ingress-proxy`.',
        }),
        resources: proto.repeated(
          proto.message(
            {
              name: text('Name of the resource.'),
              version: text('Version of the resource.'),
              resource: text('YAML or JSON of a message of Envoy’s API, with `@type`.'),
            },
            { description: 'A resource for Envoy.' },
          ),
          { description: 'Resources to add.' },
        ),
        modifications: proto.repeated(modifications, {
          description: 'Changes of what was imported, one after the other.',
        }),
      },
      { description: 'What the configuration consists of.' },
    ),
  },
  { description: 'Changes the configuration that proxies are given.' },
);

/** A ProxyTemplate's spec as it is stored; everything may be absent. */
export type ProxyTemplate = Static<typeof proxyTemplateSchema>;
export type ProxyTemplateConf = NonNullable<ProxyTemplate['conf']>;
export type Modification = NonNullable<ProxyTemplateConf['modifications']>[number];
