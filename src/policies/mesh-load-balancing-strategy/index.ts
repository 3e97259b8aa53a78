export { meshLoadBalancingStrategy } from './policy.js';
