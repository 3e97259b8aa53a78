export { meshGateway } from './kind.js';
