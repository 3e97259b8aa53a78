import { checkAtLeastOne, checkDurationAbove, checkPositive, mustBeDefined } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, needsItem, proxyKinds } from '../peers.js';
import type { MeshRateLimit, MeshRateLimitConf } from './schema.js';

type Local = NonNullable<MeshRateLimitConf['local']>;
type Http = NonNullable<Local['http']>;
type Tcp = NonNullable<Local['tcp']>;
type Rate = NonNullable<Http['requestRate']>;

/** The semantic pass; a missing `from` comes before everything else. */
export const validateMeshRateLimit = ({ targetRef, from }: MeshRateLimit): Violation[] => [
  ...needsItem('spec.from', from),
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...checkPeers('spec.from', from, ['Mesh'], (path, { local }) =>
    local === undefined ? [mustBeDefined(`${path}.local`)] : validateLocal(`${path}.local`, local),
  ),
];

const validateLocal = (path: string, local: Local): Violation[] => [
  ...checkAtLeastOne(path, local, ['tcp', 'http']),
  ...(local.http === undefined ? [] : validateHttp(`${path}.http`, local.http)),
  ...(local.tcp === undefined ? [] : validateTcp(`${path}.tcp`, local.tcp)),
];

const validateHttp = (path: string, http: Http): Violation[] => [
  ...checkAtLeastOne(path, http, ['disabled', 'requestRate', 'onRateLimit']),
  ...validateRate(`${path}.requestRate`, http.requestRate),
  ...checkPositive(`${path}.onRateLimit.status`, http.onRateLimit?.status),
];

const validateTcp = (path: string, tcp: Tcp): Violation[] => [
  ...checkAtLeastOne(path, tcp, ['disabled', 'connectionRate']),
  ...validateRate(`${path}.connectionRate`, tcp.connectionRate),
];

const checkInterval = checkDurationAbove('50ms');

const validateRate = (path: string, rate: Rate | undefined): Violation[] => [
  ...checkPositive(`${path}.num`, rate?.num),
  ...checkInterval(`${path}.interval`, rate?.interval),
];
