import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that connections are given by themselves (Linux), so that none takes one that was found free. */
const firstPort = 10_000;
const lastPort = 31_999;
let nextPort = firstPort + ((process.pid * 97) % (lastPort - firstPort));

/** A TCP port of an address that nobody listens on; another one each time. */
export async function findFreePort(host: string): Promise<number> {
  for (;;) {
    const port = nextPort;
    nextPort = port === lastPort ? firstPort : port + 1;
    if (await isFree(host, port)) return port;
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    await once(server.close(), 'close');
    return true;
  } catch {
    return false;
  }
}

let addresses = 0;

/** A loopback address of its own, so that every proxy can have the ports it likes. */
export function nextAddress(): string {
  addresses++;
  return `127.${1 + (process.pid % 250)}.${Math.floor(process.pid / 250) % 250}.${addresses}`;
}
