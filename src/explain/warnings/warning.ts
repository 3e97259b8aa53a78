import { namesOf, type ProxyClass } from './proxy-class.js';

/** What is probably wrong with a policy although it is valid. Closed: documented one by one in docs/warnings.md. */
export const warningCodes = {
  'service-not-offered': 'No Dataplane and no ExternalService offers the service.',
  'subset-without-endpoints': 'The service is offered, but by nobody with these tags.',
  'zero-weight': 'All weights are 0, so that connections are accepted and closed.',
  'selects-no-proxy': 'No Dataplane is selected.',
  'no-outbound': 'No selected proxy has an outbound for the destination.',
  'http-route-wins':
    'A MeshHTTPRoute routes the service on every selected proxy, so that the MeshTCPRoute has no effect.',
  'tcp-route-wins':
    'The service does not speak HTTP, and a MeshTCPRoute routes it, so that the MeshHTTPRoute has no effect.',
  'replaced-by-route': 'The outbounds are routed by newer routes, which policies of the older form do not change.',
  'takes-http-outbounds': 'Outbounds of other services that speak HTTP are taken away from their TrafficRoutes too.',
  overridden: 'Other policies override everything that the policy says.',
  'needs-mtls': 'The mesh has no mTLS, without which clients cannot be told apart.',
  'unknown-field': 'The field is not known and was dropped.',
  'backend-not-http': 'A MeshHTTPRoute leads to a service that does not speak HTTP, so that the rule is left out.',
  'mirror-left-out': 'Requests are not mirrored, because the service does not speak HTTP.',
  'patch-left-out': 'A patch does not fit, or Envoy would refuse what it makes, so that it is left out.',
} as const;

export type WarningCode = keyof typeof warningCodes;

/** One doubt about a policy. */
export interface Warning {
  readonly code: WarningCode;
  /** Path of the field that it is about. */
  readonly field: string;
  /** What is wrong, with the names that matter, and what to do. */
  readonly message: string;
  /** The first Dataplanes that it concerns, by name; at most ten. */
  readonly dataplanes?: readonly string[];
  /** How many Dataplanes it concerns. */
  readonly total?: number;
}

/** The Dataplanes of a warning, cut to what is shown. */
export function showDataplanes(classes: readonly ProxyClass[]): Pick<Warning, 'dataplanes' | 'total'> {
  const names = namesOf(classes);
  return { dataplanes: names.slice(0, 10), total: names.length };
}
