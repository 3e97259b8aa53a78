import { findRe2Error } from '../lib/re2-syntax.js';
import { err, ok, type Result } from '../lib/result.js';
import { decodeProto } from './decode-proto.js';
import { proto } from './proto.js';
import type { Violation } from './violation.js';

const confSchema = proto.message({
  port: proto.uint32(),
  path: proto.string(),
  tags: proto.map(proto.string()),
  skipMTLS: proto.boolValue(),
  aggregate: proto.repeated(
    proto.message({
      name: proto.string(),
      port: proto.uint32(),
      path: proto.string(),
      enabled: proto.boolValue(),
      address: proto.string(),
    }),
  ),
  envoy: proto.message({ filterRegex: proto.string(), usedOnly: proto.boolValue() }),
  tls: proto.message({ mode: proto.enum(['activeMTLSBackend', 'providedTLS', 'disabled']) }),
});

/** Metrics of the workload that the proxy's are joined with. */
export interface AggregatedMetrics {
  readonly name?: string;
  readonly port?: number;
  readonly path?: string;
  /** Absent = true. */
  readonly enabled?: boolean;
  /** Absent or empty = that of the proxy. */
  readonly address?: string;
}

/** The conf of a prometheus backend, decoded; everything may be absent. */
export interface PrometheusConf {
  readonly port?: number;
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly skipMTLS?: boolean;
  readonly aggregate?: readonly AggregatedMetrics[];
  readonly envoy?: { readonly filterRegex?: string; readonly usedOnly?: boolean };
  readonly tls?: { readonly mode?: string | number };
}

/** Reads the conf of a prometheus backend; the error says what cannot be read. */
export function decodePrometheusConf(conf: unknown): Result<PrometheusConf, string> {
  const decoded = decodeProto(confSchema, conf ?? {});
  return decoded.ok ? ok(decoded.value.value as PrometheusConf) : err(decoded.error);
}

/** Violations of a metrics backend at `path`: its type, then its conf; the first kind of trouble ends the checks. */
export function checkMetricsBackend(path: string, type: string | undefined, conf: unknown): Violation[] {
  if (type !== 'prometheus') {
    return [{ field: `${path}.type`, message: 'unknown backend type. Available backends: "prometheus"' }];
  }
  const decoded = decodePrometheusConf(conf);
  if (!decoded.ok) return [{ field: `${path}.conf`, message: `could not parse config: ${decoded.error}` }];
  const { skipMTLS, tls, envoy, aggregate = [] } = decoded.value;
  if (skipMTLS !== undefined && tls !== undefined && tls.mode !== (skipMTLS ? 'disabled' : undefined)) {
    return [{ field: `${path}.conf`, message: 'skipMTLS and tls configuration cannot be defined together' }];
  }
  const trouble = envoy?.filterRegex === undefined ? undefined : findRe2Error(envoy.filterRegex);
  if (trouble !== undefined) {
    return [{ field: `${path}.conf.envoy.filterRegex`, message: `provided regexp isn't correct: ${trouble}` }];
  }
  const seen = new Set<string>();
  return aggregate.flatMap(({ name = '' }, i) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    const field = `${path}.conf.aggregate[${i}].name`;
    return isRepeated ? [{ field, message: `duplicate entry: ${name}, values have to be unique` }] : [];
  });
}

/** The conf as a Mesh stores it: decoded, with the defaults of Kuma 2.5, keys in order. */
export function completePrometheusConf(conf: PrometheusConf): Readonly<Record<string, unknown>> {
  const complete: PrometheusConf = {
    ...conf,
    port: conf.port ?? 5670,
    path: conf.path ?? '/metrics',
    tags: conf.tags ?? { 'kuma.io/service': 'dataplane-metrics' },
    tls: conf.tls ?? (conf.skipMTLS === true ? { mode: 'disabled' } : {}),
  };
  return sortKeys(complete) as Readonly<Record<string, unknown>>;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sortKeys(each)]),
  );
}
