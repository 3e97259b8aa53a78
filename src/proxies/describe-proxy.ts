import { isIPv6 } from 'node:net';

import { err, ok, type Result } from '../lib/result.js';
import {
  identifyingService,
  isBuiltinGateway,
  isPort,
  orElse,
  redirects,
  type DataplaneSpec,
} from '../model/dataplane.js';
import type { Kind } from '../model/kind.js';
import type { Violation } from '../model/violation.js';
import { prometheusConf } from '../rules/metrics-inbound.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { meshOf, resourceOf } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';
import { readProxyResource, resourceTypeOf, type ProxyResourceRefusal, type ProxyType } from './read-proxy-resource.js';

/** Metrics of the workload that are answered together with those of the proxy. */
export interface MetricsSource {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
}

/** What a proxy must know of itself before it can connect. */
export interface ProxyDescription {
  /** The service by which it is known; of a zone proxy its role. */
  readonly service: string;
  /** Port of Envoy's admin API; undefined when the resource names none. */
  readonly adminPort: number | undefined;
  readonly isTransparent: boolean;
  readonly isBuiltinGateway: boolean;
  readonly metricsSources: readonly MetricsSource[];
}

/** Who asks: a proxy that sends its own resource, or whose resource is stored. */
export interface ProxyQuestion {
  readonly type: ProxyType;
  readonly mesh: string;
  readonly name: string;
  /** YAML or JSON; undefined when it is to be found in the store. */
  readonly resource: string | undefined;
}

/** Why a proxy cannot be described. */
export type UndescribedProxy = ProxyResourceRefusal | { readonly refusal: 'missing' };

interface NetworkingSpec {
  readonly networking?: {
    readonly address?: string;
    readonly advertisedAddress?: string;
    readonly admin?: { readonly port?: number };
    readonly transparentProxying?: {
      readonly redirectPortInbound?: number;
      readonly redirectPortOutbound?: number;
      readonly redirectPortInboundV6?: number;
    };
    readonly outbound?: readonly object[];
  };
}

/** What the resource of a proxy says of it; membership and other neighbours are looked at when it connects. */
export function describeProxy(
  world: World,
  kinds: readonly Kind[],
  question: ProxyQuestion,
): Result<ProxyDescription, UndescribedProxy> {
  const { type, mesh, resource } = question;
  if (resource === undefined) {
    const spec = findStored(world, question);
    return spec === undefined ? err({ refusal: 'missing' }) : ok(describe(world, type, mesh, spec));
  }
  const read = readProxyResource(kinds, type, resource);
  if (!read.ok) return read;
  const { key, candidate } = read.value;
  const violations = type === 'dataplane' ? checkBeside(world, key.mesh, candidate.spec as NetworkingSpec) : [];
  return violations.length > 0
    ? err({ refusal: 'invalid', violations })
    : ok(describe(world, type, key.mesh, candidate.spec as NetworkingSpec));
}

function findStored(world: World, { type, mesh, name }: ProxyQuestion): NetworkingSpec | undefined {
  const found = type === 'dataplane' ? ofMesh(world, mesh, name) : globalOf(world, mesh, resourceTypeOf(type), name);
  return found?.spec as NetworkingSpec | undefined;
}

function ofMesh(world: World, mesh: string, name: string) {
  const snapshot = world.meshes.get(mesh);
  return snapshot && resourceOf(snapshot, 'Dataplane', name);
}

const hasMesh = (world: World, mesh: string): boolean => {
  const snapshot = world.meshes.get(mesh);
  return snapshot !== undefined && meshOf(snapshot) !== undefined;
};

const globalOf = (world: World, mesh: string, type: string, name: string) =>
  mesh === '' ? world.globals.get(type)?.get(name) : undefined;

/** Kuma 2.5, at the bootstrap only: with transparent proxying outbounds are given out, not declared. */
function checkBeside(world: World, mesh: string, { networking }: NetworkingSpec): readonly Violation[] {
  if (networking?.transparentProxying !== undefined && (networking.outbound ?? []).length > 0) {
    return [{ field: 'outbound', message: 'should be empty since dataplane is in Transparent Proxying mode' }];
  }
  if (hasMesh(world, mesh)) return [];
  return [{ field: 'mesh', message: `mesh ${JSON.stringify(mesh)} does not exist` }];
}

function describe(world: World, type: ProxyType, mesh: string, spec: NetworkingSpec): ProxyDescription {
  const port = spec.networking?.admin?.port;
  const adminPort = port === 0 ? undefined : port;
  if (type !== 'dataplane') {
    return { service: type, adminPort, isTransparent: false, isBuiltinGateway: false, metricsSources: [] };
  }
  const dataplane = spec as DataplaneSpec;
  const snapshot = world.meshes.get(mesh);
  return {
    service: identifyingService(dataplane),
    adminPort,
    isTransparent: isTransparent(spec),
    isBuiltinGateway: isBuiltinGateway(dataplane),
    metricsSources: snapshot === undefined ? [] : findMetricsSources(snapshot, dataplane),
  };
}

/** Kuma 2.5: a proxy with an IPv6 address is so by another port than the rest. */
function isTransparent(spec: NetworkingSpec): boolean {
  const { address = '', advertisedAddress, transparentProxying } = spec.networking ?? {};
  return isIPv6(orElse(advertisedAddress, address))
    ? isPort(transparentProxying?.redirectPortInboundV6)
    : redirects(spec as DataplaneSpec);
}

const findMetricsSources = (snapshot: MeshSnapshot, spec: DataplaneSpec): readonly MetricsSource[] =>
  (prometheusConf(snapshot, { spec })?.aggregate ?? [])
    .filter(({ enabled }) => enabled !== false)
    .map(({ name = '', address = '', port = 0, path = '' }) => ({
      name,
      address: address === '' ? (spec.networking?.address ?? '') : address,
      port,
      path,
    }));
