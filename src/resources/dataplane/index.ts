export { dataplane } from './kind.js';
