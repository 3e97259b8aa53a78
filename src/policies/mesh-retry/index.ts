export { meshRetry } from './policy.js';
