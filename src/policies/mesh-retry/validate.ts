import { parseGoDuration } from '../../lib/go-duration.js';
import { mustBeDefined, mustNotBeEmpty } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, destinationKinds, needsItem, proxyKinds } from '../peers.js';
import { isHTTPRetryOn } from './http-retry-on.js';
import type { GRPCRetry, HTTPRetry, MeshRetry, MeshRetryConf, Predicate } from './schema.js';

const definedAndPositive = 'must be defined and greater than zero';

/** The semantic pass. Under a MeshGateway `to` means all of its traffic, hence kind Mesh. */
export const validateMeshRetry = ({ targetRef, to }: MeshRetry): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: [...proxyKinds, 'MeshGateway'] }),
  ...needsItem('spec.to', to),
  // Kuma 2.5: fields have a step `conf` that the document has not
  ...checkPeers('spec.to', to, targetRef.kind === 'MeshGateway' ? ['Mesh'] : destinationKinds, (path, conf) =>
    validateConf(`${path}.conf`, conf),
  ),
];

function validateConf(path: string, { tcp, http, grpc }: MeshRetryConf): Violation[] {
  if (tcp === undefined && http === undefined && grpc === undefined)
    return [{ field: path, message: "at least one of the 'tcp', 'http', 'grpc' must be specified" }];
  return [
    ...(tcp !== undefined && tcp.maxConnectAttempt === undefined ? [mustNotBeEmpty(`${path}.tcp`)] : []),
    ...(http === undefined ? [] : validateHTTP(`${path}.http`, http)),
    ...(grpc === undefined ? [] : validateGRPC(`${path}.grpc`, grpc)),
  ];
}

/** Kuma 2.5: the number of attempts to select a host does not count as content. */
const validateHTTP = (path: string, { hostSelectionMaxAttempts: _, ...http }: HTTPRetry): Violation[] => [
  ...(hasContent(http) ? [] : [mustNotBeEmpty(path)]),
  ...validateBackOffs(path, http),
  ...validateRetryOn(path, http.retryOn, isHTTPRetryOn),
  ...validateHostSelection(`${path}.hostSelection`, http.hostSelection ?? []),
];

const grpcRetryOn = new Set(['Canceled', 'DeadlineExceeded', 'Internal', 'ResourceExhausted', 'Unavailable']);

const validateGRPC = (path: string, grpc: GRPCRetry): Violation[] => [
  ...(hasContent(grpc) ? [] : [mustNotBeEmpty(path)]),
  ...validateBackOffs(path, grpc),
  ...validateRetryOn(path, grpc.retryOn, (item) => grpcRetryOn.has(item)),
];

const hasContent = (conf: object): boolean => Object.values(conf).some((value) => value !== undefined);

const validateBackOffs = (path: string, { backOff, rateLimitedBackOff: limited }: GRPCRetry): Violation[] => [
  ...(backOff !== undefined && !hasContent(backOff) ? [mustNotBeEmpty(`${path}.backOff`)] : []),
  ...(limited?.maxInterval === undefined || (parseGoDuration(limited.maxInterval) ?? 0n) > 0n
    ? []
    : [{ field: `${path}.rateLimitedBackOff.maxInterval`, message: definedAndPositive }]),
  ...(limited !== undefined && limited.resetHeaders === undefined
    ? [mustBeDefined(`${path}.rateLimitedBackOff.resetHeaders`)]
    : []),
];

const validateRetryOn = (
  path: string,
  items: readonly string[] | undefined,
  isKnown: (item: string) => boolean,
): Violation[] =>
  (items ?? []).flatMap((item, i) =>
    isKnown(item) ? [] : [{ field: `${path}.retryOn[${i}]`, message: `unknown item '${item}'` }],
  );

function validateHostSelection(path: string, predicates: readonly Predicate[]): Violation[] {
  const first = predicates.findIndex(({ predicate }) => predicate === 'OmitPreviousPriorities');
  return predicates.flatMap(({ predicate, tags, updateFrequency }, i) => {
    switch (predicate) {
      case 'OmitPreviousHosts':
        return [];
      case 'OmitHostsWithTags':
        return tags === undefined ? [mustBeDefined(`${path}[${i}].tags`)] : [];
      case 'OmitPreviousPriorities':
        return [
          ...(i > first
            ? [{ field: `${path}[${i}].predicate`, message: `${predicate} must only be specified once` }]
            : []),
          ...((updateFrequency ?? 0) > 0
            ? []
            : [{ field: `${path}[${i}].updateFrequency`, message: definedAndPositive }]),
        ];
      default:
        return [{ field: `${path}[${i}].predicate`, message: `unknown predicate type '${predicate}'` }];
    }
  });
}
