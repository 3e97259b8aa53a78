export { trafficLog } from './policy.js';
