export { rateLimit } from './kind.js';
