export { meshHTTPRoute } from './policy.js';
