export { retry } from './kind.js';
