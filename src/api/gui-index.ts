import type { About, ApiSettings } from './api-context.js';

/** What the GUI is told of the server, in the order of Kuma 2.5. */
export interface GuiConfig {
  /** Where the API is, for browsers. */
  readonly apiUrl: string;
  /** Where the GUI is, for browsers, without a slash at the end. */
  readonly baseGuiPath: string;
  readonly version: string;
  readonly product: string;
  readonly mode: string;
  readonly environment: string;
  readonly storeType: string;
  readonly apiReadOnly: boolean;
}

/** What the GUI is told. The suffix of the version keeps it from asking kuma.io for a newer one. */
export const describeForGui = (
  { gui, rootUrl, readOnly }: Pick<ApiSettings, 'gui' | 'rootUrl' | 'readOnly'>,
  about: Pick<About, 'kumaVersion' | 'mode' | 'environment' | 'storeType'>,
): GuiConfig => ({
  apiUrl: rootUrl || '/',
  baseGuiPath: trimSlash(gui.rootUrl === '' ? gui.basePath : new URL(gui.rootUrl, 'http://localhost').pathname),
  version: `${about.kumaVersion}-skein`,
  product: 'Kuma',
  mode: about.mode,
  environment: about.environment,
  storeType: about.storeType,
  apiReadOnly: readOnly,
});

/** A path without the slash at its end. */
export const trimSlash = (path: string): string => path.replace(/\/$/, '');

/** Fills the two slots of a bundle's `index.html`: the path of the GUI in an attribute, everything in a script. */
export function fillIndex(template: string, config: GuiConfig): string {
  const fills = new Map([
    ['.BaseGuiPath', escapeHtml(config.baseGuiPath)],
    ['.', escapeScript(JSON.stringify(config))],
  ]);
  return template.replace(/\{\{ ?(\.\w*) ?\}\}/g, (slot, name: string) => fills.get(name) ?? slot);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&#34;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
};

const escapeHtml = (text: string): string => text.replace(/[&"'<>]/g, (character) => entities[character] ?? character);

/** JSON that does not end the script it stands in. */
const escapeScript = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * What the pages of the GUI may do, for the browser (Content-Security-Policy): load from this server, and ask the API.
 * Styles are set by scripts; no other page may show them in a frame, since whoever clicks may be an administrator.
 */
export function securityPolicy(apiUrl: string): string {
  const api = apiUrl.startsWith('/') ? '' : ` ${new URL(apiUrl).origin}`;
  return [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${api}`,
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
