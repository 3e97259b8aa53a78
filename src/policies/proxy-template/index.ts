export { proxyTemplate } from './policy.js';
