export { globalSecret } from './kind.js';
