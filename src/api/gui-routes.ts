import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.js';
import { namesTag } from './conditions.js';
import { describeForGui, fillIndex, securityPolicy, trimSlash } from './gui-index.js';
import { pathOf } from './request.js';

/** Names that change with the content, as bundlers make them: `assets/index-0a1b2c3d.js`. */
const hashedName = /-[0-9a-f]{8,}\.\w+$/;

/**
 * Serves a bundle of Kuma's GUI, if there is one: its files, and for every other path its `index.html`, whose pages go
 * by the path. Like Kuma without authentication: what the pages ask the API for is judged there. To be called after all
 * other routes. Rejects when the folder has no `index.html`, and when the path is one of the API.
 */
export async function registerGuiRoutes(app: FastifyInstance, { settings, about }: ApiContext): Promise<void> {
  const { gui } = settings;
  if (!gui.enabled || gui.path === '') return;
  const root = resolve(gui.path);
  const prefix = trimSlash(gui.basePath);
  refuseTakenPath(app, prefix);
  const config = describeForGui(settings, about);
  const answerIndex = makeIndex(fillIndex(await readIndex(root), config), securityPolicy(config.apiUrl));
  await app.register(
    async (bundle) => {
      bundle.addHook('onRoute', (route) => {
        route.config = { ...route.config, isPage: true, isOpen: true };
      });
      bundle.setNotFoundHandler(answerIndex);
      bundle.route({
        method: ['GET', 'HEAD'],
        url: '/',
        schema: { hide: true },
        handler: (request, reply) =>
          pathOf(request) === prefix ? reply.redirect(`${prefix}/`, 307) : answerIndex(request, reply),
      });
      // the file as it is in the folder is a template
      bundle.route({
        method: ['GET', 'HEAD'],
        url: '/index.html',
        schema: { hide: true },
        handler: (_request, reply) => reply.redirect('./', 301),
      });
      await bundle.register(fastifyStatic, {
        root,
        index: false,
        dotfiles: 'ignore',
        cacheControl: false,
        acceptRanges: false,
        // a folder
        allowedPath: (path) => !path.endsWith('/'),
        setHeaders: (response, path) => {
          response.setHeader(
            'cache-control',
            hashedName.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
          );
          response.setHeader('x-content-type-options', 'nosniff');
        },
      });
    },
    { prefix },
  );
}

function refuseTakenPath({ routeTable }: FastifyInstance, prefix: string): void {
  const first = firstSegment(prefix);
  const isTaken = routeTable.list().some((route) => firstSegment(route.slice(route.indexOf('/'))) === first);
  if (isTaken) throw new Error(`apiServer.gui.basePath: the API has paths that begin with /${first}`);
}

const firstSegment = (path: string): string | undefined => path.split('/')[1];

async function readIndex(root: string): Promise<string> {
  try {
    return await readFile(join(root, 'index.html'), 'utf8');
  } catch (cause) {
    throw new Error(`apiServer.gui.path: ${root} is no folder with an index.html`, { cause });
  }
}

/** Answers with the page; not again when the client has it. */
function makeIndex(page: string, policy: string): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const tag = `"${createHash('sha256').update(page).digest('base64url')}"`;
  return (request, reply) => {
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      etag: tag,
    });
    const known = request.headers['if-none-match'];
    return known !== undefined && namesTag(known, tag, 'weak') ? reply.code(304).send() : reply.code(200).send(page);
  };
}
