export { timeout } from './policy.js';
