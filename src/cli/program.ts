import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { kinds } from '../registry.js';
import { kumaVersion, version } from '../version.js';
import { apply } from './apply/apply.js';
import { describeError } from './describe-error.js';
import { runDemo } from './demo.js';
import { defaultServer } from './http.js';
import { inspectDataplane } from './inspect/inspect-dataplane.js';
import { migrate } from './migrate.js';
import { printOpenApi } from './openapi.js';
import { rotate } from './rotate-secrets.js';
import { runServer } from './run.js';
import { showSettings } from './show-settings.js';
import type { Terminal } from './terminal.js';

/** Runs the command that the arguments name; returns the exit code, and never rejects. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has printed its own errors, help and all
    if (error instanceof CommanderError) return error.exitCode;
    terminal.complain(describeError(error));
    return 1;
  }
}

const configFile = () => new Option('-c, --config-file <file>', 'YAML file with settings; see `skein settings --docs`');
const server = () => new Option('--server <url>', 'address of the API').default(defaultServer).argParser(parseServer);

function buildProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('skein')
    .description('A control plane for Envoy service meshes in Universal mode, compatible with Kuma 2.5.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.print(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.complain(text.trimEnd());
      },
    });
  // subcommands take over what is set so far, so that it stands before them
  program
    .command('run')
    .description('serve until SIGINT or SIGTERM')
    .addOption(configFile())
    .action(async (options: { readonly configFile?: string }) => {
      finish(await runServer(options, terminal));
    });
  program
    .command('apply')
    .description('send the resources of YAML or JSON files, in Universal or Kubernetes form, to a server')
    .requiredOption('-f, --file <path...>', 'files, folders of files, or - for standard input')
    .addOption(server())
    .option('--dry-run', 'print what would be sent, and send nothing')
    .action(
      async (options: { readonly file: readonly string[]; readonly server: string; readonly dryRun?: boolean }) => {
        finish(await apply(options, kinds, terminal));
      },
    );
  program
    .command('inspect')
    .description('show what the server makes of the resources')
    .command('dataplane <name>')
    .description('show the policies that reach a Dataplane, their rules, and where its outbound listeners lead')
    .option('-m, --mesh <mesh>', 'mesh of the Dataplane', 'default')
    .addOption(server())
    .addOption(new Option('-o, --output <format>', 'form of the output').choices(['text', 'json']).default('text'))
    .action(
      async (
        name: string,
        options: { readonly mesh: string; readonly server: string; readonly output: 'text' | 'json' },
      ) => {
        finish(await inspectDataplane(name, options, kinds, terminal));
      },
    );
  addMaintenance(program, terminal, finish);
  return program;
}

function addMaintenance(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('demo')
    .description('serve the examples from a temporary store, and show what becomes of them')
    .option('--once', 'end instead of serving on')
    .action(async (options: { readonly once?: boolean }) => {
      finish(await runDemo(options, terminal));
    });
  const migration = program.command('migrate').description('the schema of the store');
  for (const [action, description] of [
    ['up', 'bring the store to the schema of this build'],
    ['status', 'compare the two; change nothing'],
  ] as const) {
    migration
      .command(action)
      .description(description)
      .addOption(configFile())
      .action((options: { readonly configFile?: string }) => {
        finish(migrate(action, options, terminal));
      });
  }
  program
    .command('secrets')
    .description('the encryption of secrets in the store')
    .command('rotate')
    .description('encrypt every secret anew under a new key; the server must not run')
    .addOption(configFile())
    .action(async (options: { readonly configFile?: string }) => {
      finish(await rotate(options, terminal));
    });
  program
    .command('settings')
    .description('show the settings in effect, and where each comes from')
    .addOption(configFile())
    .option('--docs', 'show the reference of all settings instead')
    .action((options: { readonly configFile?: string; readonly docs?: boolean }) => {
      finish(showSettings(options, terminal));
    });
  program
    .command('openapi')
    .description('print the OpenAPI document')
    .action(async () => {
      finish(await printOpenApi(terminal));
    });
  program
    .command('version')
    .description('print the version')
    .action(() => {
      terminal.print(`skein ${version} (API of Kuma ${kumaVersion}, Node.js ${process.versions.node})`);
    });
}

function parseServer(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must start with http:// or https://.');
  return text;
}
