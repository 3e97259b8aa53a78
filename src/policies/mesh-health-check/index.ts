export { meshHealthCheck } from './policy.js';
