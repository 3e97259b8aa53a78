import { LineCounter, parseAllDocuments } from 'yaml';

import { err, ok, type Result } from '../../lib/result.js';

/** One document of a file, as it was written. */
export interface SourceDocument {
  /** File and line, for messages. */
  readonly where: string;
  readonly value: unknown;
}

/** Reads YAML or JSON with any number of documents; empty ones are left out. The error has a line for each mistake. */
export function parseDocuments(text: string, source: string): Result<readonly SourceDocument[], readonly string[]> {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: 'core',
    resolveKnownTags: false,
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const parsed: SourceDocument[] = [];
  const problems: string[] = [];
  for (const document of documents) {
    // an unknown tag is a mere warning to the parser
    const mistakes = [...document.errors, ...document.warnings];
    problems.push(...mistakes.map(({ message, pos }) => `${source}:${lines.linePos(pos[0]).line}: ${message}`));
    if (mistakes.length > 0 || document.contents === null) continue;
    const where = `${source}:${lines.linePos(document.contents.range[0]).line}`;
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (value !== null) parsed.push({ where, value });
    } catch (error) {
      // the one thing that can still be wrong: aliases that multiply
      problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems.length === 0 ? ok(parsed) : err(problems);
}
