export { meshCircuitBreaker } from './policy.js';
