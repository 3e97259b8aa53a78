import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';

import { restoreTransaction, type LeanTransaction } from './crossing.js';
import { openForWriting } from './database.js';
import type { WriterReply, WriterRequest, WriterSettings } from './messages.js';
import { toFailure, Writer } from './writer.js';

/** The writer thread: opens the file, says so, and answers one request after the other until it is closed. */
function runWriter(port: NonNullable<typeof parentPort>, settings: WriterSettings): void {
  const reply = (message: WriterReply): void => {
    port.postMessage(message);
  };
  const attempt = (work: () => void): void => {
    try {
      work();
      reply({ kind: 'done' });
    } catch (cause) {
      reply({ kind: 'failed', failure: toFailure(cause, settings.path) });
    }
  };
  attempt(() => {
    const database = openForWriting(settings.path, settings.busyTimeoutMs);
    const writer = new Writer(database, { changeLog: settings.changeLog, now: Date.now });
    const handle = (request: WriterRequest): WriterRequest | undefined => {
      switch (request.kind) {
        case 'commit': {
          const { transactions, following } = gather(port, request.transactions);
          reply({ kind: 'outcomes', outcomes: writer.commit(transactions.map(restoreTransaction)) });
          return following;
        }
        case 'probe':
          attempt(() => {
            writer.probe();
          });
          return undefined;
        case 'checkpoint':
          attempt(() => {
            writer.checkpoint();
          });
          return undefined;
        case 'close':
          attempt(() => {
            writer.close();
          });
          port.close();
          return undefined;
      }
    };
    port.on('message', (request: WriterRequest) => {
      for (let next: WriterRequest | undefined = request; next !== undefined;) next = handle(next);
    });
  });
}

/** The most transactions that share a commit: bounds how long the last of them waits for the first. */
const largestBatch = 256;

interface Gathered {
  readonly transactions: readonly LeanTransaction[];
  /** What was asked after them, and has been taken off the port. */
  readonly following: WriterRequest | undefined;
}

/** The transactions with those that came while the thread was busy. */
function gather(port: MessagePort, first: readonly LeanTransaction[]): Gathered {
  const transactions = [...first];
  while (transactions.length < largestBatch) {
    const received = receiveMessageOnPort(port) as { readonly message: WriterRequest } | undefined;
    if (received === undefined) break;
    if (received.message.kind !== 'commit') return { transactions, following: received.message };
    transactions.push(...received.message.transactions);
  }
  return { transactions, following: undefined };
}

if (parentPort !== null) runWriter(parentPort, workerData as WriterSettings);
