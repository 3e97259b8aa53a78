import { checkDurationNotNegative, checkPercentage, checkStatusCode, mustBeDefined } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, proxyKinds } from '../peers.js';
import type { MeshFaultInjection, MeshFaultInjectionConf } from './schema.js';

/** The semantic pass; `from` may be absent or empty. */
export const validateMeshFaultInjection = ({ targetRef, from }: MeshFaultInjection): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...checkPeers('spec.from', from, proxyKinds, validateConf),
];

/** Kuma 2.5 puts the index behind the fault instead of behind `http`, and names the limit like its object. */
const validateConf = (path: string, { http = [] }: MeshFaultInjectionConf): Violation[] =>
  http.flatMap(({ abort, delay, responseBandwidth }, i) => {
    const at = (fault: string, field: string): string => `${path}.http.${fault}[${i}].${field}`;
    return [
      ...checkStatusCode(at('abort', 'httpStatus'), abort?.httpStatus),
      ...checkPercentage(at('abort', 'percentage'), abort?.percentage),
      ...checkDurationNotNegative(at('delay', 'value'), delay?.value),
      ...checkPercentage(at('delay', 'percentage'), delay?.percentage),
      ...checkBandwidth(at('responseBandwidth', 'responseBandwidth'), responseBandwidth?.limit),
      ...checkPercentage(at('responseBandwidth', 'percentage'), responseBandwidth?.percentage),
    ];
  });

/** Kuma 2.5 is content with the unit anywhere in the text. */
function checkBandwidth(field: string, limit: string | undefined): Violation[] {
  if (limit === undefined) return [];
  if (limit === '') return [mustBeDefined(field)];
  return /[gmk]bps/.test(limit) ? [] : [{ field, message: 'has to be in kbps/mbps/gbps units' }];
}
