import { readFileSync } from 'node:fs';

import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

import { Caller, connectOnce, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, type LiveMesh, type Proxy } from './live-mesh.js';
import { measureShares } from './shares.js';
import { startEcho } from './workloads.js';

/** A route of `examples/`. */
const readRoute = (folder: string): { readonly name: string; readonly spec: object } =>
  parse(readFileSync(new URL(`../../examples/${folder}/20-tcp-route.yaml`, import.meta.url), 'utf8')) as ReturnType<
    typeof readRoute
  >;

const service = 'backend_kuma-demo_svc_3001';

/** A route to two versions of the service, with their weights. */
const splitBy = (weights: Readonly<Record<string, number>>): object => ({
  spec: {
    targetRef: { kind: 'Mesh' },
    to: [
      {
        targetRef: { kind: 'MeshService', name: 'backend' },
        rules: [
          {
            default: {
              backendRefs: Object.entries(weights).map(([version, weight]) => ({
                kind: 'MeshServiceSubset',
                name: service,
                tags: { version },
                weight,
              })),
            },
          },
        ],
      },
    ],
  },
});

describe.skipIf(isWithoutEnvoy)('MeshTCPRoute', () => {
  let mesh: LiveMesh;
  let frontend: Proxy;

  /** Stands for an instance: its proxy, and a workload that says this name. */
  const addInstance = async (name: string, of: string, tags: Readonly<Record<string, string>> = {}): Promise<Proxy> =>
    mesh.addProxy(name, { inbounds: [{ service: of, workload: await mesh.use(startEcho(name)), tags }] });

  useMesh(async (live) => {
    mesh = live;
    await addInstance('v0', service, { version: 'v0' });
    await mesh.addProxy('v1', {
      inbounds: [{ service, workload: await mesh.use(startEcho('v1')), tags: { version: 'v1' } }],
      isIncremental: true,
    });
    await addInstance('external', 'external-backend');
    frontend = await mesh.addProxy('frontend', {
      inbounds: [{ service: 'frontend', tags: { app: 'frontend' } }],
      outbounds: ['backend', 'late'],
    });
  });

  /** A connection that stays open until the test ends. */
  const open = async (to: Target): Promise<Caller> => {
    const caller = new Caller(to);
    onTestFinished(() => {
      caller.close();
    });
    expect(await caller.readLine()).not.toBe('');
    return caller;
  };

  it('splits the connections of the example as it says', async () => {
    const { name, spec } = readRoute('meshtcproute');
    await mesh.put('MeshTCPRoute', name, { spec });
    const expected = { v0: 90, v1: 10 };
    expect(await measureShares(frontend.outbound('backend'), 1_000, expected)).toEqual(expected);
  });

  it('redirects the connections of the example as it says', async () => {
    const { name, spec } = readRoute('meshtcproute-redirect');
    await mesh.put('MeshTCPRoute', name, { spec });
    expect(await listAnswers(frontend.outbound('backend'), 100)).toEqual(['external']);
    await mesh.delete('MeshTCPRoute', name);
  });

  it('moves new connections while 50 others stay where they are', async () => {
    await mesh.put('MeshTCPRoute', 'split', splitBy({ v0: 90, v1: 10 }));
    const long = await Promise.all(Array.from({ length: 50 }, () => open(frontend.outbound('backend'))));
    for (const weights of [
      { v0: 90, v1: 10 },
      { v0: 50, v1: 50 },
      { v0: 0, v1: 100 },
    ]) {
      await mesh.put('MeshTCPRoute', 'split', splitBy(weights));
      expect(await measureShares(frontend.outbound('backend'), 300, weights)).toEqual(weights);
      const text = JSON.stringify(weights);
      expect(await Promise.all(long.map((caller) => caller.echoes(text)))).not.toContain(false);
    }
  });

  it('has connections of before a change closed when the drain time of their proxy is over, and no others', async () => {
    await mesh.put('MeshTCPRoute', 'split', splitBy({ v0: 1 }));
    const hasty = await mesh.addProxy('hasty', { outbounds: ['backend', 'external-backend'], drainTime: 1 });
    await mesh.settle();
    const before = await open(hasty.outbound('backend'));
    const elsewhere = await open(hasty.outbound('external-backend'));
    await mesh.put('MeshTCPRoute', 'split', splitBy({ v1: 1 }));
    const after = await open(hasty.outbound('backend'));
    // nothing more is said to it, so that this is the end of the connection
    expect(await before.readLine()).toBe('');
    expect(await after.echoes('still here')).toBe(true);
    expect(await elsewhere.echoes('still here')).toBe(true);
  });

  it('takes a service that appears, and one that vanishes', async () => {
    const late = frontend.outbound('late');
    expect(await connectOnce(late)).toBe('');
    const instance = await addInstance('late-1', 'late');
    await mesh.settle();
    expect(await listAnswers(late)).toEqual(['late-1']);
    const caller = await open(late);
    mesh.forget(instance);
    await mesh.delete('Dataplane', 'late-1');
    expect(await connectOnce(late)).toBe('');
    expect(await caller.echoes('still here')).toBe(true);
  });
});
