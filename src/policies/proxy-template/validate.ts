import { readPackedResourceYaml } from '../../envoy/read-resource-yaml.js';
import { requireText } from '../../model/field-rules.js';
import { byService, checkSelectors } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import { checkModification } from './check-modification.js';
import type { ProxyTemplate, ProxyTemplateConf } from './schema.js';

/** The semantic pass of a ProxyTemplate: every violation, in Kuma's order. */
export const validateProxyTemplate = ({ selectors, conf = {} }: ProxyTemplate): Violation[] => [
  ...checkSelectors('selectors', selectors, { ...byService, mayBeEmpty: true }),
  ...(conf.imports ?? []).flatMap((profile, i) => checkImport(`conf.imports[${i}]`, profile)),
  ...(conf.resources ?? []).flatMap((resource, i) => checkResource(`conf.resources[${i}]`, resource)),
  ...(conf.modifications ?? []).flatMap((each, i) => checkModification(`conf.modifications[${i}]`, each)),
];

const profiles = ['default-proxy', 'egress-proxy', 'gateway-proxy', 'ingress-proxy'];

function checkImport(field: string, profile: string): Violation[] {
  if (profile === '' || profiles.includes(profile)) return requireText(field, profile);
  return [{ field, message: `profile not found. Available profiles: ${profiles.join(',')}` }];
}

function checkResource(
  path: string,
  { name, version, resource = '' }: NonNullable<ProxyTemplateConf['resources']>[number],
): Violation[] {
  const field = `${path}.resource`;
  const read = resource === '' ? undefined : readPackedResourceYaml(resource);
  return [
    ...requireText(`${path}.name`, name),
    ...requireText(`${path}.version`, version),
    ...requireText(field, resource),
    ...(read?.ok === false ? [{ field, message: `native Envoy resource is not valid: ${read.error}` }] : []),
  ];
}
