export { trafficTrace } from './policy.js';
