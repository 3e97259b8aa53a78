export { healthCheck } from './kind.js';
