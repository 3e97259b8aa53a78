/** Bytes before every message of gRPC: whether it is compressed, and its length. */
const prefixLength = 5;

/** Largest message that is taken from a client, in bytes. */
export const maxMessageLength = 4 << 20;

/** A message with its prefix, uncompressed, from parts that are copied once. */
export function frameMessage(parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const frame = Buffer.allocUnsafe(prefixLength + length);
  frame[0] = 0;
  frame.writeUInt32BE(length, 1);
  let at = prefixLength;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/** What a client sends that is no stream of messages. */
export class BadFrame extends Error {}

const nothing = Buffer.alloc(0);

/** Puts the messages of one client together again from the chunks in which they arrive. */
export class MessageReader {
  #pending: Buffer = nothing;

  /** The messages that are complete with this chunk. Throws BadFrame for one that is compressed or too long. */
  read(chunk: Buffer): readonly Buffer[] {
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    while (rest.length >= prefixLength) {
      if (rest[0] !== 0) throw new BadFrame('compressed messages are not supported');
      const length = rest.readUInt32BE(1);
      if (length > maxMessageLength) throw new BadFrame(`a message is longer than ${maxMessageLength} bytes`);
      if (rest.length < prefixLength + length) break;
      messages.push(rest.subarray(prefixLength, prefixLength + length));
      rest = rest.subarray(prefixLength + length);
    }
    // a copy, so that a few bytes do not hold on to the whole chunk
    this.#pending = rest.length === 0 ? nothing : Buffer.from(rest);
    return messages;
  }
}
