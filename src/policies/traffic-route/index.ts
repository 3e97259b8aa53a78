export { trafficRoute } from './kind.js';
