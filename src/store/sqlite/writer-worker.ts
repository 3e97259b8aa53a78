import { parentPort, workerData } from 'node:worker_threads';

import { restoreTransaction } from './crossing.js';
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
    port.on('message', (request: WriterRequest) => {
      switch (request.kind) {
        case 'commit':
          reply({ kind: 'outcomes', outcomes: writer.commit(request.transactions.map(restoreTransaction)) });
          return;
        case 'probe':
          attempt(() => {
            writer.probe();
          });
          return;
        case 'checkpoint':
          attempt(() => {
            writer.checkpoint();
          });
          return;
        case 'close':
          attempt(() => {
            writer.close();
          });
          port.close();
          return;
      }
    });
  });
}

if (parentPort !== null) runWriter(parentPort, workerData as WriterSettings);
