import { serviceTag } from '../../model/dataplane.js';
import { byTags, checkSelectors } from '../../model/selector.js';
import type { Tags } from '../../model/resource.js';
import { isTagName } from '../../model/tag-rules.js';
import {
  evaluateHost,
  evaluatePort,
  tagOfParameter,
  type VirtualOutboundConf,
  type VirtualOutboundParameter,
} from '../../model/virtual-outbound.js';
import type { Violation } from '../../model/violation.js';
import type { VirtualOutbound } from './schema.js';

/** The semantic pass of a VirtualOutbound: every violation, in Kuma's order. */
export const validateVirtualOutbound = ({ selectors, conf }: VirtualOutbound): Violation[] => [
  ...checkSelectors('selectors', selectors, byTags),
  ...(conf === undefined ? [{ field: 'conf', message: 'has to be defined' }] : checkConf(conf)),
];

const checkConf = (conf: VirtualOutboundConf): Violation[] => [
  ...checkParameters('conf.parameters', conf.parameters ?? []),
  ...checkTemplate('conf.host', conf.host, () => evaluateHost(conf, tagsWith(conf, 'dummy'))),
  ...checkTemplate('conf.port', conf.port, () => evaluatePort(conf, tagsWith(conf, '1'))),
];

function checkParameters(path: string, parameters: readonly VirtualOutboundParameter[]): Violation[] {
  const hasService = parameters.some(({ tagKey }) => tagKey === serviceTag);
  const names = new Set<string>();
  return [
    ...parameters.flatMap(({ name = '', tagKey = '' }, i) => {
      const isUsed = names.has(name);
      names.add(name);
      return checkParameter(`${path}[${i}]`, name, tagKey, isUsed);
    }),
    ...(hasService ? [] : [{ field: path, message: `must contain a parameter with ${serviceTag} as a tagKey` }]),
  ];
}

function checkParameter(path: string, name: string, tagKey: string, isUsed: boolean): Violation[] {
  const field = `${path}.name`;
  const violations: Violation[] = [];
  if (isUsed) violations.push({ field, message: 'name is already used' });
  if (!isTagName(tagKey)) violations.push({ field: `${path}.tagKey`, message: 'must be a valid tag name' });
  if (tagKey === '' && !isTagName(name))
    violations.push({ field, message: 'must be a valid tag name if you are not setting tagKey' });
  if (!/^[a-zA-Z0-9]+$/.test(name))
    violations.push({ field, message: 'must consist of alphanumeric characters to be used as a gotemplate key' });
  return violations;
}

/** A template is tried with the same value for every parameter. */
function checkTemplate(
  field: string,
  template: string | undefined,
  evaluate: () => ReturnType<typeof evaluateHost> | ReturnType<typeof evaluatePort>,
): Violation[] {
  if (template === undefined) return [{ field, message: 'has to be defined' }];
  const evaluated = evaluate();
  if (evaluated.ok) return [];
  return [{ field, message: `template pre evaluation failed with error='${evaluated.error}'` }];
}

const tagsWith = ({ parameters = [] }: VirtualOutboundConf, value: string): Tags =>
  Object.fromEntries(parameters.map((parameter) => [tagOfParameter(parameter), value]));
