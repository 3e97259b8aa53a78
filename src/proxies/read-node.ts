import { tmpdir } from 'node:os';

import { rememberTexts } from '../lib/remember.js';
import type { DataplaneInsight } from '../model/insight.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import type { ProxyKey } from './proxy-hooks.js';
import { findSocketPath } from './socket-path.js';

type Metadata = Readonly<Record<string, unknown>>;

/**
 * What a proxy tells of itself, in the metadata of Envoy's node and the names of its extensions. Everything is what a
 * client wrote: what does not fit counts as not said. Ports travel as texts (Kuma 2.5).
 */
export function readNode(
  metadata: Metadata,
  extensions: readonly string[],
  proxy: Pick<ProxyKey, 'mesh' | 'name'>,
): ProxyNode {
  const adminPort = readPort(metadata, 'dataplane.admin.port');
  const adminAddress = readAdminAddress(metadata);
  const readinessPort = readPort(metadata, 'dataplane.readinessReporter.port');
  const dnsPort = readPort(metadata, 'dataplane.dns.port');
  const emptyDnsPort = readPort(metadata, 'dataplane.dns.empty.port');
  const isSaid = typeof metadata['accessLogSocketPath'] === 'string';
  return {
    ...(adminPort === undefined || adminAddress === undefined
      ? {}
      : { admin: { address: adminAddress, port: adminPort } }),
    ...(readinessPort === undefined ? {} : { readinessPort }),
    ...(dnsPort === undefined || emptyDnsPort === undefined ? {} : { dns: { port: dnsPort, emptyPort: emptyDnsPort } }),
    // a proxy says both or neither (Kuma 2.5)
    accessLogSocketPath: isSaid
      ? readText(metadata, 'accessLogSocketPath')
      : findSocketPath('access-log', proxy, tmpdir()),
    metricsSocketPath: isSaid ? readText(metadata, 'metricsSocketPath') : findSocketPath('metrics', proxy, tmpdir()),
    ...readMetricsFiles(metadata),
    hasLogPipe: Array.isArray(metadata['features']) && metadata['features'].includes(logPipeFeature),
    ...(extensions.length === 0
      ? {}
      : { extensions: shareExtensions(extensions.join('\n'), () => new Set(extensions)) }),
  };
}

/** Envoy tells hundreds, and all proxies of one build the same. */
const shareExtensions = rememberTexts<ReadonlySet<string>>();

/** Both or neither: one file alone encrypts nothing. */
function readMetricsFiles(metadata: Metadata): Pick<ProxyNode, 'metricsFiles'> {
  const certificatePath = readText(metadata, 'metricsCertPath');
  const keyPath = readText(metadata, 'metricsKeyPath');
  return certificatePath === '' || keyPath === '' ? {} : { metricsFiles: { certificatePath, keyPath } };
}

const logPipeFeature = 'feature-tcp-accesslog-via-named-pipe';

/** Only addresses of the proxy's own host: a proxy must not make its admin listener lead elsewhere (Kuma 2.5). */
function readAdminAddress(metadata: Metadata): string | undefined {
  const address = readText(metadata, 'dataplane.admin.address');
  switch (address) {
    case '':
    case '0.0.0.0':
    case '127.0.0.1':
      return '127.0.0.1';
    case '::':
    case '::1':
      return '::1';
    default:
      return undefined;
  }
}

function readPort(metadata: Metadata, key: string): number | undefined {
  const text = readText(metadata, key);
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

function readText(metadata: Metadata, key: string): string {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  return typeof value === 'string' ? value : '';
}

type Subscription = NonNullable<DataplaneInsight['subscriptions']>[number];

/** Versions that a proxy runs, as its insight shows them. */
export type ProxyVersion = NonNullable<Subscription['version']>;

/** Reads the versions from the metadata of Envoy's node; `cpVersion` is the version of Kuma that this server is like. */
export function readVersion(metadata: Metadata, cpVersion: string): ProxyVersion | undefined {
  const version = metadata['version'];
  if (!isObject(version)) return undefined;
  const { kumaDp, envoy, dependencies } = version;
  return {
    ...(isObject(kumaDp)
      ? {
          kumaDp: {
            ...pickTexts(kumaDp, ['version', 'gitTag', 'gitCommit', 'buildDate']),
            ...(isCompatible(readText(kumaDp, 'version'), cpVersion) ? { kumaCpCompatible: true } : {}),
          },
        }
      : {}),
    ...(isObject(envoy)
      ? {
          envoy: {
            ...pickTexts(envoy, ['version', 'build']),
            ...(envoy['kumaDpCompatible'] === true ? { kumaDpCompatible: true } : {}),
          },
        }
      : {}),
    ...(isObject(dependencies) ? { dependencies: pickTexts(dependencies, Object.keys(dependencies)) } : {}),
  };
}

const pickTexts = (from: Metadata, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, readText(from, name)] as const).filter(([, text]) => text !== ''));

const versionText = /^v?([0-9]{1,9})\.([0-9]{1,9})(?:\.[0-9]{1,9})?$/;

/** Two minor versions to either side; what is no plain version counts as compatible (Kuma 2.5). */
function isCompatible(dpVersion: string, cpVersion: string): boolean {
  const [, dpMajor, dpMinor] = versionText.exec(dpVersion) ?? [];
  const [, cpMajor, cpMinor] = versionText.exec(cpVersion) ?? [];
  if (dpMajor === undefined || cpMajor === undefined) return true;
  return dpMajor === cpMajor && Math.abs(Number(dpMinor) - Number(cpMinor)) <= 2;
}

const isObject = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
