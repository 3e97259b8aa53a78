import { Document, isNode, stringify, visit } from 'yaml';

import { renderDocs, renderSettings, type ParsedSettings } from '../settings/index.js';
import { loadSettings } from './load-settings.js';
import type { Terminal } from './terminal.js';

/** `skein settings`: the values in effect, or with `docs` the reference. Returns the exit code. */
export function showSettings(
  { configFile, docs = false }: { readonly configFile?: string; readonly docs?: boolean },
  terminal: Terminal,
): number {
  if (docs) {
    terminal.print(renderDocs().trimEnd());
    return 0;
  }
  const loaded = loadSettings(configFile, terminal);
  if (!loaded.ok) {
    terminal.complain(loaded.error.join('\n'));
    return 1;
  }
  for (const warning of loaded.value.warnings) terminal.complain(warning);
  terminal.print(renderWithOrigins(loaded.value).trimEnd());
  return 0;
}

/** YAML that is a configuration file again, each value with a comment that says where it comes from. */
export function renderWithOrigins({ settings, origins }: ParsedSettings): string {
  const document = new Document(renderSettings(settings));
  for (const [path, origin] of origins) {
    const node = document.getIn(path.split('.'), true);
    if (isNode(node)) node.comment = ` ${origin}`;
  }
  visit(document, {
    Seq: (_key, node) => {
      node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** A value as YAML without references between its parts, which older readers of YAML understand likewise. */
export const renderYaml = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' });
