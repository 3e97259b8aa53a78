import { Type, type Static } from 'typebox';

import { headerName } from '../../model/header-modifier.js';
import { nested } from '../../model/nested.js';
import { readBack } from '../../model/read-back.js';
import { targetRefProperties, targetRefSchema } from '../../model/target-ref.js';
import { backendRefSchema } from '../backend-ref.js';
import { headerMatch } from '../header-match.js';

const match = Type.Object(
  {
    path: Type.Optional(
      Type.Object({
        value: Type.String({ minLength: 1, description: 'An absolute path, or a regular expression of RE2.' }),
        type: nested.oneOf(['Exact', 'PathPrefix', 'RegularExpression'], {
          description: 'How the path is compared; a prefix ends at a slash or at the end of the path.',
        }),
      }),
    ),
    method: Type.Optional(
      nested.oneOf(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']),
    ),
    queryParams: Type.Optional(
      Type.Array(
        Type.Object({
          type: nested.oneOf(['Exact', 'RegularExpression']),
          name: Type.String({ minLength: 1 }),
          value: Type.String(),
        }),
        { ...readBack.omitEmpty, description: 'Conditions on query parameters, all of which must hold.' },
      ),
    ),
    headers: Type.Optional(
      Type.Array(headerMatch, { ...readBack.omitEmpty, description: 'Conditions on headers, all of which must hold.' }),
    ),
  },
  { description: 'Conditions on a request, all of which must hold; without any, every request matches.' },
);

const headerValues = (description: string) =>
  Type.Optional(
    Type.Array(Type.Object({ name: headerName, value: Type.String() }), {
      ...readBack.omitEmptyLate,
      maxItems: 16,
      description,
    }),
  );

const headerModifier = Type.Optional(
  Type.Object(
    {
      set: headerValues('Headers that replace those of the same name.'),
      add: headerValues('Headers that stand beside those of the same name; several values are separated by commas.'),
      remove: Type.Optional(
        Type.Array(Type.String(), {
          ...readBack.omitEmptyLate,
          maxItems: 16,
          description: 'Names of headers to remove.',
        }),
      ),
    },
    { description: 'Changes of headers; every header may be named once.' },
  ),
);

const pathRewrite = Type.Optional(
  Type.Object({
    type: nested.oneOf(['ReplaceFullPath', 'ReplacePrefixMatch']),
    replaceFullPath: Type.Optional(Type.String({ description: 'What replaces the whole path.' })),
    replacePrefixMatch: Type.Optional(
      Type.String({ description: 'What replaces the prefix; all matches of the rule must be for path prefixes.' }),
    ),
  }),
);

const hostname = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  }),
);

const filter = Type.Object(
  {
    type: nested.oneOf([
      'RequestHeaderModifier',
      'ResponseHeaderModifier',
      'RequestRedirect',
      'URLRewrite',
      'RequestMirror',
    ]),
    requestHeaderModifier: headerModifier,
    responseHeaderModifier: headerModifier,
    requestRedirect: Type.Optional(
      Type.Object({
        scheme: Type.Optional(nested.oneOf(['http', 'https'])),
        hostname,
        path: pathRewrite,
        port: Type.Optional(nested.int32({ minimum: 1, maximum: 65535 })),
        statusCode: Type.Optional(Type.Integer({ enum: [301, 302, 303, 307, 308], default: 302 })),
      }),
    ),
    urlRewrite: Type.Optional(Type.Object({ hostname, path: pathRewrite })),
    requestMirror: Type.Optional(
      Type.Object({
        percentage: Type.Optional(
          nested.intOrString({ description: 'Percentage of the requests that are mirrored; absent mirrors all.' }),
        ),
        backendRef: targetRefSchema,
      }),
    ),
  },
  { description: 'What is done to a request or its response: what stands below the name of the type.' },
);

const rule = Type.Object({
  matches: Type.Array(match, { minItems: 1, description: 'The rule holds for requests that fulfil one of these.' }),
  default: Type.Object(
    {
      filters: Type.Optional(Type.Array(filter, { description: 'Run in this order.' })),
      backendRefs: Type.Optional(
        Type.Array(backendRefSchema, {
          description: 'The destinations and their weights; without them the requests go where they were going.',
        }),
      ),
    },
    {
      description:
        'What can be merged with the rules of other policies that have the same matches; lists are replaced as a whole.',
    },
  ),
});

/** A targetRef that the schema lets go missing; the semantic pass does not. */
const targetRef = Type.Optional(Type.Object(targetRefProperties, { ...readBack.always }));

const to = Type.Object({
  targetRef,
  rules: Type.Optional(Type.Array(rule, { ...readBack.omitEmpty, description: 'Which requests are treated how.' })),
});

/** The spec of a MeshHTTPRoute: the one truth of its shape. */
export const meshHTTPRouteSchema = Type.Object(
  {
    targetRef,
    to: Type.Optional(
      Type.Array(to, {
        ...readBack.omitEmpty,
        description: 'The destinations whose requests are rerouted or changed.',
      }),
    ),
  },
  { description: 'Sends the HTTP requests that selected proxies make to a service elsewhere, or changes them.' },
);

export type MeshHTTPRoute = Static<typeof meshHTTPRouteSchema>;
export type HTTPRule = Static<typeof rule>;
export type HTTPMatch = Static<typeof match>;
export type HTTPFilter = Static<typeof filter>;
export type HeaderModifier = NonNullable<HTTPFilter['requestHeaderModifier']>;
export type PathRewrite = Static<typeof pathRewrite>;
