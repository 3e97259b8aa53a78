export { trafficPermission } from './policy.js';
