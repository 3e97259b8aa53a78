import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { connectOnce, keepConnecting, type Target } from './callers.js';
import { isWithoutEnvoy, LiveMesh, waitFor, type Proxy } from './live-mesh.js';
import { startEcho } from './workloads.js';

interface TypeDelivery {
  readonly target: string;
  readonly sent?: { readonly version: string };
  readonly acknowledged?: { readonly version: string };
  readonly rejected?: { readonly version: string; readonly message: string };
}

interface Overview {
  readonly dataplaneInsight: { readonly subscriptions?: readonly { readonly disconnectTime?: string }[] };
}

const endpointType = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment';
const listenerType = 'type.googleapis.com/envoy.config.listener.v3.Listener';

describe.skipIf(isWithoutEnvoy)('a proxy', () => {
  let mesh: LiveMesh;
  let backend: Proxy;
  let client: Target;

  vi.setConfig({ testTimeout: 60_000 });

  beforeAll(async () => {
    mesh = new LiveMesh({ SKEIN_XDS_SERVER_DATAPLANE_STATUS_FLUSH_INTERVAL: '100ms' });
    await mesh.start();
    const workload = await mesh.use(startEcho('backend'));
    backend = await mesh.addProxy('backend', { inbounds: [{ service: 'backend', workload }] });
    client = (await mesh.addProxy('client', { outbounds: ['backend'] })).outbound('backend');
    await mesh.settle();
  }, 60_000);
  afterAll(() => mesh.close(), 20_000);

  const listenersOf = async (name: string): Promise<TypeDelivery | undefined> => {
    const path = `/meshes/default/dataplanes/${name}/_delivery`;
    const { types } = (await mesh.request('GET', path)) as { types?: Readonly<Record<string, TypeDelivery>> };
    return types?.[listenerType];
  };

  const isOnline = async (name: string): Promise<boolean> => {
    const overview = (await mesh.request('GET', `/meshes/default/dataplanes/${name}/_overview`)) as Overview;
    return overview.dataplaneInsight.subscriptions?.some((each) => each.disconnectTime === undefined) === true;
  };

  const readMetric = async (line: RegExp): Promise<number> => Number(line.exec(await mesh.skein.metrics())?.[1]);
  const countRefusals = (): Promise<number> => readMetric(/^xds_nacks_total\{.*\} (\d+)$/m);
  const countListeners = (): Promise<number> =>
    readMetric(/^xds_responses_sent\{type_url="[^"]*listener\.v3\.Listener".*\} (\d+)$/m);

  /** A listener more for one service's proxies, at an address. */
  const putListener = (address: string, port: number): Promise<unknown> =>
    mesh.request('PUT', '/meshes/default/meshproxypatches/more', {
      type: 'MeshProxyPatch',
      mesh: 'default',
      name: 'more',
      spec: {
        targetRef: { kind: 'MeshService', name: 'backend' },
        default: {
          appendModifications: [
            {
              listener: {
                operation: 'Add',
                value: [
                  'name: more',
                  `address: { socketAddress: { address: ${address}, portValue: ${port} } }`,
                  'filterChains:',
                  '- filters:',
                  '  - name: envoy.filters.network.tcp_proxy',
                  '    typedConfig:',
                  "      '@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                  '      statPrefix: more',
                  '      cluster: kuma:envoy:admin',
                ].join('\n'),
              },
            },
          ],
        },
      },
    });

  it('that refuses what a policy makes of it keeps on, is not asked again, and hurts no other', async () => {
    const before = await countRefusals();
    const meanwhile = keepConnecting(client);
    // nobody but Envoy knows that this host has no such address
    await putListener('192.0.2.1', 8_080);
    await waitFor(async () => {
      expect((await listenersOf('backend'))?.rejected?.message).toMatch(/192\.0\.2\.1:8080/);
    });
    expect(await countRefusals()).toBe(before + 1);
    const sent = await countListeners();
    // a change for the other one goes its way, and leads to no second refusal
    await mesh.request('PUT', '/meshes/default/meshtimeouts/idle', {
      type: 'MeshTimeout',
      mesh: 'default',
      name: 'idle',
      spec: {
        targetRef: { kind: 'MeshService', name: 'client' },
        to: [{ targetRef: { kind: 'Mesh' }, default: { idleTimeout: '1000s' } }],
      },
    });
    await waitFor(async () => {
      expect(await countListeners()).toBe(sent + 1);
      const ofClient = await listenersOf('client');
      expect(ofClient?.acknowledged?.version).toBe(ofClient?.target);
    });
    expect((await listenersOf('client'))?.rejected).toBeUndefined();
    expect(await countRefusals()).toBe(before + 1);
    expect(await meanwhile.stop()).toMatchObject({ lost: 0 });
    await putListener(backend.address, 8_080);
    await waitFor(async () => {
      const ofBackend = await listenersOf('backend');
      expect(ofBackend?.acknowledged?.version).toBe(ofBackend?.target);
    });
    expect(await countRefusals()).toBe(before + 1);
    expect(await backend.envoy.stat('listener_manager.lds.update_rejected')).toBe(1);
  });

  it('that is killed is offline at once; its Dataplane, and so its endpoint, stays for users to delete', async () => {
    expect(await connectOnce(client)).toBe('backend');
    mesh.forget(backend);
    await backend.envoy.close();
    await waitFor(async () => {
      expect(await Promise.all(['backend', 'client'].map(isOnline))).toEqual([false, true]);
    });
    expect(await connectOnce(client)).toBe('');
    const { xds } = (await mesh.request('GET', '/meshes/default/dataplanes/client/_config')) as {
      readonly xds: Readonly<Record<string, object>>;
    };
    expect(JSON.stringify(xds[endpointType])).toContain(`"${backend.address}"`);
  });
});
