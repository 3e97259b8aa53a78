// Many changes in a short time, to a fleet of proxies that play the mesh of workload.mjs.
import { AdsProxy, endpoints, listeners } from './ads-proxy.mjs';
import { makeDataplane, mesh, put, putAll } from './workload.mjs';

/**
 * The pushes that a proxy may get of a burst that takes so many milliseconds: one when it begins, one each 300 ms while
 * it lasts, and one after it. Five for a second.
 */
export const mostPushes = (took) => Math.max(5, Math.floor(took / 300) + 2);

/** The weight of the route before a burst. */
export const firstWeight = 1_000_000;

/** A route that alters one listener of every proxy: of any ten services in a row, one is among these. */
export const putBurstRoute = (url, weight) =>
  put(url, `${mesh}/meshtcproutes/burst`, {
    type: 'MeshTCPRoute',
    mesh: 'bench',
    name: 'burst',
    spec: {
      targetRef: { kind: 'Mesh' },
      to: ['svc-0', 'svc-10', 'svc-20', 'svc-30', 'svc-40'].map((name) => ({
        targetRef: { kind: 'MeshService', name },
        rules: [
          {
            default: {
              backendRefs: [
                { kind: 'MeshServiceSubset', name, tags: { version: 'v0' }, weight },
                { kind: 'MeshServiceSubset', name, tags: { version: 'v1' }, weight: 1 },
              ],
            },
          },
        ],
      })),
    },
  });

/** Writes a mesh with so many proxies, which all have a listener of the route. */
export async function seedFleet(url, count) {
  await put(url, mesh, { type: 'Mesh', name: 'bench', skipCreatingInitialPolicies: ['*'] });
  const dataplanes = Array.from({ length: count }, (_, i) => ({ path: `dataplanes/dp-${i}`, body: makeDataplane(i) }));
  await putAll(url, dataplanes);
  await putBurstRoute(url, firstWeight);
}

/** Connects the proxies, all at once; resolves when each has all it asks for, unless it has them from an earlier stream. */
export async function connectFleet(port, count, earlier = []) {
  const fleet = Array.from({ length: count }, (_, i) => {
    const versions = earlier[i]?.versions();
    return new AdsProxy({ port, mesh: 'bench', name: `dp-${i}`, ...(versions === undefined ? {} : { versions }) });
  });
  const hasAll = (proxy) => proxy.count(endpoints) > 0 && hasWeight(proxy, firstWeight);
  if (earlier.length === 0) await Promise.all(fleet.map((proxy) => proxy.until(hasAll)));
  return fleet;
}

/** True when the newest listeners of the proxy split with this weight. */
export const hasWeight = (proxy, weight) => {
  const varint = [];
  for (let rest = weight; rest > 0; rest >>>= 7) varint.push((rest & 127) | (rest > 127 ? 128 : 0));
  return proxy.types.get(listeners)?.message.includes(Buffer.from([2 << 3, ...varint])) === true;
};

/**
 * So many changes of the route, evenly in so many milliseconds. Resolves when every proxy has what the last one led to:
 * how long the changes took, how long after the last of them the last proxy had it, and how many responses each got.
 */
export async function burst(url, fleet, { changes = 100, milliseconds = 1_000 } = {}) {
  const before = fleet.map(countAll);
  const begin = performance.now();
  const answers = [];
  for (let i = 1; i <= changes; i++) {
    const due = begin + ((i - 1) * milliseconds) / changes;
    if (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    // the last one is to be the last
    if (i === changes) await Promise.all(answers);
    answers.push(putBurstRoute(url, firstWeight + i));
  }
  await Promise.all(answers);
  const end = performance.now();
  await Promise.all(fleet.map((proxy) => proxy.until((each) => hasWeight(each, firstWeight + changes))));
  const settled = performance.now();
  // one more, after which nothing of the burst can be on its way
  await putBurstRoute(url, firstWeight);
  await Promise.all(fleet.map((proxy) => proxy.until((each) => hasWeight(each, firstWeight))));
  const pushes = fleet.map((proxy, i) => countAll(proxy) - before[i] - 1);
  return { took: end - begin, settledAfter: settled - end, pushes };
}

const countAll = (proxy) => [...proxy.types.values()].reduce((sum, { count }) => sum + count, 0);
