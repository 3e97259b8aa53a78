import { describe, expect, it } from 'vitest';

import { startServer } from './fixture.js';

describe('fields that the kind does not know', () => {
  const body = { type: 'Mesh', name: 'm', mtls: { backend: [] }, rooting: {} };

  it('are left out, and named in warnings', async () => {
    const server = await startServer();
    for (const status of [201, 200]) {
      const response = await server.put('/meshes/m', body);
      expect(response.statusCode).toBe(status);
      expect(response.headers.warning).toEqual([
        '299 skein "mtls.backend: unknown field, did you mean \\"backends\\"?"',
        '299 skein "rooting: unknown field, did you mean \\"routing\\"?"',
      ]);
    }
    expect((await server.put('/meshes/n', { type: 'Mesh', name: 'n' })).headers.warning).toBeUndefined();
  });

  it('are refused where strictness is asked for', async () => {
    const server = await startServer();
    expect((await server.put('/meshes/m?strict=true', body)).json()).toMatchObject({
      status: 400,
      title: 'Could not process a resource',
      invalid_parameters: [
        { field: 'mtls.backend', reason: 'unknown field, did you mean "backends"?' },
        { field: 'rooting', reason: 'unknown field, did you mean "routing"?' },
      ],
    });
    expect((await server.put('/meshes/m?strict=yes', body)).json()).toMatchObject({
      status: 400,
      invalid_parameters: [{ field: 'strict', reason: 'must be true or false' }],
    });
    expect((await server.put('/meshes/m?strict=true', { type: 'Mesh', name: 'm' })).statusCode).toBe(201);
    expect((await server.put('/meshes/m?strict=false', body)).statusCode).toBe(200);
  });
});
