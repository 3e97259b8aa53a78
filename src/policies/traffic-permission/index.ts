export { trafficPermission } from './kind.js';
