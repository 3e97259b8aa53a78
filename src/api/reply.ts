import type { FastifyReply } from 'fastify';

import type { Problem } from '../model/problem.js';
import { describeProblem } from './problem-body.js';
import { renderJson } from './render.js';

/** A refusal in plain text, as the router gives it. */
export const sendText = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).header('content-type', 'text/plain; charset=utf-8').send(text);

/** A refusal as a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = describeProblem(problem);
  return sendJsonText(reply.code(body.status), renderJson(body));
}

/** A text that already is JSON. The serializer keeps Fastify from adding a charset to the type. */
export const sendJsonText = (reply: FastifyReply, json: string): FastifyReply =>
  reply.header('content-type', 'application/json').serializer(asItIs).send(json);

const asItIs = (text: string): string => text;
