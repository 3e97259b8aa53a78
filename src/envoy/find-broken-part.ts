import type { MessageJson } from './message-json.js';
import { readResourceJson } from './read-resource-yaml.js';

/**
 * The first reason for which Envoy would refuse a resource, as far as the shapes and the rules of its messages tell, those
 * of packed messages included; undefined when there is none.
 */
export function findBrokenPart(typeUrl: string, resource: MessageJson): string | undefined {
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
