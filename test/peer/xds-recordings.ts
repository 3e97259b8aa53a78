import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { xdsTypes, type TypeUrl, type XdsSection } from '../../src/envoy/type-urls.js';

/** What kuma-cp 2.5.11 sent to one proxy. Certificates and keys are `<ANY>`. */
export interface XdsRecording {
  readonly id: string;
  /** Proto-JSON by name, by type URL. */
  readonly xds: Readonly<Partial<Record<TypeUrl, Readonly<Record<string, object>>>>>;
}

/** The type of runtime layers, which some proxies are sent too. */
export const runtimeType = 'type.googleapis.com/envoy.service.runtime.v3.Runtime' satisfies TypeUrl;

type Section = XdsSection | 'runtimes';

interface RecordedLine {
  readonly id: string;
  readonly xds: Readonly<
    Partial<Record<Section, readonly { readonly name?: string; readonly clusterName?: string }[]>>
  >;
}

/** All recordings of configurations. */
export function readXdsRecordings(): XdsRecording[] {
  const file = new URL('xds.jsonl.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { id, xds } = JSON.parse(line) as RecordedLine;
    const typeUrls: Readonly<Record<Section, TypeUrl>> = { ...xdsTypes, runtimes: runtimeType };
    const byType = Object.entries(xds).map(([section, resources]) => {
      const byName = resources.map((resource) => [resource.name ?? resource.clusterName ?? '', resource] as const);
      return [typeUrls[section as Section], Object.fromEntries(byName)] as const;
    });
    return { id, xds: Object.fromEntries(byType) };
  });
}
