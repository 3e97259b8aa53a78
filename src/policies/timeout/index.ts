export { timeout } from './kind.js';
