import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { xdsTypes, type TypeUrl, type XdsSection } from '../../src/envoy/type-urls.js';

/** What kuma-cp 2.5.11 sent to one proxy: proto-JSON by name, by type URL. */
export interface XdsRecording {
  readonly id: string;
  readonly xds: ReadonlyMap<TypeUrl, ReadonlyMap<string, object>>;
}

const recordedTypes: Readonly<Record<XdsSection | 'runtimes', TypeUrl>> = {
  ...xdsTypes,
  runtimes: 'type.googleapis.com/envoy.service.runtime.v3.Runtime',
};

/** All recordings of configurations. */
export function readXdsRecordings(): XdsRecording[] {
  const lines = gunzipSync(readFileSync(new URL('xds.jsonl.gz', import.meta.url)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const { id, xds } = JSON.parse(line) as {
      readonly id: string;
      readonly xds: Readonly<Record<keyof typeof recordedTypes, readonly RecordedResource[]>>;
    };
    const byType = Object.entries(xds).map(([section, resources]) => {
      const byName = new Map(resources.map((resource) => [resource.name ?? resource.clusterName ?? '', resource]));
      return [recordedTypes[section as keyof typeof recordedTypes], byName] as const;
    });
    return { id, xds: new Map(byType) };
  });
}

interface RecordedResource {
  readonly name?: string;
  readonly clusterName?: string;
}

/**
 * A copy in which every recorded certificate and key, which are `<ANY>`, is one that Envoy can load: a self-signed
 * certificate for the chain and for trusted CAs, and its key.
 */
export const withTestCertificates = <T extends object>(resource: T): T =>
  JSON.parse(JSON.stringify(resource), (key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('inlineBytes' in value)) return value;
    return { ...value, inlineBytes: key === 'privateKey' ? testKey : testCertificate };
  }) as T;

const readBase64 = (file: string): string =>
  readFileSync(new URL(`../envoy/testdata/${file}`, import.meta.url)).toString('base64');
const testCertificate = readBase64('certificate.pem');
const testKey = readBase64('key.pem');
