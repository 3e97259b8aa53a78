export { trafficTrace } from './kind.js';
