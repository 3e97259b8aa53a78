export { trafficRoute } from './policy.js';
