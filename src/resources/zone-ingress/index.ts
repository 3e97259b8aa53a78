export { zoneIngress } from './kind.js';
