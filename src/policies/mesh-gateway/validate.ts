import { quoteGo } from '../../lib/go-quote.js';
import { protocolTag, serviceTag, zoneTag } from '../../model/dataplane.js';
import type { Tags } from '../../model/resource.js';
import { byService, checkSelectors } from '../../model/selector.js';
import { checkPort, checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import type { MeshGateway } from './schema.js';

type Conf = NonNullable<MeshGateway['conf']>;
type Listener = NonNullable<Conf['listeners']>[number];
type Tls = NonNullable<Listener['tls']>;

/** The semantic pass of a MeshGateway: every violation, in Kuma's order. */
export function validateMeshGateway({ selectors, tags, conf }: MeshGateway): Violation[] {
  const isCrossMesh = (conf?.listeners ?? []).some(({ crossMesh }) => crossMesh === true);
  return [
    ...checkSelectors('selectors', selectors, { ...byService, atMostOne: isCrossMesh }),
    ...checkGatewayTags('tags', tags),
    ...(conf === undefined
      ? [{ field: 'conf', message: 'cannot be empty' }]
      : checkListeners('conf.listeners', conf.listeners ?? [])),
  ];
}

/** What a Dataplane says of itself, a gateway must not say. */
const reservedTags = ['kuma.io/external-service-name', protocolTag, serviceTag, zoneTag];

const checkGatewayTags = (path: string, tags: Tags | undefined): Violation[] =>
  checkTags(path, tags, {
    values: 'selector',
    name: (field, key) =>
      reservedTags.includes(key) ? [{ field, message: `tag name must not be ${quoteGo(key)}` }] : [],
  });

const checkListeners = (path: string, listeners: readonly Listener[]): Violation[] => [
  ...(listeners.length === 0 ? [{ field: path, message: 'cannot be empty' }] : []),
  ...listeners.flatMap((listener, i) => checkListener(`${path}[${i}]`, listener)),
  ...checkPorts(path, listeners),
];

const checkListener = (path: string, listener: Listener): Violation[] => [
  ...checkListenerHostname(`${path}.hostname`, listener.hostname ?? ''),
  ...checkPort(`${path}.port`, listener.port),
  ...checkProtocol(path, listener),
  ...(listener.tls === undefined ? [] : checkTls(`${path}.tls`, listener.tls, listener.crossMesh === true)),
  ...checkGatewayTags(`${path}.tags`, listener.tags),
];

const hostLabel = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const isHostname = (text: string): boolean => text.split('.').every((label) => hostLabel.test(label));

function checkListenerHostname(field: string, hostname: string): Violation[] {
  if (hostname === '' || hostname === '*') return [];
  if (hostname.startsWith('*.'))
    return isHostname(hostname.slice(2)) ? [] : [{ field, message: 'invalid wildcard domain' }];
  return isHostname(hostname) ? [] : [{ field, message: 'invalid hostname' }];
}

function checkProtocol(path: string, { protocol, crossMesh, tls }: Listener): Violation[] {
  if (protocol === undefined) return [{ field: `${path}.protocol`, message: 'cannot be empty' }];
  if (protocol !== 'HTTPS') return [];
  if (crossMesh === true) return [{ field: `${path}.protocol`, message: 'protocol is not supported with crossMesh' }];
  if (tls === undefined) return [{ field: `${path}.tls`, message: 'cannot be empty' }];
  return tls.mode === 'PASSTHROUGH'
    ? [{ field: `${path}.tls.mode`, message: 'mode is not supported on HTTPS listeners' }]
    : [];
}

/** Listeners for other meshes have TLS of their own, so nothing may be set; otherwise a mode must be. */
function checkTls(path: string, { mode, certificates = [] }: Tls, isCrossMesh: boolean): Violation[] {
  if (isCrossMesh) {
    const isEmpty = mode === undefined && certificates.length === 0;
    return isEmpty ? [] : [{ field: path, message: 'must be empty with crossMesh' }];
  }
  if (mode === undefined) return [{ field: `${path}.mode`, message: 'cannot be empty' }];
  if (mode !== 'TERMINATE') return [];
  const field = `${path}.certificates`;
  if (certificates.length === 0) return [{ field, message: 'cannot be empty in TLS termination mode' }];
  return certificates.length > 2 ? [{ field, message: 'cannot have more than 2 certificates' }] : [];
}

interface Placed {
  readonly listener: Listener;
  readonly field: string;
}

/** What the listeners of one port must have in common or not; by group, then port, then listener. */
function checkPorts(path: string, listeners: readonly Listener[]): Violation[] {
  const placed = listeners.map((listener, i) => ({ listener, field: `${path}[${i}]` }));
  const ports = groupBy(placed, ({ listener }) => listener.port ?? 0);
  return [
    ...ports.flatMap((port) =>
      groupBy(port, ({ listener }) => listener.protocol).length > 1
        ? port.map(({ field }) => ({ field, message: 'protocol conflicts with other listeners on this port' }))
        : [],
    ),
    ...ports.flatMap((port) =>
      groupBy(port, ({ listener }) => hostnameOf(listener))
        .filter((same) => same.length > 1)
        .flatMap((same) =>
          same.map(({ field }) => ({ field, message: 'multiple listeners for hostname on this port' })),
        ),
    ),
    ...ports.flatMap(checkLimits),
  ];
}

function checkLimits(port: readonly Placed[]): Violation[] {
  const limited = port.filter(({ listener }) => listener.resources?.connectionLimit !== undefined);
  return groupBy(limited, ({ listener }) => listener.resources?.connectionLimit).length > 1
    ? limited.map(({ field }) => ({
        field: `${field}.resources.connectionLimit`,
        message: 'conflicting values for this port',
      }))
    : [];
}

const hostnameOf = ({ hostname = '' }: Listener): string => (hostname === '' ? '*' : hostname);

/** The items by key, groups in the order of their first items. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
