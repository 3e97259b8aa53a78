export { meshRateLimit } from './policy.js';
