import type { Static } from 'typebox';

import { proto } from './proto.js';

const counters = (description: string) =>
  proto.message(
    {
      responsesSent: proto.uint64({ description: 'Responses that were sent.' }),
      responsesAcknowledged: proto.uint64({ description: 'Responses that were taken.' }),
      responsesRejected: proto.uint64({ description: 'Responses that were refused.' }),
    },
    { description },
  );

const subscription = proto.message(
  {
    id: proto.string({ description: 'Id of the stream.' }),
    controlPlaneInstanceId: proto.string({ description: 'The instance of the control plane that served it.' }),
    connectTime: proto.timestamp({ description: 'When the proxy connected.' }),
    disconnectTime: proto.timestamp({ description: 'When it disconnected; absent = it is connected.' }),
    status: proto.message(
      {
        lastUpdateTime: proto.timestamp({ description: 'When something was last sent or answered.' }),
        total: counters('All types together.'),
        cds: counters('Clusters.'),
        eds: counters('Endpoints.'),
        lds: counters('Listeners.'),
        rds: counters('Routes.'),
      },
      { description: 'What was delivered on the stream.' },
    ),
    version: proto.message(
      {
        kumaDp: proto.message(
          {
            version: proto.string({ description: 'Version of the data plane.' }),
            gitTag: proto.string({ description: 'Its tag.' }),
            gitCommit: proto.string({ description: 'Its commit.' }),
            buildDate: proto.string({ description: 'When it was built.' }),
            kumaCpCompatible: proto.bool({ description: 'This control plane works with it.' }),
          },
          { description: 'The process that started Envoy.' },
        ),
        envoy: proto.message(
          {
            version: proto.string({ description: 'Version of Envoy.' }),
            build: proto.string({ description: 'Its build.' }),
            kumaDpCompatible: proto.bool({ description: 'The data plane works with it.' }),
          },
          { description: 'Envoy itself.' },
        ),
        dependencies: proto.map(proto.string(), { description: 'Versions of what runs beside Envoy.' }),
      },
      { description: 'What the proxy runs.' },
    ),
    generation: proto.uint32({ description: 'Grows while the stream lives.' }),
  },
  { description: 'A stream of configuration to the proxy.' },
);

/** Streams of a proxy, oldest first; of an earlier one the end is known as soon as there is a later one. */
export const subscriptionsSchema = proto.repeated(subscription, { description: 'Streams, the newest last.' });

/** The spec of a DataplaneInsight: the one truth of its shape. */
export const dataplaneInsightSchema = proto.message(
  {
    subscriptions: subscriptionsSchema,
    mTLS: proto.message(
      {
        certificateExpirationTime: proto.timestamp({ description: 'When the certificate of the proxy ends.' }),
        lastCertificateRegeneration: proto.timestamp({ description: 'When it was made.' }),
        certificateRegenerations: proto.uint32({ description: 'How often one was made.' }),
        issuedBackend: proto.string({ description: 'The backend of the mesh that made it.' }),
        supportedBackends: proto.repeated(proto.string(), { description: 'Backends that the proxy trusts.' }),
      },
      { description: 'The identity of the proxy; absent without mTLS.' },
    ),
  },
  { description: 'What is known of the proxy of a Dataplane.' },
);

/** A DataplaneInsight's spec as the server stores it. */
export type DataplaneInsight = Static<typeof dataplaneInsightSchema>;

/** The part of any proxy's insight that says where it is connected. */
export type ProxyInsight = Pick<DataplaneInsight, 'subscriptions'>;

/** The part of any insight that says whether its subject is connected. */
export interface WithSubscriptions {
  readonly subscriptions?: readonly { readonly connectTime?: string; readonly disconnectTime?: string }[];
}

/** True when one of the streams has begun and not ended. */
export const isOnline = (insight: WithSubscriptions | undefined): boolean =>
  (insight?.subscriptions ?? []).some(
    ({ connectTime, disconnectTime }) => connectTime !== undefined && disconnectTime === undefined,
  );
