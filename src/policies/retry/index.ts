export { retry } from './policy.js';
