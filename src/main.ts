#!/usr/bin/env node
import { runCli } from './cli/program.js';
import { openProcessTerminal } from './cli/terminal.js';

process.exitCode = await runCli(process.argv.slice(2), openProcessTerminal());
