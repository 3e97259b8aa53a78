import { createHash } from 'node:crypto';

import type { MessageJson } from './message-json.js';
import { readResourceJson } from './read-resource-yaml.js';

/** Judging a listener takes a millisecond, and proxies of one mesh have much in common. */
const verdicts = new Map<string, string | undefined>();
const maxVerdicts = 20_000;

/**
 * The first reason for which Envoy would refuse a resource, as far as the shapes and the rules of its messages tell, those
 * of packed messages included; undefined when there is none. The same resource is judged once.
 */
export function findBrokenPart(typeUrl: string, resource: MessageJson): string | undefined {
  const key = createHash('sha256').update(typeUrl).update(JSON.stringify(resource)).digest('base64');
  if (verdicts.has(key)) return verdicts.get(key);
  if (verdicts.size >= maxVerdicts) verdicts.clear();
  const verdict = judge(typeUrl, resource);
  verdicts.set(key, verdict);
  return verdict;
}

function judge(typeUrl: string, resource: MessageJson): string | undefined {
  const read = readResourceJson(typeUrl, resource, 'whole');
  return read.ok ? findBrokenPacked(read.value) : read.error;
}

function findBrokenPacked(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const each of Object.values(value) as readonly unknown[]) {
    const broken = findBrokenPacked(each);
    if (broken !== undefined) return broken;
  }
  const { '@type': type, ...message } = value as MessageJson;
  if (typeof type !== 'string') return undefined;
  const read = readResourceJson(type, message, 'whole');
  return read.ok ? undefined : read.error;
}
