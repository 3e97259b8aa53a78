export { meshGateway } from './policy.js';
