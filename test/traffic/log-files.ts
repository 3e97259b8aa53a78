import { existsSync, readFileSync } from 'node:fs';

import { expect } from 'vitest';

import { waitFor } from './live-mesh.js';

/** The whole lines of a file that Envoy writes, as soon as there are so many. */
export async function readLines(file: string, count: number): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  await waitFor(() => {
    lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    expect(lines.length).toBeGreaterThanOrEqual(count);
  });
  return lines;
}
