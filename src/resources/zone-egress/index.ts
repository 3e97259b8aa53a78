export { zoneEgress } from './kind.js';
