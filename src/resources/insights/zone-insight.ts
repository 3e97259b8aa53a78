import { proto } from '../../model/proto.js';
import { defineInsight } from './insight-kind.js';

const counters = {
  responsesSent: proto.uint64({ description: 'Responses that were sent.' }),
  responsesAcknowledged: proto.uint64({ description: 'Responses that were taken.' }),
  responsesRejected: proto.uint64({ description: 'Responses that were refused.' }),
};

const subscription = proto.message(
  {
    id: proto.string({ description: 'Id of the stream.' }),
    globalInstanceId: proto.string({ description: 'The instance of the global control plane that served it.' }),
    connectTime: proto.timestamp({ description: 'When the zone connected.' }),
    disconnectTime: proto.timestamp({ description: 'When it disconnected; absent = it is connected.' }),
    status: proto.message(
      {
        lastUpdateTime: proto.timestamp({ description: 'When something was last sent or answered.' }),
        total: proto.message(counters, { description: 'All types together.' }),
        stat: proto.map(proto.message(counters), { description: 'By type of resource.' }),
      },
      { description: 'What was delivered on the stream.' },
    ),
    version: proto.message(
      {
        kumaCp: proto.message(
          {
            version: proto.string({ description: 'Version of the control plane.' }),
            gitTag: proto.string({ description: 'Its tag.' }),
            gitCommit: proto.string({ description: 'Its commit.' }),
            buildDate: proto.string({ description: 'When it was built.' }),
            kumaCpGlobalCompatible: proto.bool({ description: 'The global control plane works with it.' }),
          },
          { description: 'The control plane of the zone.' },
        ),
      },
      { description: 'What the zone runs.' },
    ),
    generation: proto.uint32({ description: 'Grows while the stream lives.' }),
    config: proto.string({ description: 'Settings of the zone, as JSON.' }),
    authTokenProvided: proto.bool({ description: 'The zone showed a token.' }),
  },
  { description: 'A stream of resources to the control plane of the zone.' },
);

const instance = (description: string) => proto.string({ description });

/** What is known of the control plane of a Zone. */
export const zoneInsight = defineInsight({
  type: 'ZoneInsight',
  path: 'zone-insights',
  scope: 'global',
  displayName: 'Zone Insight',
  schema: proto.message(
    {
      subscriptions: proto.repeated(subscription, { description: 'Streams, the newest last.' }),
      envoyAdminStreams: proto.message(
        {
          configDumpGlobalInstanceId: instance('For configurations.'),
          statsGlobalInstanceId: instance('For statistics.'),
          clustersGlobalInstanceId: instance('For clusters.'),
        },
        { description: "Instances that hold the streams to Envoy's admin APIs." },
      ),
      healthCheck: proto.message(
        { time: proto.timestamp({ description: 'When the zone last said that it is well.' }) },
        { description: 'Health of the zone.' },
      ),
    },
    { description: 'What is known of the control plane of a Zone.' },
  ),
  example: {
    name: 'east',
    subscriptions: [
      {
        id: '466aa63b-70e8-4435-8bee-a7146e2cdf11',
        globalInstanceId: 'cp-1-a1b2',
        connectTime: '2026-11-24T20:05:53.662892362Z',
        status: { lastUpdateTime: '2026-11-24T20:05:54.893306654Z', total: { responsesSent: '1' } },
        version: { kumaCp: { version: '2.5.11', kumaCpGlobalCompatible: true } },
      },
    ],
  },
});
