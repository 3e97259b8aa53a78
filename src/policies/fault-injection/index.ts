export { faultInjection } from './kind.js';
