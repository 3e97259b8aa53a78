import { expect, it } from 'vitest';

import { BadFrame, frameMessage, maxMessageLength, MessageReader } from './frames.js';

const texts = (messages: readonly Buffer[]) => messages.map((message) => message.toString());
const frames = Buffer.concat([
  frameMessage([Buffer.from('ab'), Buffer.from('c')]),
  frameMessage([]),
  frameMessage([Buffer.from('d')]),
]);

it.each([1, 2, 5, 7, frames.length])('puts messages together from chunks of %i bytes', (size) => {
  const reader = new MessageReader();
  const read: string[] = [];
  for (let at = 0; at < frames.length; at += size) read.push(...texts(reader.read(frames.subarray(at, at + size))));
  expect(read).toEqual(['abc', '', 'd']);
});

it.each([
  { name: 'a compressed message', bytes: [1, 0, 0, 0, 0] },
  {
    name: 'a message that is too long',
    bytes: [0, ...Buffer.from((maxMessageLength + 1).toString(16).padStart(8, '0'), 'hex')],
  },
])('refuses $name before it has arrived', ({ bytes }) => {
  expect(() => new MessageReader().read(Buffer.from(bytes))).toThrow(BadFrame);
});
