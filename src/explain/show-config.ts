import { sections, toObject, versionOf, type EnvoyResources } from '../envoy/envoy-resources.js';
import { redact } from './redact.js';

/** `GET …/dataplanes/{name}/_config`: the generated resources by type URL and name, without certificates and keys. */
export const showConfig = (resources: EnvoyResources): object => ({
  xds: Object.fromEntries(
    sections
      .filter(([section]) => resources[section].size > 0)
      .map(([section, typeUrl]) => [typeUrl, showSection(resources[section])]),
  ),
});

const showSection = (resources: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> =>
  redact(toObject(resources)) as Readonly<Record<string, unknown>>;

/**
 * `GET …/dataplanes/{name}/xds` of a proxy that is not connected: the generated configuration in the form of Envoy's
 * own config_dump, as if all of it were active.
 */
export function renderConfigDump(resources: EnvoyResources, at: string): object {
  const version = (section: (typeof sections)[number][0]): string => versionOf(resources[section]);
  const typed = (section: (typeof sections)[number][0]): (readonly [name: string, resource: object])[] => {
    const typeUrl = sections.find(([each]) => each === section)?.[1] ?? '';
    return Object.entries(showSection(resources[section])).map(([name, resource]) => [
      name,
      { '@type': typeUrl, ...(resource as object) },
    ]);
  };
  const stamp = (section: (typeof sections)[number][0]) => ({ version_info: version(section), last_updated: at });
  return {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        version_info: version('clusters'),
        dynamic_active_clusters: typed('clusters').map(([, cluster]) => ({ ...stamp('clusters'), cluster })),
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump',
        dynamic_endpoint_configs: typed('endpoints').map(([, endpoint_config]) => ({
          ...stamp('endpoints'),
          endpoint_config,
        })),
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
        version_info: version('listeners'),
        dynamic_listeners: typed('listeners').map(([name, listener]) => ({
          name,
          active_state: { ...stamp('listeners'), listener },
        })),
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
        dynamic_route_configs: typed('routes').map(([, route_config]) => ({ ...stamp('routes'), route_config })),
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
        dynamic_active_secrets: typed('secrets').map(([name, secret]) => ({ name, ...stamp('secrets'), secret })),
      },
    ],
  };
}
