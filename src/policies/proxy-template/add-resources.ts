import { findBrokenPart } from '../../envoy/find-broken-part.js';
import { readPackedResourceYaml } from '../../envoy/read-resource-yaml.js';
import { xdsTypes, type XdsSection } from '../../envoy/type-urls.js';
import { rememberByIdentity } from '../../lib/remember.js';
import type { Translation } from '../../translate/translation.js';
import type { ProxyTemplateConf } from './schema.js';

type Written = NonNullable<ProxyTemplateConf['resources']>[number];

/** Resources that stand in a ProxyTemplate: each takes the place of one of its type and name. */
export const addResources = (translation: Translation, written: readonly Written[]): Translation =>
  written
    .map(readOnce)
    .reduce((added, resource) => (resource === undefined ? added : add(added, resource)), translation);

interface Read {
  readonly section: XdsSection;
  /** Under which modifications find it; it need not be the one that it bears. */
  readonly name: string;
  readonly message: object;
}

const readOnce = rememberByIdentity(({ name = '', resource = '' }: Written): Read | undefined => {
  const packed = readPackedResourceYaml(resource);
  if (!packed.ok) return undefined;
  const { '@type': type, ...message } = packed.value;
  const section = sections.find((each) => xdsTypes[each] === type);
  return section === undefined || findBrokenPart(xdsTypes[section], message) !== undefined
    ? undefined
    : { section, name, message };
});

const sections = Object.keys(xdsTypes) as readonly XdsSection[];

function add({ resources, origins }: Translation, { section, name, message }: Read): Translation {
  return {
    resources: { ...resources, [section]: new Map<string, object>(resources[section]).set(name, message) },
    origins:
      section === 'clusters' || section === 'listeners'
        ? { ...origins, [section]: new Map(origins[section]).set(name, 'proxy-template-raw') }
        : origins,
  };
}
