// A proxy that is no more than a stream of ADS (state of the world) on a connection of its own: asks for clusters, their
// endpoints and listeners, takes all that it is told, and counts it. It knows of protobuf only what it needs, so that a
// thousand of them are little work.
import { connect, constants } from 'node:http2';

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
const prefix = 'type.googleapis.com/envoy.config.';

export const clusters = `${prefix}cluster.v3.Cluster`;
export const endpoints = `${prefix}endpoint.v3.ClusterLoadAssignment`;
export const listeners = `${prefix}listener.v3.Listener`;

export class AdsProxy {
  /** By type URL: of the newest response the version, the names of the resources, and all of it; and how many there were. */
  types = new Map();
  /** How the stream ended: status and message of gRPC, if there were any, and whether the connection said goodbye. */
  ended;
  #session;
  #stream;
  #pending = Buffer.alloc(0);
  #waiting = [];

  /** Connects; `versions` are those of an earlier stream, as `versions()` gives them. */
  constructor({ port, mesh, name, versions = new Map(), token }) {
    this.#session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    this.#session.on('error', () => undefined);
    this.#stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(token === undefined ? {} : { authorization: token }),
    });
    const end = { goaway: false };
    this.#session.on('goaway', (code) => (end.goaway = code === constants.NGHTTP2_NO_ERROR));
    const read = (headers) => {
      if (headers['grpc-status'] === undefined) return;
      end.status = Number(headers['grpc-status']);
      end.message = decodeURIComponent(headers['grpc-message'] ?? '');
    };
    this.#stream.on('response', read);
    this.#stream.on('trailers', read);
    this.#stream.on('error', () => undefined);
    this.#stream.on('data', (chunk) => this.#read(chunk));
    this.ended = new Promise((resolve) => {
      this.#stream.on('close', () => {
        this.#session.close();
        resolve(end);
      });
    });
    const node = field(2, field(1, `${mesh}.${name}`));
    const names = versions.get(clusters)?.names ?? [];
    this.#ask(clusters, { node, version: versions.get(clusters)?.version });
    if (names.length > 0) this.#ask(endpoints, { names, version: versions.get(endpoints)?.version });
    this.#ask(listeners, { version: versions.get(listeners)?.version });
  }

  /** How many responses of a type there were. */
  count(typeUrl) {
    return this.types.get(typeUrl)?.count ?? 0;
  }

  /** Of each type that was told. */
  versions() {
    return new Map([...this.types].map(([typeUrl, { version, names }]) => [typeUrl, { version, names }]));
  }

  /** Resolves when this holds; it is looked at with every response. */
  async until(holds) {
    while (!holds(this)) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  close() {
    this.#session.destroy();
  }

  #ask(typeUrl, { node = Buffer.alloc(0), version = '', names = [], nonce = '' } = {}) {
    if (this.#stream.destroyed || this.#stream.closed) return;
    const message = Buffer.concat([
      field(1, version),
      node,
      ...names.map((name) => field(3, name)),
      field(4, typeUrl),
      field(5, nonce),
    ]);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    this.#stream.write(Buffer.concat([head, message]));
  }

  #read(chunk) {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 5) {
      const end = 5 + this.#pending.readUInt32BE(1);
      if (this.#pending.length < end) return;
      this.#take(this.#pending.subarray(5, end));
      this.#pending = this.#pending.subarray(end);
    }
  }

  #take(message) {
    const fields = readFields(message);
    const [version, typeUrl, nonce] = [1, 4, 5].map((number) => fields.get(number)?.[0]?.toString() ?? '');
    const names = (fields.get(2) ?? []).map((any) => readFields(readFields(any).get(2)[0]).get(1)[0].toString());
    const count = this.count(typeUrl) + 1;
    this.types.set(typeUrl, { version, names, count, message });
    this.#ask(typeUrl, { version, nonce, names: typeUrl === endpoints ? names : [] });
    // Envoy asks for the endpoints of the clusters it knows
    if (typeUrl === clusters) this.#ask(endpoints, { names, version: this.types.get(endpoints)?.version });
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function field(number, value) {
  const bytes = Buffer.from(value);
  return bytes.length === 0 ? bytes : Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** The fields of a message that have a length, by number; the others are passed over. */
function readFields(message) {
  const fields = new Map();
  let at = 0;
  const readVarint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    if (tag % 8 === 0) readVarint();
    else if (tag % 8 === 1) at += 8;
    else if (tag % 8 === 5) at += 4;
    else {
      const length = readVarint();
      const number = Math.floor(tag / 8);
      fields.set(number, [...(fields.get(number) ?? []), message.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}
