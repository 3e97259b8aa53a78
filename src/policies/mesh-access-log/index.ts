export { meshAccessLog } from './policy.js';
