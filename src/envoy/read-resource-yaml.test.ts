import { getOption, hasOption, toJson, type Message } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';

import { readPackedResourceYaml, readResourceYaml } from './read-resource-yaml.js';
import { loadRegistry } from './registry.js';
import { patchableTypes } from './type-urls.js';

type Type = keyof typeof patchableTypes;

const packed = (type: string, rest = ''): string =>
  `name: a\ntypedConfig: {"@type": type.googleapis.com/${type}${rest}}`;
const route = (fields: string): string =>
  `name: a\ndomains: [a]\nroutes: [{match: {prefix: /}, route: {cluster: b, ${fields}}}]`;
const check = (fields: string): string =>
  `name: a\nhealthChecks: [{timeout: 1s, interval: 1s, healthyThreshold: 1, unhealthyThreshold: 1, ${fields}}]`;

describe('readResourceYaml', () => {
  it.each<{ name: string; type: Type; text: string; json: object }>([
    { name: 'names of fields in snake_case', type: 'cluster', text: 'alt_stat_name: b', json: { altStatName: 'b' } },
    { name: 'unknown fields', type: 'cluster', text: 'nope: {}', json: {} },
    { name: 'null for a field', type: 'cluster', text: 'name: null\nlbPolicy: null', json: {} },
    { name: 'null for all', type: 'cluster', text: 'null', json: {} },
    { name: 'durations of Go', type: 'cluster', text: 'connectTimeout: 1m30.5s', json: { connectTimeout: '90.500s' } },
    { name: 'negative durations', type: 'cluster', text: 'connectTimeout: -0.5s', json: { connectTimeout: '-0.500s' } },
    {
      name: 'enums by name and number',
      type: 'cluster',
      text: 'type: EDS\nlbPolicy: 2',
      json: { type: 'EDS', lbPolicy: 'RING_HASH' },
    },
    {
      name: 'numbers as texts',
      type: 'cluster',
      text: 'perConnectionBufferLimitBytes: "18"\npreconnectPolicy: {perUpstreamPreconnectRatio: "1.5"}',
      json: { perConnectionBufferLimitBytes: 18, preconnectPolicy: { perUpstreamPreconnectRatio: 1.5 } },
    },
    {
      name: 'of a oneof the last field',
      type: 'cluster',
      text: 'clusterType: {name: a}\ntype: EDS',
      json: { clusterType: { name: 'a' } },
    },
    {
      name: 'values of any shape',
      type: 'cluster',
      text: 'metadata: {filterMetadata: {a: {b: [null, 1, {c: d}]}}}',
      json: { metadata: { filterMetadata: { a: { b: [null, 1, { c: 'd' }] } } } },
    },
    {
      name: 'null in lists',
      type: 'virtualHost',
      text: 'domains: [null]\nroutes: [null]',
      json: { domains: [''], routes: [{}] },
    },
    {
      name: 'packed messages of any v3 extension',
      type: 'httpFilter',
      text: packed('envoy.extensions.filters.http.buffer.v3.Buffer', ', max_request_bytes: 5'),
      json: {
        name: 'a',
        typedConfig: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer',
          maxRequestBytes: 5,
        },
      },
    },
    {
      name: 'packed messages with JSON of their own',
      type: 'httpFilter',
      text: packed('google.protobuf.Duration', ', value: 1m'),
      json: { name: 'a', typedConfig: { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '60s' } },
    },
  ])('reads $name', ({ type, text, json }) => {
    expect(readResourceYaml(patchableTypes[type], text, 'patch')).toEqual({ ok: true, value: json });
  });

  it.each<{ name: string; type: Type; text: string; error: string | RegExp }>([
    { name: 'no YAML', type: 'cluster', text: 'a: [', error: /^no YAML/ },
    { name: 'a text for a message', type: 'cluster', text: 'abc', error: /Cluster: "abc" is not an object/ },
    { name: 'a number for a text', type: 'cluster', text: 'name: 5', error: /Cluster\.name: 5 is not a text/ },
    { name: 'a text for a boolean', type: 'cluster', text: 'respectDnsTtl: "true"', error: /not true or false/ },
    { name: 'an object for a list', type: 'listener', text: 'filterChains: {}', error: /an object is not a list/ },
    {
      name: 'a list for a map',
      type: 'cluster',
      text: 'typedExtensionProtocolOptions: []',
      error: /a list is not an object/,
    },
    {
      name: 'another notation of an integer',
      type: 'cluster',
      text: 'perConnectionBufferLimitBytes: "1e1"',
      error: /"1e1" is not an integer/,
    },
    { name: 'an integer out of range', type: 'cluster', text: 'perConnectionBufferLimitBytes: -1', error: /uint32/ },
    { name: 'another notation of a duration', type: 'cluster', text: 'connectTimeout: 1d', error: /is not a duration/ },
    {
      name: 'an unknown name of an enum',
      type: 'cluster',
      text: 'type: NOPE',
      error: /"NOPE" is not one of its names/,
    },
    { name: 'a packed message without type', type: 'httpFilter', text: 'typedConfig: {}', error: /"@type" is missing/ },
    { name: 'a packed message of an unknown type', type: 'httpFilter', text: packed('nope.Nope'), error: /not known/ },
    {
      name: 'a packed message without its value',
      type: 'httpFilter',
      text: packed('google.protobuf.Empty'),
      error: /"value" is missing/,
    },
    {
      name: 'nesting without end',
      type: 'virtualHost',
      text: `matcher: ${'{onNoMatch: {matcher: '.repeat(60)}{}${'}}'.repeat(60)}`,
      error: /nested too deeply/,
    },
  ])('refuses $name, also as a patch', ({ type, text, error }) => {
    expect(readResourceYaml(patchableTypes[type], text, 'patch')).toEqual({
      ok: false,
      error: expect.stringMatching(error) as string,
    });
  });

  it.each<{ name: string; type: Type; text: string; error: string }>([
    {
      name: 'a text too short',
      type: 'cluster',
      text: '',
      error: 'invalid Cluster.Name: value length must be at least 1 runes',
    },
    {
      name: 'a text too long, in bytes',
      type: 'virtualHost',
      text: `name: a\ndomains: [a]\nrequestHeadersToAdd: [{header: {key: a, value: "${'é'.repeat(9000)}"}}]`,
      error: 'invalid HeaderValue.Value: value length must be at most 16384 bytes',
    },
    {
      name: 'bytes too long',
      type: 'virtualHost',
      text: `name: a\ndomains: [a]\nrequestHeadersToAdd: [{header: {key: a, rawValue: "${'AAAA'.repeat(6000)}"}}]`,
      error: 'invalid HeaderValue.RawValue: value length must be between 0 and 16384 bytes, inclusive',
    },
    {
      name: 'a header with a line feed',
      type: 'virtualHost',
      text: 'name: a\ndomains: ["a\\n"]',
      error: 'invalid VirtualHost.Domains[0]: value does not match regex pattern "^[^\\x00\\n\\r]*$"',
    },
    {
      name: 'a pattern',
      type: 'virtualHost',
      text: 'name: a\ndomains: [a]\nroutes: [{match: {pathSeparatedPrefix: /}, route: {cluster: a}}]',
      error: 'invalid RouteMatch.PathSeparatedPrefix: value does not match regex pattern "^[^?#]+[^?#/]$"',
    },
    {
      name: 'a text that is none of a list',
      type: 'listener',
      text: 'name: a\naccessLog: [{filter: {responseFlagFilter: {flags: [XX]}}}]',
      error: 'invalid ResponseFlagFilter.Flags[0]: value must be in list [LH UH ',
    },
    {
      name: 'too few items',
      type: 'virtualHost',
      text: 'name: a',
      error: 'invalid VirtualHost.Domains: value must contain at least 1 item(s)',
    },
    {
      name: 'too many items',
      type: 'virtualHost',
      text: route('internalRedirectPolicy: {redirectResponseCodes: [1, 2, 3, 4, 5, 6]}'),
      error: 'invalid InternalRedirectPolicy.RedirectResponseCodes: value must contain no more than 5 item(s)',
    },
    {
      name: 'items that are not unique',
      type: 'virtualHost',
      text: route('internalRedirectPolicy: {responseHeadersToCopy: [a, b, a]}'),
      error: 'invalid InternalRedirectPolicy.ResponseHeadersToCopy[2]: repeated value must contain unique items',
    },
    {
      name: 'a map without pairs',
      type: 'virtualHost',
      text: 'name: a\ndomains: [a]\nmatcher: {matcherTree: {input: {name: a, typedConfig: {"@type": type.googleapis.com/google.protobuf.Empty, value: {}}}, exactMatchMap: {}}}',
      error: 'invalid Matcher_MatcherTree_MatchMap.Map: value must contain at least 1 pair(s)',
    },
    {
      name: 'a key of a map',
      type: 'cluster',
      text: 'name: a\nmetadata: {filterMetadata: {"": {}}}',
      error: 'invalid Metadata.FilterMetadata[]: value length must be at least 1 runes',
    },
    {
      name: 'a number too large',
      type: 'listener',
      text: 'name: a\naddress: {socketAddress: {address: a, portValue: 65536}}',
      error:
        'invalid Listener.Address: embedded message failed validation | caused by: invalid Address.SocketAddress: embedded message failed validation | caused by: invalid SocketAddress.PortValue: value must be less than or equal to 65535',
    },
    {
      name: 'a number outside a range',
      type: 'virtualHost',
      text: 'name: a\ndomains: [a]\nroutes: [{match: {prefix: /}, directResponse: {status: 600}}]',
      error: 'invalid DirectResponseAction.Status: value must be inside range [200, 600)',
    },
    {
      name: 'a number of 64 bits',
      type: 'cluster',
      text: 'name: a\nringHashLbConfig: {minimumRingSize: 18446744073709551615}',
      error: 'invalid Cluster_RingHashLbConfig.MinimumRingSize: value must be less than or equal to 8388608',
    },
    {
      name: 'a wrapped number',
      type: 'cluster',
      text: 'name: a\noutlierDetection: {enforcingConsecutive5xx: 101}',
      error: 'invalid OutlierDetection.EnforcingConsecutive_5Xx: value must be less than or equal to 100',
    },
    {
      name: 'a duration too short',
      type: 'cluster',
      text: 'name: a\nconnectTimeout: 0s',
      error: 'invalid Cluster.ConnectTimeout: value must be greater than 0s',
    },
    {
      name: 'a duration between bounds that leave out the middle',
      type: 'listener',
      text: 'name: a\nudpListenerConfig: {quicOptions: {quicProtocolOptions: {connectionKeepalive: {maxInterval: 0.5s}}}}',
      error: 'invalid QuicKeepAliveSettings.MaxInterval: value must be outside range (0s, 1s)',
    },
    {
      name: 'an enum without such a number',
      type: 'cluster',
      text: 'name: a\ntype: 99',
      error: 'invalid Cluster.Type: value must be one of the defined enum values',
    },
    {
      name: 'an enum that is excluded',
      type: 'cluster',
      text: check('httpHealthCheck: {path: /, method: CONNECT}'),
      error: 'invalid HealthCheck_HttpHealthCheck.Method: value must not be in list [CONNECT]',
    },
    {
      name: 'a boolean',
      type: 'listener',
      text: 'name: a\nlistenerFilters: [{name: a, filterDisabled: {anyMatch: false}}]',
      error: 'invalid ListenerFilterChainMatchPredicate.AnyMatch: value must equal true',
    },
    {
      name: 'an absent packed message',
      type: 'cluster',
      text: 'name: a\ntypedDnsResolverConfig: {name: a}',
      error: 'invalid TypedExtensionConfig.TypedConfig: value is required',
    },
    {
      name: 'an absent message',
      type: 'virtualHost',
      text: route('retryPolicy: {retryBackOff: {}}'),
      error: 'invalid RetryPolicy_RetryBackOff.BaseInterval: value is required',
    },
    {
      name: 'an absent wrapper',
      type: 'cluster',
      text: 'name: a\nhttp2ProtocolOptions: {customSettingsParameters: [{value: 1}]}',
      error: 'invalid Http2ProtocolOptions_SettingsParameter.Identifier: value is required and must not be nil.',
    },
    {
      name: 'an absent oneof',
      type: 'cluster',
      text: check(''),
      error: 'invalid HealthCheck.HealthChecker: value is required',
    },
  ])('has rules for whole messages: $name', ({ type, text, error }) => {
    const whole = readResourceYaml(patchableTypes[type], text, 'whole');
    expect(whole).toEqual({ ok: false, error: expect.stringContaining(error) as string });
    expect(readResourceYaml(patchableTypes[type], text, 'patch').ok).toBe(true);
  });
});

describe('the rules', () => {
  it('are all of kinds that are checked', () => {
    const rules = loadRegistry().getExtension('validate.rules');
    const known = new Set<string>();
    const collect = (prefix: string, value: object): void => {
      for (const [key, each] of Object.entries(value) as [string, unknown][]) {
        const path = `${prefix}.${key}`;
        const isObject = typeof each === 'object' && each !== null && !Array.isArray(each);
        if (!isObject) known.add(path);
        else if (['items', 'keys', 'values'].includes(key)) collect('', each);
        else collect(path, each);
      }
    };
    for (const desc of loadRegistry()) {
      if (desc.kind !== 'message' || rules?.message === undefined) continue;
      for (const field of desc.fields)
        if (hasOption(field, rules)) collect('', toJson(rules.message, getOption(field, rules) as Message) as object);
    }
    const limits = (kind: string, ...keys: string[]): string[] => keys.map((key) => `.${kind}.${key}`);
    expect([...known].sort()).toEqual(
      [
        ...limits('message', 'required'),
        ...limits('any', 'required'),
        ...limits('bool', 'const'),
        ...limits('bytes', 'minLen', 'maxLen'),
        ...limits('enum', 'definedOnly', 'notIn'),
        ...limits('duration', 'required', 'gt', 'gte', 'lt', 'lte'),
        ...limits('double', 'gt', 'gte', 'lte'),
        ...limits('float', 'gte'),
        ...limits('int32', 'gt', 'gte', 'lte'),
        ...limits('int64', 'gt'),
        ...limits('uint32', 'gt', 'gte', 'lt', 'lte'),
        ...limits('uint64', 'gt', 'gte', 'lt', 'lte'),
        ...limits('repeated', 'minItems', 'maxItems', 'unique'),
        ...limits('map', 'minPairs'),
        ...limits('string', 'minLen', 'maxLen', 'maxBytes', 'in', 'pattern'),
        ...limits('string', 'wellKnownRegex', 'strict', 'ignoreEmpty'),
      ].sort(),
    );
  });
});

describe('readPackedResourceYaml', () => {
  const cluster = '"@type": type.googleapis.com/envoy.config.cluster.v3.Cluster\n';

  it('keeps the type', () => {
    expect(readPackedResourceYaml(`${cluster}name: a`)).toEqual({
      ok: true,
      value: { '@type': patchableTypes.cluster, name: 'a' },
    });
  });

  it.each([
    { name: 'a broken rule', text: cluster, error: /^invalid Cluster\.Name/ },
    { name: 'no type', text: 'name: a', error: /"@type" is missing/ },
    { name: 'nothing', text: '', error: /"@type" is missing/ },
  ])('refuses $name', ({ text, error }) => {
    expect(readPackedResourceYaml(text)).toEqual({ ok: false, error: expect.stringMatching(error) as string });
  });
});
