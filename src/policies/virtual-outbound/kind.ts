import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { virtualOutboundSchema, type VirtualOutbound } from './schema.js';
import { validateVirtualOutbound } from './validate.js';

/** The stored kind VirtualOutbound. */
export const virtualOutboundKind: Kind<VirtualOutbound> = {
  ...legacyPolicy,
  type: 'VirtualOutbound',
  path: 'virtual-outbounds',
  singularDisplayName: 'Virtual Outbound',
  pluralDisplayName: 'Virtual Outbounds',
  schema: virtualOutboundSchema,
  validate: validateVirtualOutbound,
  examples: [
    {
      summary: 'A host name for every version of every service, at the port that a tag names',
      body: {
        type: 'VirtualOutbound',
        mesh: 'default',
        name: 'by-version',
        selectors: [{ match: { 'kuma.io/service': '*' } }],
        conf: {
          host: '{{.service}}.{{.version}}.mesh',
          port: '{{.port}}',
          parameters: [
            { name: 'service', tagKey: 'kuma.io/service' },
            { name: 'port', tagKey: 'kuma.io/port' },
            { name: 'version' },
          ],
        },
      },
    },
    {
      summary: 'One host name for every service, at port 80',
      body: {
        type: 'VirtualOutbound',
        mesh: 'default',
        name: 'by-service',
        selectors: [{ match: { 'kuma.io/service': '*' } }],
        conf: {
          host: '{{.service}}.mesh',
          port: '80',
          parameters: [{ name: 'service', tagKey: 'kuma.io/service' }],
        },
      },
    },
  ],
};
