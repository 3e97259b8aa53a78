import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { selectorList } from '../../model/selector.js';

/** The spec of a VirtualOutbound: the one truth of its shape. */
export const virtualOutboundSchema = proto.message(
  {
    selectors: selectorList('The inbounds and external services that get a name.'),
    conf: proto.message(
      {
        host: proto.string({ description: 'Template of the host name, in the language of Go’s `text/template`.' }),
        port: proto.string({ description: 'Template of the port, in the language of Go’s `text/template`.' }),
        parameters: proto.repeated(
          proto.message(
            {
              name: proto.string({ description: 'Name in the templates: letters and digits.' }),
              tagKey: proto.string({
                alt: 'tag_key',
                description: 'Tag that gives the value; absent = the tag that is called like the parameter.',
              }),
            },
            { description: 'A value that the templates can use.' },
          ),
          { description: 'What the templates can use; `kuma.io/service` must be among the tags.' },
        ),
      },
      { description: 'How names are made of tags.' },
    ),
  },
  { description: 'Gives services, or parts of them, host names and ports within the mesh.' },
);

/** A VirtualOutbound's spec as it is stored; everything may be absent. */
export type VirtualOutbound = Static<typeof virtualOutboundSchema>;
