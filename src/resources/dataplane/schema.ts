import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';

const tags = (description: string) => proto.map(proto.string(), { description });

const inbound = proto.message(
  {
    port: proto.uint32({ description: 'Port on which the proxy listens for the mesh.' }),
    servicePort: proto.uint32({ description: 'Port of the workload; absent = `port`.' }),
    serviceAddress: proto.string({ description: 'IP address of the workload; absent = that of the listener.' }),
    address: proto.string({ description: 'IP address on which the proxy listens; absent = `networking.address`.' }),
    tags: tags('Tags of the inbound; `kuma.io/service` names the service, `kuma.io/protocol` what it speaks.'),
    health: proto.message(
      { ready: proto.bool({ description: 'The workload can take connections.' }) },
      { description: 'Whether the workload can take connections; set from health checks.' },
    ),
    serviceProbe: proto.message(
      {
        interval: proto.duration({ description: 'Time between two probes.' }),
        timeout: proto.duration({ description: 'How long a probe may take.' }),
        unhealthyThreshold: proto.uint32Value({
          alt: 'unhealthy_threshold',
          description: 'Failures in a row that make the workload not ready.',
        }),
        healthyThreshold: proto.uint32Value({
          alt: 'healthy_threshold',
          description: 'Successes in a row that make the workload ready.',
        }),
        tcp: proto.message({}, { description: 'A TCP connection is the probe.' }),
      },
      { description: 'How the proxy finds out whether the workload is ready.' },
    ),
    state: proto.enum(['Ready', 'NotReady', 'Ignored'], { description: 'Whether the inbound takes part in the mesh.' }),
  },
  { description: 'A port that the workload offers to the mesh.' },
);

const outbound = proto.message(
  {
    address: proto.string({ description: 'Local IP address; absent = 127.0.0.1.' }),
    port: proto.uint32({ description: 'Local port at which the workload reaches the service.' }),
    tags: tags('`kuma.io/service` names the service.'),
  },
  { description: 'A service that the workload consumes.' },
);

/** The spec of a Dataplane: the one truth of its shape. */
export const dataplaneSchema = proto.message(
  {
    networking: proto.message(
      {
        address: proto.string({ description: 'IP address or DNS name of the proxy in the mesh.' }),
        advertisedAddress: proto.string({
          description: 'Address under which other proxies reach this one, if another.',
        }),
        gateway: proto.message(
          {
            tags: tags('Tags of the gateway; `kuma.io/service` is required.'),
            type: proto.enum(['DELEGATED', 'BUILTIN'], {
              description: 'DELEGATED: another gateway stands beside the proxy. BUILTIN: the proxy is the gateway.',
            }),
          },
          { description: 'Makes the proxy a gateway.' },
        ),
        inbound: proto.repeated(inbound, { description: 'What the workload offers.' }),
        outbound: proto.repeated(outbound, { description: 'What the workload consumes.' }),
        transparentProxying: proto.message(
          {
            redirectPortInbound: proto.uint32({
              alt: 'redirect_port_inbound',
              description: 'Port of the proxy for connections that come in.',
            }),
            redirectPortOutbound: proto.uint32({
              alt: 'redirect_port_outbound',
              description: 'Port of the proxy for connections that go out.',
            }),
            directAccessServices: proto.repeated(proto.string(), {
              alt: 'direct_access_services',
              description: 'Services whose instances are reached one by one; `*` stands for all.',
            }),
            redirectPortInboundV6: proto.uint32({
              alt: 'redirect_port_inbound_v6',
              description: 'The same for IPv6 connections that come in.',
            }),
            reachableServices: proto.repeated(proto.string(), {
              alt: 'reachable_services',
              description: 'Services that the workload can reach; empty = all.',
            }),
          },
          { alt: 'transparent_proxying', description: 'Ports to which the host redirects connections.' },
        ),
        admin: proto.message(
          { port: proto.uint32({ description: "Port of Envoy's admin API." }) },
          { description: "Envoy's admin API." },
        ),
      },
      { description: 'Addresses, ports and services.' },
    ),
    metrics: proto.message(
      {
        name: proto.string({ description: 'Name of a backend of the mesh.' }),
        type: proto.string({ description: '`prometheus`.' }),
        conf: proto.struct({ description: 'Overrides the conf of the mesh.' }),
      },
      { description: 'How the proxy shows its metrics.' },
    ),
    probes: proto.message(
      {
        port: proto.uint32({ description: 'Port on which the proxy takes the checks.' }),
        endpoints: proto.repeated(
          proto.message(
            {
              inboundPort: proto.uint32({ alt: 'inbound_port', description: 'Port of the workload.' }),
              inboundPath: proto.string({ alt: 'inbound_path', description: 'Path at the workload.' }),
              path: proto.string({ description: 'Path at the proxy.' }),
            },
            { description: 'A path that leads to a check of the workload.' },
          ),
          { description: 'The checks.' },
        ),
      },
      { description: 'Health checks of the platform that pass through the proxy.' },
    ),
  },
  { description: 'A proxy and the workload beside it.' },
);

/** A Dataplane's spec as it is stored; everything may be absent. */
export type DataplaneDocument = Static<typeof dataplaneSchema>;
