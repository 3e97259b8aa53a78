export { meshTrafficPermission } from './policy.js';
