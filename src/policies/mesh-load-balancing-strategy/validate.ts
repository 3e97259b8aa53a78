import { compareDecimal, parseDecimal } from '../../lib/decimal.js';
import { checkPositive, mustNotBeEmpty } from '../../model/conf-checks.js';
import type { IntOrString } from '../../model/nested.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, destinationKinds, needsItem, proxyKinds } from '../peers.js';
import { validateHashPolicies } from './hash-policies.js';
import type {
  Failover,
  LoadBalancer,
  LocalityAwareness,
  MeshLoadBalancingStrategy,
  MeshLoadBalancingStrategyConf,
} from './schema.js';

/** The semantic pass: of each conf the load balancer before the locality. */
export const validateMeshLoadBalancingStrategy = ({ targetRef, to }: MeshLoadBalancingStrategy): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...needsItem('spec.to', to),
  ...checkPeers('spec.to', to, destinationKinds, validateConf),
];

const validateConf = (
  path: string,
  { loadBalancer, localityAwareness }: MeshLoadBalancingStrategyConf,
): Violation[] => [
  ...validateLoadBalancer(`${path}.loadBalancer`, loadBalancer),
  ...validateLocalZone(`${path}.localityAwareness.localZone`, localityAwareness?.localZone),
  ...validateCrossZone(`${path}.localityAwareness.crossZone`, localityAwareness?.crossZone),
];

/** Only the object that the type names is looked at, and it may be absent. */
function validateLoadBalancer(path: string, loadBalancer: LoadBalancer | undefined): Violation[] {
  switch (loadBalancer?.type) {
    case 'RingHash':
      return validateHashPolicies(`${path}.ringHash.hashPolicies`, loadBalancer.ringHash?.hashPolicies);
    case 'Maglev':
      return validateHashPolicies(`${path}.maglev.hashPolicies`, loadBalancer.maglev?.hashPolicies);
    case 'RoundRobin':
    case 'LeastRequest':
    case 'Random':
    case undefined:
      return [];
  }
}

function validateLocalZone(path: string, localZone: LocalityAwareness['localZone']): Violation[] {
  const tags = localZone?.affinityTags ?? [];
  const weighted = tags.filter(({ weight }) => weight !== undefined).length;
  return [
    ...tags.flatMap(({ key, weight }, i) => [
      ...(key === '' ? [mustNotBeEmpty(`${path}.affinityTags[${i}].key`)] : []),
      ...checkPositive(`${path}.affinityTags[${i}].weight`, weight),
    ]),
    ...(weighted === 0 || weighted === tags.length
      ? []
      : [{ field: `${path}.affinityTags`, message: 'all or none affinity tags should have weight' }]),
  ];
}

const validateCrossZone = (path: string, crossZone: LocalityAwareness['crossZone']): Violation[] => [
  ...(crossZone?.failover ?? []).flatMap(({ from, to }, i) => [
    ...validateFromZones(`${path}.failover[${i}].from.zones`, from?.zones),
    ...validateToZones(`${path}.failover[${i}].to.zones`, to),
  ]),
  ...validateThreshold(`${path}.failoverThreshold.percentage`, crossZone?.failoverThreshold?.percentage),
];

function validateFromZones(path: string, zones: readonly string[] | undefined): Violation[] {
  if (zones?.length === 0) return [mustNotBeEmpty(path)];
  return (zones ?? []).flatMap((zone, i) => (zone === '' ? [mustNotBeEmpty(`${path}[${i}]`)] : []));
}

function validateToZones(field: string, { type, zones = [] }: Failover['to']): Violation[] {
  switch (type) {
    case 'None':
    case 'Any':
      return zones.length > 0 ? [{ field, message: `must be empty when type is ${type}` }] : [];
    case 'Only':
    case 'AnyExcept':
      return zones.length === 0 ? [{ field, message: `must not be empty when type is ${type}` }] : [];
  }
}

const notANumber = 'string has to be a valid number';

/** Both bounds are checked by themselves; what is no number counts as zero for the first, and is refused by both. */
function validateThreshold(field: string, percentage: IntOrString | undefined): Violation[] {
  if (percentage === undefined) return [];
  const decimal = parseDecimal(String(percentage));
  if (decimal === undefined)
    return [notANumber, 'must be greater than: 0', notANumber].map((message) => ({ field, message }));
  return [
    ...(compareDecimal(decimal, 0) > 0 ? [] : [{ field, message: 'must be greater than: 0' }]),
    ...(compareDecimal(decimal, 100) < 0 ? [] : [{ field, message: 'must be less than: 100' }]),
  ];
}
