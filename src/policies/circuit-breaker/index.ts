export { circuitBreaker } from './policy.js';
