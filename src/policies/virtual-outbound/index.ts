export { virtualOutbound } from './policy.js';
