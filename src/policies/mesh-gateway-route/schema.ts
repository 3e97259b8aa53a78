import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { selectorList } from '../../model/selector.js';

const httpMethods = ['NONE', 'CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'] as const;

const backend = (description: string) =>
  proto.message(
    {
      weight: proto.uint32({ description: 'Share of the traffic, in relation to the other weights; absent = none.' }),
      destination: proto.map(proto.string(), {
        description: 'Tags of the instances that take the traffic; `kuma.io/service` is required.',
      }),
    },
    { description },
  );

const backends = () =>
  proto.repeated(backend('A service and its share.'), { description: 'The services that take the traffic.' });

const match = proto.message(
  {
    path: proto.message(
      {
        match: proto.enum(['EXACT', 'PREFIX', 'REGEX'], { description: 'How the value is compared.' }),
        value: proto.string({ description: 'The path or prefix, which begins with `/`, or an expression of RE2.' }),
      },
      { description: 'The path of the request.' },
    ),
    method: proto.enum(httpMethods, { description: 'The method of the request.' }),
    headers: proto.repeated(
      proto.message(
        {
          match: proto.enum(['EXACT', 'REGEX', 'ABSENT', 'PRESENT'], { description: 'How the value is compared.' }),
          name: proto.string({ description: 'Name of the header.' }),
          value: proto.string({ description: 'The value; not with ABSENT and PRESENT.' }),
        },
        { description: 'A header.' },
      ),
      { description: 'Headers of the request.' },
    ),
    queryParameters: proto.repeated(
      proto.message(
        {
          match: proto.enum(['EXACT', 'REGEX'], { description: 'How the value is compared.' }),
          name: proto.string({ description: 'Name of the parameter.' }),
          value: proto.string({ description: 'The value.' }),
        },
        { description: 'A parameter.' },
      ),
      { alt: 'query_parameters', description: 'Parameters in the query of the request.' },
    ),
  },
  { description: 'Requests that are meant: all that is set must hold.' },
);

const headerFilter = (alt: string, description: string) => {
  const headers = (what: string) =>
    proto.repeated(
      proto.message(
        {
          name: proto.string({ description: 'Name of the header.' }),
          value: proto.string({ description: 'Its value.' }),
        },
        { description: 'A header.' },
      ),
      { description: what },
    );
  return proto.message(
    {
      set: headers('Headers that replace those of the same name.'),
      add: headers('Headers that come to those of the same name.'),
      remove: proto.repeated(proto.string(), { description: 'Names of headers to remove.' }),
    },
    { alt, oneof: 'filter', description },
  );
};

const rewrite = (description: string, oneof?: string) =>
  proto.message(
    {
      replaceFull: proto.string({ alt: 'replace_full', oneof: 'path', description: 'The new path.' }),
      replacePrefixMatch: proto.string({
        alt: 'replace_prefix_match',
        oneof: 'path',
        description: 'Replaces the prefix that was matched.',
      }),
      hostToBackendHostname: proto.bool({
        alt: 'host_to_backend_hostname',
        description: 'The Host header becomes the host name of the backend.',
      }),
    },
    { description, ...(oneof === undefined ? {} : { oneof }) },
  );

const filter = proto.message(
  {
    requestHeader: headerFilter('request_header', 'Changes headers of requests.'),
    mirror: proto.message(
      {
        backend: backend('The service that gets the copies.'),
        percentage: proto.doubleValue({ description: 'How many of 100 requests are copied.' }),
      },
      { oneof: 'filter', description: 'Sends copies of requests elsewhere and ignores the answers.' },
    ),
    redirect: proto.message(
      {
        scheme: proto.string({ description: 'Scheme of the new URL.' }),
        hostname: proto.string({ description: 'Host of the new URL.' }),
        port: proto.uint32({ description: 'Port of the new URL; absent = that of the scheme.' }),
        statusCode: proto.uint32({ alt: 'status_code', description: 'Status of the answer, from 300 to 308.' }),
        path: rewrite('Path of the new URL.'),
      },
      { oneof: 'filter', description: 'Answers with another URL; excludes backends and other filters.' },
    ),
    rewrite: rewrite('Changes the path, or the host.', 'filter'),
    responseHeader: headerFilter('response_header', 'Changes headers of responses.'),
  },
  { description: 'What happens to requests or responses on the way; one of the fields is set.' },
);

const http = proto.message(
  {
    hostnames: proto.repeated(proto.string(), {
      description: 'Hosts that are meant, within those of the listener; absent = all of the listener.',
    }),
    rules: proto.repeated(
      proto.message(
        {
          matches: proto.repeated(match, { description: 'Requests that are meant: one of these must match.' }),
          filters: proto.repeated(filter, { description: 'What happens on the way.' }),
          backends: backends(),
        },
        { description: 'Where some of the requests go.' },
      ),
      { description: 'The rules; the one with the most specific match is taken.' },
    ),
  },
  { oneof: 'route', description: 'Routes for the HTTP and HTTPS listeners.' },
);

const tcp = proto.message(
  {
    rules: proto.repeated(proto.message({ backends: backends() }, { description: 'Where the connections go.' }), {
      description: 'The rules; the first one counts.',
    }),
  },
  { oneof: 'route', description: 'Routes for the TCP and TLS listeners.' },
);

/** The spec of a MeshGatewayRoute: the one truth of its shape. */
export const meshGatewayRouteSchema = proto.message(
  {
    selectors: selectorList('The listeners, by the tags of their proxy, their MeshGateway and their own.'),
    conf: proto.message({ tcp, http }, { description: 'Where the traffic goes; one of the fields is set.' }),
  },
  { description: 'Sends the traffic that enters through a builtin gateway to services.' },
);

/** A MeshGatewayRoute's spec as it is stored; everything may be absent. */
export type MeshGatewayRoute = Static<typeof meshGatewayRouteSchema>;
