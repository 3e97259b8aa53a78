export { rateLimit } from './policy.js';
