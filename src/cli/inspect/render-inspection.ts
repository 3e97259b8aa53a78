import { describeWarning, type WarningView } from '../fetch-warnings.js';
import { renderYaml } from '../show-settings.js';
import { readEntries, readItems, readPath, readText } from './json-view.js';
import { readOutboundListeners, readOutbounds, type DestinationView, type OutboundView } from './read-outbounds.js';

/** A policy about which the server has doubts. */
export interface WarnedPolicy {
  readonly type: string;
  readonly name: string;
  readonly items: readonly WarningView[];
}

/** What the API says of a Dataplane: the bodies of its inspect endpoints. */
export interface Inspection {
  readonly mesh: string;
  readonly name: string;
  readonly policies: unknown;
  readonly rules: unknown;
  readonly config: unknown;
  readonly warnings: readonly WarnedPolicy[];
}

/** What reaches a proxy, what it adds up to, and where its outbound listeners lead; for people. */
export const renderInspection = ({ mesh, name, policies, rules, config, warnings }: Inspection): string =>
  [
    `Dataplane ${mesh}/${name}`,
    ...renderSection('Matched policies', renderPolicies(policies)),
    ...renderSection('Rules', readItems(rules, 'items').flatMap(renderRule)),
    ...renderSection('Outbound listeners', readOutbounds(config).flatMap(renderOutbound)),
    ...renderSection('Warnings', warnings.flatMap(renderWarned)),
  ].join('\n');

/** The outbound listeners alone, to show what a change did. */
export const renderOutbounds = (config: unknown): string => readOutbounds(config).flatMap(renderOutbound).join('\n');

/** The outbound listeners as Envoy gets them. */
export const renderListeners = (config: unknown): string =>
  indent(readOutboundListeners(config).flatMap((listener) => renderYaml(listener).trimEnd().split('\n'))).join('\n');

const renderSection = (title: string, lines: readonly string[]): readonly string[] => [
  '',
  title,
  ...indent(lines.length === 0 ? ['none'] : lines),
];

const renderPolicies = (policies: unknown): readonly string[] =>
  readItems(policies, 'items').flatMap((item) =>
    readEntries(item, 'matchedPolicies').flatMap(([type, matched]) =>
      readItems(matched).map((policy) => `${type} ${readText(policy, 'name')}${renderAttachment(item)}`),
    ),
  );

const renderWarned = ({ type, name, items }: WarnedPolicy): readonly string[] => [
  `${type} ${name}`,
  ...indent(items.map(describeWarning)),
];

/** Policies of the newer kind attach to the proxy as a whole, which goes without saying. */
function renderAttachment(item: unknown): string {
  const type = readText(item, 'type');
  return type === 'dataplane' ? '' : ` (${type} ${readText(item, 'name')})`;
}

function renderRule(rule: unknown): readonly string[] {
  const type = readText(rule, 'policyType');
  const addresses = readItems(rule, 'addresses').map(String).join(', ');
  const reach = describeReach(readText(rule, 'type'), readText(rule, 'service'));
  const subset = readEntries(rule, 'subset').map(([key, value]) => `${key}=${String(value)}`);
  const origins = readItems(rule, 'origins').map((origin) => readText(origin, 'name'));
  return [
    `${type}${reach}${addresses === '' ? '' : ` at ${addresses}`}`,
    ...indent([
      ...(subset.length === 0 ? [] : [`where ${subset.join(', ')}`]),
      `from ${origins.join(', ')}`,
      ...renderYaml(readPath(rule, 'conf')).trimEnd().split('\n'),
    ]),
  ];
}

function describeReach(type: string, service: string): string {
  if (service === '') return '';
  return type === 'ClientSubset' ? ` for clients of ${service}` : ` to ${service}`;
}

function renderOutbound({ address, tags, destinations }: OutboundView): readonly string[] {
  const lines =
    destinations.length === 0 ? ['no destination: connections are closed'] : destinations.flatMap(renderDestination);
  return [`${address}  ${tags.join(' ')}`.trimEnd(), ...indent(lines)];
}

function renderDestination({ cluster, weight, percent, endpoints }: DestinationView): readonly string[] {
  const share = `${Number(percent.toFixed(2))} %`.padStart(7);
  const lines = endpoints.map((endpoint) => [endpoint.address, ...endpoint.tags].join('  '));
  return [
    `${share}  ${cluster}${weight === undefined ? '' : `  (weight ${weight})`}`,
    ...(lines.length === 0 ? ['no endpoints'] : lines).map((line) => `${' '.repeat(share.length + 4)}${line}`),
  ];
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
