import { describe, expect, it, onTestFinished } from 'vitest';

import { startDiagnostics, type DiagnosticsSources } from './server.js';

async function serve(sources: Partial<DiagnosticsSources> = {}): Promise<string> {
  const server = await startDiagnostics(
    { host: '127.0.0.1', port: 0 },
    {
      checkReady: () => Promise.resolve(),
      renderMetrics: () => Promise.resolve({ contentType: 'text/x', text: 'a 1\n' }),
      ...sources,
    },
  );
  onTestFinished(() => server.close());
  return server.url;
}

const failing = () => Promise.reject(new Error('the disk is full'));

describe('the diagnostics server', () => {
  it.each([
    { path: '/healthy', status: 200, text: '' },
    { path: '/healthy', sources: { checkReady: failing }, status: 200, text: '' },
    { path: '/ready', status: 200, text: '' },
    { path: '/ready?x=1', sources: { checkReady: failing }, status: 503, text: 'not ready: the disk is full\n' },
    {
      path: '/ready',
      sources: { checkReady: () => new Promise<void>(() => undefined) },
      status: 503,
      text: 'not ready: no answer within 1000 ms\n',
    },
    { path: '/metrics', status: 200, text: 'a 1\n' },
    {
      path: '/metrics',
      sources: { renderMetrics: failing },
      status: 500,
      text: 'metrics cannot be collected: the disk is full\n',
    },
    { path: '/', status: 404, text: 'Not Found\n' },
  ])('answers $path with $status', async ({ path, sources, status, text }) => {
    const answer = await fetch(`${await serve(sources)}${path}`);
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });

  it('gives the type of the metrics', async () => {
    const { headers } = await fetch(`${await serve()}/metrics`);
    expect(headers.get('content-type')).toBe('text/x');
  });

  it.each([
    { method: 'HEAD', status: 200 },
    { method: 'POST', status: 405 },
  ])('answers $method with $status', async ({ method, status }) => {
    expect((await fetch(`${await serve()}/ready`, { method })).status).toBe(status);
  });

  it('refuses a port that is taken', async () => {
    const port = Number(new URL(await serve()).port);
    const sources: DiagnosticsSources = { checkReady: failing, renderMetrics: failing };
    await expect(startDiagnostics({ host: '127.0.0.1', port }, sources)).rejects.toThrow(/EADDRINUSE/);
  });
});
