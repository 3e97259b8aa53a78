import type { Kind } from '../../model/kind.js';
import { meshInsight } from './mesh-insight.js';
import { dataplaneInsight, zoneEgressInsight, zoneIngressInsight } from './proxy-insights.js';
import { serviceInsight } from './service-insight.js';
import { zoneInsight } from './zone-insight.js';

/** The kinds that only the server writes, or works out. */
export const insights: readonly Kind[] = [
  dataplaneInsight,
  serviceInsight,
  meshInsight,
  zoneInsight,
  zoneIngressInsight,
  zoneEgressInsight,
];
