export { meshTCPRoute } from './policy.js';
