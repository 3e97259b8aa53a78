import type { LegacyPolicy } from '../policy.js';
import { proxyTemplateKind } from './kind.js';
import type { ProxyTemplate } from './schema.js';

/** ProxyTemplate: changes the configuration that proxies are given. */
export const proxyTemplate: LegacyPolicy<ProxyTemplate> = {
  kind: proxyTemplateKind,
  matching: ['proxy'],
};
