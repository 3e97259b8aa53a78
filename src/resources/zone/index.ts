export { zone } from './kind.js';
