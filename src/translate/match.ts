import type { Message } from '../envoy/resources.js';
import type { HeaderMatch, RegexRewrite, RouteMatch, TextMatch } from '../plan/http-plan.js';

type HeaderMatcher = Message<'envoy.config.route.v3.HeaderMatcher'>;
type RegexMatcher = Message<'envoy.type.matcher.v3.RegexMatcher'>;
type StringMatcher = Message<'envoy.type.matcher.v3.StringMatcher'>;

/** Which requests a route takes. */
export function translateRouteMatch(
  { path, headers, queryParameters }: RouteMatch,
  regexForm: RegexForm = translateRegex,
): Message<'envoy.config.route.v3.RouteMatch'> {
  return {
    ...translatePath(path, regexForm),
    ...(headers.length === 0 ? {} : { headers: headers.map((header) => translateHeaderMatch(header, regexForm)) }),
    ...(queryParameters.length === 0
      ? {}
      : {
          queryParameters: queryParameters.map(({ name, match }) => ({
            name,
            stringMatch: translateText(match, regexForm),
          })),
        }),
  };
}

function translatePath(path: TextMatch, regexForm: RegexForm): Message<'envoy.config.route.v3.RouteMatch'> {
  switch (path.kind) {
    case 'exact':
      return { path: path.value };
    case 'prefix':
      return { prefix: path.value };
    case 'regex':
      return { safeRegex: regexForm(path.value) };
  }
}

/** A condition on a header; regular expressions and prefixes of older policies in their older form. */
export function translateHeaderMatch(
  { name, match, isOldForm = false }: HeaderMatch,
  regexForm: RegexForm = translateRegex,
): HeaderMatcher {
  switch (match.kind) {
    case 'present':
      return { name, presentMatch: true };
    case 'absent':
      return { name, presentMatch: false };
    case 'prefix':
      return isOldForm ? { name, prefixMatch: match.value } : { name, stringMatch: translateText(match, regexForm) };
    case 'regex':
      return isOldForm
        ? { name, safeRegexMatch: regexForm(match.value) }
        : { name, stringMatch: translateText(match, regexForm) };
    case 'exact':
      return { name, stringMatch: translateText(match, regexForm) };
  }
}

function translateText(match: TextMatch, regexForm: RegexForm): StringMatcher {
  switch (match.kind) {
    case 'exact':
      return { exact: match.value };
    case 'prefix':
      return { prefix: match.value };
    case 'regex':
      return { safeRegex: regexForm(match.value) };
  }
}

/** How a regular expression is written. */
export type RegexForm = (regex: string) => RegexMatcher;

/** With the engine named, as proxies of Kuma's time want it. */
export const translateRegex: RegexForm = (regex) => ({ googleRe2: {}, regex });

/** Without the engine, which is the only one there is; gateways do so (Kuma 2.5). */
export const plainRegex: RegexForm = (regex) => ({ regex });

/** A part of a text that is replaced. */
export const translateRewrite = (
  { regex, substitution }: RegexRewrite,
  regexForm: RegexForm = translateRegex,
): Message<'envoy.type.matcher.v3.RegexMatchAndSubstitute'> => ({ pattern: regexForm(regex), substitution });
