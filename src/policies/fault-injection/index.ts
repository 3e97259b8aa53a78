export { faultInjection } from './policy.js';
