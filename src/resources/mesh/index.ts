export { mesh } from './kind.js';
