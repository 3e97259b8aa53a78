import { xdsTypes } from '../envoy/type-urls.js';
import { formatProtoDuration } from '../lib/proto-duration.js';
import type { Delivery, TypeDelivery } from './delivery.js';

/** `GET …/dataplanes/{name}/_delivery`: how far a proxy is with its configuration; undefined when it is not connected. */
export function showDelivery(delivery: Delivery | undefined): object {
  if (delivery === undefined) return { connected: false };
  const { connectedAt, protocol, types, failure } = delivery;
  return {
    connected: true,
    connectTime: showTime(connectedAt),
    protocol: protocol === 'sotw' ? 'state-of-the-world' : 'incremental',
    ...(failure === undefined ? {} : { failure: { message: failure.message, time: showTime(failure.at) } }),
    types: Object.fromEntries([...types].map(([section, type]) => [xdsTypes[section], showType(type)])),
  };
}

function showType({ target, sent, acknowledged, rejected }: TypeDelivery): object {
  return {
    target,
    ...(sent === undefined ? {} : { sent: { version: sent.version, time: showTime(sent.at) } }),
    ...(acknowledged === undefined
      ? {}
      : {
          acknowledged: {
            version: acknowledged.version,
            time: showTime(acknowledged.at),
            ...(acknowledged.delay === undefined ? {} : { delay: showDelay(acknowledged.delay) }),
          },
        }),
    ...(rejected === undefined
      ? {}
      : { rejected: { version: rejected.version, time: showTime(rejected.at), message: rejected.message } }),
  };
}

const showTime = (at: number): string => new Date(at).toISOString();

const showDelay = (milliseconds: number): string => formatProtoDuration(BigInt(milliseconds) * 1_000_000n);
