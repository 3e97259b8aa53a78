export { circuitBreaker } from './kind.js';
