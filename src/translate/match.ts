import type { Message } from '../envoy/resources.js';
import type { HeaderMatch, RegexRewrite, RouteMatch, TextMatch } from '../plan/http-plan.js';

type HeaderMatcher = Message<'envoy.config.route.v3.HeaderMatcher'>;
type RegexMatcher = Message<'envoy.type.matcher.v3.RegexMatcher'>;
type StringMatcher = Message<'envoy.type.matcher.v3.StringMatcher'>;

/** Which requests a route takes. */
export function translateRouteMatch({
  path,
  headers,
  queryParameters,
}: RouteMatch): Message<'envoy.config.route.v3.RouteMatch'> {
  return {
    ...translatePath(path),
    ...(headers.length === 0 ? {} : { headers: headers.map(translateHeaderMatch) }),
    ...(queryParameters.length === 0
      ? {}
      : { queryParameters: queryParameters.map(({ name, match }) => ({ name, stringMatch: translateText(match) })) }),
  };
}

function translatePath(path: TextMatch): Message<'envoy.config.route.v3.RouteMatch'> {
  switch (path.kind) {
    case 'exact':
      return { path: path.value };
    case 'prefix':
      return { prefix: path.value };
    case 'regex':
      return { safeRegex: translateRegex(path.value) };
  }
}

/** A condition on a header; regular expressions and prefixes of older policies in their older form. */
export function translateHeaderMatch({ name, match, isOldForm = false }: HeaderMatch): HeaderMatcher {
  switch (match.kind) {
    case 'present':
      return { name, presentMatch: true };
    case 'absent':
      return { name, presentMatch: false };
    case 'prefix':
      return isOldForm ? { name, prefixMatch: match.value } : { name, stringMatch: translateText(match) };
    case 'regex':
      return isOldForm
        ? { name, safeRegexMatch: translateRegex(match.value) }
        : { name, stringMatch: translateText(match) };
    case 'exact':
      return { name, stringMatch: translateText(match) };
  }
}

function translateText(match: TextMatch): StringMatcher {
  switch (match.kind) {
    case 'exact':
      return { exact: match.value };
    case 'prefix':
      return { prefix: match.value };
    case 'regex':
      return { safeRegex: translateRegex(match.value) };
  }
}

/** With the engine named, as proxies of Kuma's time want it. */
export const translateRegex = (regex: string): RegexMatcher => ({ googleRe2: {}, regex });

/** A part of a text that is replaced. */
export const translateRewrite = ({
  regex,
  substitution,
}: RegexRewrite): Message<'envoy.type.matcher.v3.RegexMatchAndSubstitute'> => ({
  pattern: translateRegex(regex),
  substitution,
});
