export { virtualOutbound } from './kind.js';
