// Asks a URL again and again, apart from the thread that floods; on a message, tells how the answers were since the last.
// Where the system tells how long the thread of the server was on a processor meanwhile, that counts when it is less than
// the time that passed: how busy other programs keep the machine says nothing of the server.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { url, pid } = workerData;
let slowest = 0;
let failures = 0;
let asked = 0;

const workedFor = () => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
};

const ask = () =>
  new Promise((resolve) => {
    const [begun, before] = [performance.now(), workedFor()];
    const end = (isGood) => {
      slowest = Math.max(slowest, Math.min(performance.now() - begun, workedFor() - before));
      asked += 1;
      if (!isGood) failures += 1;
      resolve();
    };
    get(url, { agent: false }, (response) => {
      response.resume().on('end', () => end(response.statusCode === 200));
    }).on('error', () => end(false));
  });

parentPort.on('message', () => {
  parentPort.postMessage({ slowest: Math.round(slowest), failures, asked });
  slowest = failures = asked = 0;
});

for (;;) {
  await ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
