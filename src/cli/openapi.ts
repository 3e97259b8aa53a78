import { buildOpenApi } from '../app.js';
import { parseSettings } from '../settings/index.js';
import { renderYaml } from './show-settings.js';
import type { Terminal } from './terminal.js';

/** `skein openapi`: the document of this build, whatever the environment says. Returns the exit code. */
export async function printOpenApi(terminal: Terminal): Promise<number> {
  const defaults = parseSettings({ env: {}, home: terminal.home });
  if (!defaults.ok) throw new Error(`the default settings are refused: ${defaults.error.join('; ')}`);
  terminal.print(renderYaml(await buildOpenApi(defaults.value.settings)).trimEnd());
  return 0;
}
