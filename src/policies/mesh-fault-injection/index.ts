export { meshFaultInjection } from './policy.js';
