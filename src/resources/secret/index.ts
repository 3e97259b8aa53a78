export { secret } from './kind.js';
