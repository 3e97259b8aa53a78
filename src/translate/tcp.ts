import { namedConfig, type Filter, type Message } from '../envoy/resources.js';
import type { TcpPlan } from '../plan/http-plan.js';
import type { AccessLog } from '../plan/listener-plan.js';
import { translateAccessLog } from './access-log.js';
import { translateSplits } from './splits.js';

/** The filters that carry bytes; none when they have no destination, so that Envoy closes the connection. */
export function translateTcp(tcp: TcpPlan, statPrefix: string, accessLogs: readonly AccessLog[]): Filter[] {
  const destination = translateSplits(tcp.splits);
  if (destination === undefined) return [];
  const proxy: Message<'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'> = {
    statPrefix,
    ...destination,
    ...(accessLogs.length === 0 ? {} : { accessLog: accessLogs.map(translateAccessLog) }),
    ...(tcp.idleTimeout === undefined ? {} : { idleTimeout: tcp.idleTimeout }),
    ...(tcp.subset === undefined ? {} : { metadataMatch: { filterMetadata: { 'envoy.lb': { ...tcp.subset } } } }),
    ...(tcp.maxConnectAttempts === undefined ? {} : { maxConnectAttempts: tcp.maxConnectAttempts }),
  };
  return [
    ...(tcp.kafka === true ? [kafkaFilter(statPrefix)] : []),
    namedConfig('envoy.filters.network.tcp_proxy', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', proxy),
  ];
}

const kafkaFilter = (statPrefix: string): Filter =>
  namedConfig('envoy.filters.network.kafka_broker', 'envoy.extensions.filters.network.kafka_broker.v3.KafkaBroker', {
    statPrefix,
  });
