export { meshGatewayRoute } from './kind.js';
