import { checkDurationNotNegative, checkDurationPositive } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, checkToOrFrom, destinationKinds, proxyKinds } from '../peers.js';
import type { MeshTimeout, MeshTimeoutConf } from './schema.js';

/** The semantic pass. Policies of gateways and of routes know no clients, and no destinations but all of them. */
export function validateMeshTimeout({ targetRef, to, from = [] }: MeshTimeout): Violation[] {
  const isOfRoute = targetRef.kind === 'MeshHTTPRoute';
  const isOfListener = isOfRoute || targetRef.kind === 'MeshGateway';
  const checkConf = (path: string, conf: MeshTimeoutConf): Violation[] => validateConf(path, conf, isOfRoute);
  return [
    ...validateTargetRef('spec.targetRef', targetRef, { kinds: [...proxyKinds, 'MeshGateway', 'MeshHTTPRoute'] }),
    ...checkToOrFrom({ to, from }),
    ...(isOfListener
      ? from.slice(0, 1).map(() => ({ field: 'spec.from', message: 'must not be defined' }))
      : checkPeers('spec.from', from, ['Mesh'], checkConf)),
    ...checkPeers('spec.to', to, isOfListener ? ['Mesh'] : destinationKinds, checkConf),
  ];
}

function validateConf(path: string, conf: MeshTimeoutConf, isOfRoute: boolean): Violation[] {
  const { connectionTimeout, idleTimeout, http } = conf;
  if (connectionTimeout === undefined && idleTimeout === undefined && http === undefined)
    return [{ field: path, message: 'at least one timeout should be configured' }];
  return [
    ...(isOfRoute ? refuseBesideRoute(path, conf) : []),
    ...checkDurationPositive(`${path}.connectionTimeout`, connectionTimeout),
    ...checkDurationNotNegative(`${path}.idleTimeout`, idleTimeout),
    ...validateHttp(`${path}.http`, http),
  ];
}

/** What a route cannot say of its requests. */
function refuseBesideRoute(path: string, { connectionTimeout, idleTimeout, http }: MeshTimeoutConf): Violation[] {
  return Object.entries({
    connectionTimeout,
    idleTimeout,
    'http.maxStreamDuration': http?.maxStreamDuration,
    'http.maxConnectionDuration': http?.maxConnectionDuration,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({
      field: `${path}.${name}`,
      message: "can't be specified when top-level TargetRef is referencing MeshHTTPRoute",
    }));
}

function validateHttp(path: string, http: MeshTimeoutConf['http']): Violation[] {
  if (http === undefined) return [];
  const names = ['requestTimeout', 'streamIdleTimeout', 'maxStreamDuration', 'maxConnectionDuration'] as const;
  return names.every((name) => http[name] === undefined)
    ? [{ field: path, message: 'at least one timeout in this section should be configured' }]
    : names.flatMap((name) => checkDurationNotNegative(`${path}.${name}`, http[name]));
}
