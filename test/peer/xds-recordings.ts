import { readLines, type RecordedResource } from './recordings.js';
import { offlineNode, type ProxyNode } from '../../src/plan/proxy-node.js';
import { xdsTypes, type TypeUrl, type XdsSection } from '../../src/envoy/type-urls.js';

/** What kuma-cp 2.5.11 sent to one proxy, or what a newer one did where it is to be followed. Certificates and keys are `<ANY>`. */
export interface XdsRecording {
  readonly id: string;
  readonly note: string;
  readonly resources: readonly RecordedResource[];
  readonly deletes: readonly string[];
  /** Path and status of each PUT that is refused. */
  readonly putErrors: readonly (readonly [path: string, status: number])[];
  readonly mesh: string;
  readonly dataplane: string;
  /** What the proxy tells of itself, where it matters. */
  readonly node: RecordedNode;
  /** Proto-JSON by name, by type URL. */
  readonly xds: Readonly<Partial<Record<TypeUrl, Readonly<Record<string, object>>>>>;
}

interface RecordedNode {
  readonly adminPort?: number;
  readonly readinessPort?: number;
  readonly dnsPort?: number;
  readonly emptyDnsPort?: number;
  /** Joined by commas; absent = all. */
  readonly features?: string;
}

/** The proxy of a recording. */
export const nodeOf = ({
  node: { adminPort = 9901, readinessPort = 9902, dnsPort = 0, emptyDnsPort = 0, features },
}: XdsRecording): ProxyNode => ({
  ...offlineNode,
  ...(adminPort === 0 ? {} : { admin: { address: '127.0.0.1', port: adminPort } }),
  adminCertificates: { certificateChain: 'Y2hhaW4=', privateKey: 'a2V5', authority: 'Y2E=' },
  readinessPort,
  ...(dnsPort === 0 ? {} : { dns: { port: dnsPort, emptyPort: emptyDnsPort } }),
  hasLogPipe: features !== '',
});

interface RecordedLine extends Omit<XdsRecording, 'xds' | 'mesh' | 'putErrors'> {
  readonly mesh?: string;
  readonly putErrors?: XdsRecording['putErrors'];
  readonly xds: Readonly<
    Partial<Record<XdsSection, readonly { readonly name?: string; readonly clusterName?: string }[]>>
  >;
}

/** All recordings of configurations. */
export function readXdsRecordings(file = 'xds.jsonl.gz'): XdsRecording[] {
  return readLines(file).map((line) => {
    const { xds, mesh = 'default', putErrors = [], ...recording } = JSON.parse(line) as RecordedLine;
    const byType = Object.entries(xds)
      .filter(([, resources]) => resources.length > 0)
      .map(([section, resources]) => {
        const byName = resources.map((resource) => [resource.name ?? resource.clusterName ?? '', resource] as const);
        return [xdsTypes[section as XdsSection], Object.fromEntries(byName)] as const;
      });
    return { ...recording, mesh, putErrors, xds: Object.fromEntries(byType) };
  });
}

/** Resources that need what a connected proxy tells of itself: its ports and sockets. */
const needsProxy = /^kuma:(?:envoy:admin|readiness|dns|metrics:.*)$/;

/** A recording without what only a connected proxy can have. */
export const withoutProxy = (xds: XdsRecording['xds']): XdsRecording['xds'] =>
  Object.fromEntries(
    Object.entries(xds).flatMap(([typeUrl, resources]) => {
      const kept = Object.entries(resources).filter(
        ([name, resource]) =>
          !needsProxy.test(name) && !JSON.stringify(resource).includes('"cluster":"kuma:envoy:admin"'),
      );
      return kept.length === 0 ? [] : [[typeUrl, Object.fromEntries(kept)] as const];
    }),
  );

/** A recording as this server means it: placeholders are replaced in the attributes of access logs too. */
export const withAttributesFilled = ({ xds, mesh }: XdsRecording): XdsRecording['xds'] =>
  JSON.parse(JSON.stringify(xds).replaceAll('%KUMA_MESH%', mesh)) as XdsRecording['xds'];
