import { NumberText, parseJsonText } from '../../lib/json-text.js';
import { err, ok, type Result } from '../../lib/result.js';

/** What kuma-dp sends to `POST /bootstrap`; what it leaves out is empty or 0. */
export interface BootstrapRequest {
  readonly mesh: string;
  readonly name: string;
  readonly proxyType: string;
  readonly dataplaneToken: string;
  readonly dataplaneTokenPath: string;
  /** YAML or JSON of the resource that the proxy brings along. */
  readonly dataplaneResource: string;
  readonly version: {
    readonly kumaDp: Readonly<Record<'version' | 'gitTag' | 'gitCommit' | 'buildDate', string>>;
    readonly envoy: Readonly<Record<'version' | 'build', string>> & { readonly kumaDpCompatible: boolean };
  };
  /** PEM of the authority by which the proxy checks this server. */
  readonly caCert: string;
  readonly dynamicMetadata: Readonly<Record<string, string>>;
  readonly dnsPort: number;
  readonly emptyDnsPort: number;
  readonly readinessPort: number;
  readonly operatingSystem: string;
  readonly features: readonly string[];
  /** As Go's programs write it, beyond what numbers hold exactly: what cgroups call no limit is such a number. */
  readonly maxHeapSizeBytes: bigint;
  readonly accessLogSocketPath: string;
  readonly metrics: Readonly<Record<'socketPath' | 'certPath' | 'keyPath', string>>;
}

/** Deepest nesting of a request. */
const maxDepth = 16;

/** Reads the body of a request; the error says what cannot be read. Unknown fields do not matter. */
export function readBootstrapRequest(text: string): Result<BootstrapRequest, string> {
  const parsed = parseJsonText(text, { maxDepth });
  if (!parsed.ok) return err(parsed.error.text);
  try {
    return ok(readRequest(readObject(parsed.value, 'the request')));
  } catch (cause) {
    if (cause instanceof TypeError) return err(cause.message);
    throw cause;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function readRequest(fields: Fields): BootstrapRequest {
  const version = readObject(fields['version'], 'version');
  const kumaDp = readObject(version['kumaDp'], 'version.kumaDp');
  const envoy = readObject(version['envoy'], 'version.envoy');
  const resources = readObject(fields['resources'], 'resources');
  const metrics = readObject(fields['metricsResources'], 'metricsResources');
  return {
    mesh: readText(fields, 'mesh'),
    name: readText(fields, 'name'),
    proxyType: readText(fields, 'proxyType') || 'dataplane',
    dataplaneToken: readText(fields, 'dataplaneToken'),
    dataplaneTokenPath: readText(fields, 'dataplaneTokenPath'),
    dataplaneResource: readText(fields, 'dataplaneResource'),
    version: {
      kumaDp: {
        version: readText(kumaDp, 'version'),
        gitTag: readText(kumaDp, 'gitTag'),
        gitCommit: readText(kumaDp, 'gitCommit'),
        buildDate: readText(kumaDp, 'buildDate'),
      },
      envoy: {
        version: readText(envoy, 'version'),
        build: readText(envoy, 'build'),
        kumaDpCompatible: readFlag(envoy, 'kumaDpCompatible'),
      },
    },
    caCert: readText(fields, 'caCert'),
    dynamicMetadata: readTexts(readObject(fields['dynamicMetadata'], 'dynamicMetadata')),
    dnsPort: readNumber(fields, 'dnsPort', maxUint32),
    emptyDnsPort: readNumber(fields, 'emptyDnsPort', maxUint32),
    readinessPort: readNumber(fields, 'readinessPort', maxUint32),
    operatingSystem: readText(fields, 'operatingSystem'),
    features: readList(fields, 'features'),
    maxHeapSizeBytes: readLargeNumber(resources, 'maxHeapSizeBytes', maxUint64),
    accessLogSocketPath: readText(fields, 'accessLogSocketPath'),
    metrics: {
      socketPath: readText(metrics, 'socketPath'),
      certPath: readText(metrics, 'certPath'),
      keyPath: readText(metrics, 'keyPath'),
    },
  };
}

const maxUint32 = 0xffff_ffff;
const maxUint64 = 0xffff_ffff_ffff_ffffn;

function readObject(value: unknown, name: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new TypeError(`${name} must be an object`);
  return value as Fields;
}

function readText(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value;
}

function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
  return value;
}

function readNumber(fields: Fields, name: string, max: number): number {
  const value = fields[name] ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
    throw new TypeError(`${name} must be an integer between 0 and ${max}`);
  return value;
}

function readLargeNumber(fields: Fields, name: string, max: bigint): bigint {
  const value = fields[name] ?? 0;
  const text = value instanceof NumberText ? value.text : typeof value === 'number' ? String(value) : '';
  if (!/^[0-9]+$/.test(text) || BigInt(text) > max)
    throw new TypeError(`${name} must be an integer between 0 and ${max}`);
  return BigInt(text);
}

const readTexts = (fields: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, readText(fields, name)]));

function readList(fields: Fields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new TypeError(`${name} must be a list of strings`);
  return value;
}
