export { meshProxyPatch } from './policy.js';
