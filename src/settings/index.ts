export { parseSettings, type Origin, type ParsedSettings, type SettingsSources } from './parse-settings.js';
export { renderDocs } from './render-docs.js';
export { renderSettings, showValues } from './render-settings.js';
export type { Settings } from './schema.js';
