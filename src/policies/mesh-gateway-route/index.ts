export { meshGatewayRoute } from './policy.js';
