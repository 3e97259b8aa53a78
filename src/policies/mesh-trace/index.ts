export { meshTrace } from './policy.js';
