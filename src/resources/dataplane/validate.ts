import { parseRequestUri } from '../../lib/request-uri.js';
import { isBuiltinGateway, orElse, protocolTag, serviceTag, tagOf, type DataplaneSpec } from '../../model/dataplane.js';
import { checkAddress, isIpAddress, isLocalAddress } from '../../model/net.js';
import { checkMetricsBackend } from '../../model/prometheus.js';
import { checkPort, checkProtocolTag, checkTags, tagField } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import type { DataplaneDocument } from './schema.js';

type Networking = NonNullable<DataplaneDocument['networking']>;
type Inbound = NonNullable<Networking['inbound']>[number];
type Outbound = NonNullable<Networking['outbound']>[number];
type Probe = NonNullable<Inbound['serviceProbe']>;

/** The semantic pass of a Dataplane: every violation, in Kuma's order. */
export function validateDataplane(spec: DataplaneDocument): Violation[] {
  const { networking, probes } = spec;
  if (networking === undefined) return [{ field: 'networking', message: 'must be defined' }];
  const gateway = networking.gateway;
  const isDelegated = gateway !== undefined && (gateway.type === undefined || gateway.type === 0);
  const admin = checkAdminPort(networking);
  if (isDelegated) {
    return [
      ...admin,
      ...forbid(networking.inbound, 'networking.inbound', 'inbound cannot be defined for delegated gateways'),
      ...checkGatewayTags(gateway.tags),
      ...checkNetworking(networking),
      ...checkProbes(probes),
    ];
  }
  if (isBuiltinGateway(spec as DataplaneSpec)) {
    return [
      ...admin,
      ...forbid(networking.inbound, 'networking.inbound', 'inbound cannot be defined for builtin gateways'),
      ...forbid(networking.outbound, 'networking.outbound', 'outbound cannot be defined for builtin gateways'),
      ...(probes === undefined
        ? []
        : [{ field: 'networking.probes', message: 'probes cannot be defined for builtin gateways' }]),
      ...checkGatewayTags(gateway?.tags),
      ...checkNetworking(networking),
    ];
  }
  return [
    ...admin,
    ...((networking.inbound ?? []).length > 0
      ? []
      : [{ field: 'networking', message: 'has to contain at least one inbound interface or gateway' }]),
    ...checkNetworking(networking),
    ...checkProbes(probes),
    ...(spec.metrics === undefined ? [] : checkMetricsBackend('metrics', spec.metrics.type, spec.metrics.conf)),
  ];
}

const forbid = (list: readonly unknown[] | undefined, field: string, message: string): Violation[] =>
  (list ?? []).length > 0 ? [{ field, message }] : [];

/** Envoy's admin listens on 127.0.0.1, so nothing else may listen on its port there. */
function checkAdminPort({ admin, address: proxyAddress = '', inbound = [], outbound = [] }: Networking): Violation[] {
  if (admin === undefined) return [];
  const isTaken = (address: string, port: number): boolean => port === (admin.port ?? 0) && isLocalAddress(address);
  const usesInbound = inbound.some(({ port = 0, servicePort = 0, address, serviceAddress }) => {
    const listener = orElse(address, proxyAddress);
    return isTaken(listener, port) || isTaken(orElse(serviceAddress, listener), servicePort === 0 ? port : servicePort);
  });
  const usesOutbound = outbound.some(({ port = 0, address }) => isTaken(orElse(address, '127.0.0.1'), port));
  const field = 'networking.admin.port';
  return [
    ...(usesInbound ? [{ field, message: 'must differ from inbound' }] : []),
    ...(usesOutbound ? [{ field, message: 'must differ from outbound' }] : []),
  ];
}

const checkGatewayTags = (tags: Readonly<Record<string, string>> | undefined): Violation[] => {
  const path = 'networking.gateway.tags';
  const protocol = tagOf(tags, protocolTag);
  const hasProtocol = tags !== undefined && Object.hasOwn(tags, protocolTag);
  return [
    ...(hasProtocol && protocol !== 'tcp'
      ? [
          {
            field: tagField(path, protocolTag),
            message: `other values than tcp are not allowed, provided value "${protocol}"`,
          },
        ]
      : []),
    ...checkTags(path, tags, { values: 'tags', serviceRequired: true }),
  ];
};

const checkNetworking = (networking: Networking): Violation[] => [
  ...checkAddress('networking', networking.address),
  ...(networking.inbound ?? []).flatMap((inbound, i) =>
    checkInbound(`networking.inbound[${i}]`, inbound, networking.address),
  ),
  ...(networking.outbound ?? []).flatMap((outbound, i) => checkOutbound(`networking.outbound[${i}]`, outbound)),
];

function checkInbound(path: string, inbound: Inbound, proxyAddress: string | undefined): Violation[] {
  const { serviceAddress = '', address = '', servicePort = 0, port } = inbound;
  const samePort = servicePort === 0 || servicePort === port;
  const clash = {
    field: `${path}.serviceAddress`,
    message: 'serviceAddress and servicePort has to differ from address and port',
  };
  const violations = [...checkPort(`${path}.port`, port)];
  if (servicePort !== 0) violations.push(...checkPort(`${path}.servicePort`, servicePort));
  if (serviceAddress !== '') {
    if (!isIpAddress(serviceAddress))
      violations.push({ field: `${path}.serviceAddress`, message: 'serviceAddress has to be valid IP address' });
    if (serviceAddress === proxyAddress && samePort) violations.push(clash);
  }
  if (address !== '') {
    if (!isIpAddress(address))
      violations.push({ field: `${path}.address`, message: 'address has to be valid IP address' });
    if (serviceAddress === address && samePort) violations.push(clash);
  }
  violations.push(
    ...checkProtocolTag(`${path}.tags`, inbound.tags),
    ...checkTags(`${path}.tags`, inbound.tags, { values: 'tags' }),
  );
  if (inbound.serviceProbe !== undefined)
    violations.push(...checkServiceProbe(`${path}.serviceProbe`, inbound.serviceProbe));
  if (inbound.tags === undefined || !Object.hasOwn(inbound.tags, serviceTag)) {
    violations.push({ field: tagField(`${path}.tags`, serviceTag), message: 'tag has to exist' });
  }
  return violations;
}

function checkServiceProbe(path: string, probe: Probe): Violation[] {
  const message = 'must have a positive value';
  const isZero = (value: string | number | undefined): boolean => value === '0s' || value === 0;
  return (['interval', 'timeout', 'unhealthyThreshold', 'healthyThreshold'] as const)
    .filter((name) => isZero(probe[name]))
    .map((name) => ({ field: `${path}.${name}`, message }));
}

const checkOutbound = (path: string, { port, address = '', tags }: Outbound): Violation[] => [
  ...checkPort(`${path}.port`, port),
  ...(address === '' || isIpAddress(address)
    ? []
    : [{ field: `${path}.address`, message: 'address has to be valid IP address' }]),
  ...checkTags(`${path}.tags`, tags, { values: 'tags', serviceRequired: true }),
];

function checkProbes(probes: DataplaneDocument['probes']): Violation[] {
  if (probes === undefined) return [];
  const checkPath = (field: string, path: string | undefined): Violation[] =>
    parseRequestUri(path ?? '') !== undefined ? [] : [{ field, message: 'should be a valid URL Path' }];
  return [
    ...checkPort('probes.port', probes.port),
    ...(probes.endpoints ?? []).flatMap((endpoint, i) => [
      ...checkPort(`probes.endpoints[${i}].inboundPort`, endpoint.inboundPort),
      ...checkPath(`probes.endpoints[${i}].inboundPath`, endpoint.inboundPath),
      ...checkPath(`probes.endpoints[${i}].path`, endpoint.path),
    ]),
  ];
}
