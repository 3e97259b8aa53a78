import { serviceTag, tagOf } from '../model/dataplane.js';
import type { Resource, Tags } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import { resourcesOf } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';

interface Destinations {
  readonly split?: readonly { readonly destination?: Tags }[];
  readonly destination?: Tags;
}

interface TrafficRouteSpec {
  readonly conf?: Destinations & { readonly http?: readonly Destinations[] };
}

interface NewRouteSpec {
  readonly to?: readonly {
    readonly targetRef?: TargetRef;
    readonly rules?: readonly { readonly default?: { readonly backendRefs?: readonly TargetRef[] } }[];
  }[];
}

interface GatewayRules {
  readonly rules?: readonly { readonly backends?: readonly { readonly destination?: Tags }[] }[];
}

interface GatewayRouteSpec {
  readonly conf?: { readonly http?: GatewayRules; readonly tcp?: GatewayRules };
}

/**
 * The tags by which anything in a mesh may ask for a service, service included; that may be `*`. As soon as there are
 * MeshHTTPRoutes or MeshTCPRoutes every service may be asked for without further tags.
 */
export const routeDestinations = derive({
  keyOf: () => '',
  answer: (snapshot): readonly Tags[] => {
    const routes = [...resourcesOf(snapshot, 'MeshHTTPRoute'), ...resourcesOf(snapshot, 'MeshTCPRoute')];
    return [
      ...resourcesOf(snapshot, 'TrafficRoute').flatMap(ofTrafficRoute),
      ...(routes.length === 0 ? [] : [{ [serviceTag]: '*' }]),
      ...routes.flatMap(ofNewRoute),
      ...resourcesOf(snapshot, 'MeshGatewayRoute').flatMap(ofGatewayRoute),
    ];
  },
});

/** Those of one service: without the service tag, each as it was written. */
export const destinationsOf = (destinations: readonly Tags[], service: string): readonly Tags[] =>
  [service, '*'].flatMap((name) =>
    destinations.filter((tags) => tagOf(tags, serviceTag) === name).map(({ [serviceTag]: _, ...others }) => others),
  );

function ofTrafficRoute({ spec }: Resource): readonly Tags[] {
  const { conf = {} } = spec as TrafficRouteSpec;
  return [conf, ...(conf.http ?? [])].flatMap(({ split = [], destination = {} }) =>
    Object.keys(destination).length > 0 ? [destination] : split.map((each) => each.destination ?? {}),
  );
}

const ofNewRoute = ({ spec }: Resource): readonly Tags[] =>
  ((spec as NewRouteSpec).to ?? []).flatMap(({ targetRef, rules = [] }) =>
    rules.flatMap(({ default: { backendRefs } = {} }) =>
      (backendRefs ?? (targetRef === undefined ? [] : [targetRef])).flatMap(tagsOf),
    ),
  );

function tagsOf({ kind, name = '', tags = {} }: TargetRef): Tags[] {
  if (kind === 'MeshServiceSubset') return [{ ...tags, [serviceTag]: name }];
  return kind === 'MeshService' ? [{ [serviceTag]: name }] : [];
}

function ofGatewayRoute({ spec }: Resource): readonly Tags[] {
  const { http, tcp } = (spec as GatewayRouteSpec).conf ?? {};
  return [...(http?.rules ?? []), ...(tcp?.rules ?? [])].flatMap(({ backends = [] }) =>
    backends.map(({ destination = {} }) => destination),
  );
}
