import { byTags, checkSelectors } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { TrafficTrace } from './schema.js';

/** The semantic pass of a TrafficTrace; whether the mesh has the backend is not looked at (Kuma 2.5). */
export const validateTrafficTrace = ({ selectors }: TrafficTrace): Violation[] =>
  checkSelectors('selectors', selectors, byTags);
