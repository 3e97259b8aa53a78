export { healthCheck } from './policy.js';
