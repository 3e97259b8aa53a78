import { err, ok, type Result } from '../result.js';
import { executeTemplate } from './execute-template.js';
import { parseTemplate } from './parse-template.js';
import type { GoTemplate } from './syntax.js';
import { TemplateError } from './template-error.js';
import { toBytes, toText } from './unquote.js';

export type { GoTemplate };

/** Longer templates are refused: they make names and ports. */
const maxLength = 10_000;

/**
 * Reads a template in the language of Go's `text/template`, with its predefined functions and nothing else. The error
 * says what is wrong. Complex and hexadecimal floating point numbers are refused.
 */
export const parseGoTemplate = (text: string): Result<GoTemplate, string> =>
  text.length > maxLength
    ? err(`template: longer than ${maxLength} characters`)
    : catchTemplateError(() => parseTemplate(text));

/**
 * What the template makes of a map of texts as its data; a key that is not there prints `<no value>`. The error says
 * why it cannot be executed, or that it does too much.
 */
export const executeGoTemplate = (template: GoTemplate, data: ReadonlyMap<string, string>): Result<string, string> =>
  catchTemplateError(() =>
    toText(executeTemplate(template, new Map([...data].map(([key, value]) => [toBytes(key), toBytes(value)])))),
  );

function catchTemplateError<Value>(run: () => Value): Result<Value, string> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof TemplateError) return err(error.message);
    throw error;
  }
}
