export { meshTimeout } from './policy.js';
