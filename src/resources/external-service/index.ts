export { externalService } from './kind.js';
