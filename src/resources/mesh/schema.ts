import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';

const backendConf = (description: string) => proto.struct({ description });

const certificateAuthority = proto.message(
  {
    name: proto.string({ description: 'Name of the backend, unique in the mesh.' }),
    type: proto.string({ description: '`builtin` or `provided`.' }),
    dpCert: proto.message(
      {
        rotation: proto.message(
          {
            expiration: proto.string({
              description:
                'How long a certificate holds: a whole number and one of `y`, `w`, `d`, `h`, `m`, `s`, `ms`.',
            }),
          },
          { description: 'When certificates are issued anew.' },
        ),
        requestTimeout: proto.duration({ description: 'How long issuing a certificate may take.' }),
      },
      { description: 'Certificates of data plane proxies.' },
    ),
    conf: backendConf(
      'builtin: `caCert.RSAbits`, `caCert.expiration`. provided: `cert` and `key`, each with one of `secret`, `file`, `inline`, `inlineString`.',
    ),
    mode: proto.enum(['STRICT', 'PERMISSIVE'], { description: 'PERMISSIVE: inbounds take plain connections too.' }),
    rootChain: proto.message(
      { requestTimeout: proto.duration({ description: 'How long fetching the certificate of the CA may take.' }) },
      { description: 'The certificate of the CA.' },
    ),
  },
  { description: 'A certificate authority.' },
);

const tracingBackend = proto.message(
  {
    name: proto.string({ description: 'Name of the backend, unique in the mesh.' }),
    sampling: proto.doubleValue({ description: 'Percentage of requests that are traced.' }),
    type: proto.string({ description: '`zipkin` or `datadog`.' }),
    conf: backendConf(
      'zipkin: `url`, `traceId128bit`, `apiVersion`, `sharedSpanContext`. datadog: `address`, `port`, `splitService`.',
    ),
  },
  { description: 'Where traces go.' },
);

const loggingBackend = proto.message(
  {
    name: proto.string({ description: 'Name of the backend, unique in the mesh.' }),
    format: proto.string({
      description: 'Format of a line of the log, with the command operators of Envoy and `%KUMA_*%`.',
    }),
    type: proto.string({ description: '`tcp` or `file`.' }),
    conf: backendConf('tcp: `address` (HOST:PORT). file: `path`.'),
  },
  { description: 'Where access logs go.' },
);

const metricsBackend = proto.message(
  {
    name: proto.string({ description: 'Name of the backend, unique in the mesh.' }),
    type: proto.string({ description: '`prometheus`.' }),
    conf: backendConf(
      '`port`, `path`, `tags`, `skipMTLS`, `aggregate`, `envoy`, `tls`; what is left out is filled in on writing.',
    ),
  },
  { description: 'How proxies offer metrics.' },
);

const tagSets = (description: string) =>
  proto.repeated(
    proto.message({ tags: proto.map(proto.string(), { description: 'Tags and their values; `*` stands for any.' }) }),
    { description },
  );

/** The spec of a Mesh: the one truth of its shape. */
export const meshSchema = proto.message(
  {
    mtls: proto.message(
      {
        enabledBackend: proto.string({ description: 'Name of the backend that is used; empty turns mTLS off.' }),
        backends: proto.repeated(certificateAuthority, { description: 'The certificate authorities; at most one.' }),
        skipValidation: proto.bool({ description: 'The conf of backends is not checked.' }),
      },
      { description: 'Mutual TLS between proxies.' },
    ),
    tracing: proto.message(
      {
        defaultBackend: proto.string({ description: 'Name of the backend that is used where none is named.' }),
        backends: proto.repeated(tracingBackend, { description: 'The backends.' }),
      },
      { description: 'Backends of TrafficTrace.' },
    ),
    logging: proto.message(
      {
        defaultBackend: proto.string({ description: 'Name of the backend that is used where none is named.' }),
        backends: proto.repeated(loggingBackend, { description: 'The backends.' }),
      },
      { description: 'Backends of TrafficLog.' },
    ),
    metrics: proto.message(
      {
        enabledBackend: proto.string({ description: 'Name of the backend that is used; empty turns metrics off.' }),
        backends: proto.repeated(metricsBackend, { description: 'The backends.' }),
      },
      { description: 'Metrics of proxies and workloads.' },
    ),
    networking: proto.message(
      {
        outbound: proto.message(
          {
            passthrough: proto.boolValue({
              description: 'Whether workloads reach what is not in the mesh; absent = true.',
            }),
          },
          { description: 'Outgoing connections.' },
        ),
      },
      { description: 'Connections of workloads.' },
    ),
    routing: proto.message(
      {
        localityAwareLoadBalancing: proto.bool({ description: 'Endpoints of the own zone come first.' }),
        zoneEgress: proto.bool({
          description: 'External services and other zones are reached through the zone egress.',
        }),
      },
      { description: 'How connections find their way.' },
    ),
    constraints: proto.message(
      {
        dataplaneProxy: proto.message(
          {
            requirements: tagSets('Dataplanes must have the tags of one of these sets.'),
            restrictions: tagSets('Dataplanes must not have the tags of any of these sets.'),
          },
          { description: 'Which Dataplanes may join the mesh.' },
        ),
      },
      { description: 'Who may join the mesh.' },
    ),
    skipCreatingInitialPolicies: proto.repeated(proto.string(), {
      description: 'Types of policies that are not made together with the mesh; `*` stands for all.',
    }),
  },
  { description: 'A group of Dataplanes and what is common to them.' },
);

/** A Mesh's spec as it is stored; everything may be absent. */
export type MeshDocument = Static<typeof meshSchema>;
