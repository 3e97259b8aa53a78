export { trafficLog } from './kind.js';
