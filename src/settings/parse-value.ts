import { Check } from 'typebox/value';

import { formatGoDuration, parseGoDuration } from '../lib/go-duration.js';
import { err, ok, type Result } from '../lib/result.js';
import { suggest } from '../lib/suggest.js';
import type { SettingSchema } from './setting.js';

/** Reads the text of a variable as the value of a setting; the error says what it must be. */
export function parseVariable(schema: SettingSchema, text: string): Result<unknown, string> {
  return checkValue(schema, readVariable(schema, text.trim()), text);
}

function readVariable({ setting }: SettingSchema, text: string): unknown {
  switch (setting.format) {
    case 'text':
    case 'choice':
      return text;
    case 'integer':
      return /^-?[0-9]+$/.test(text) ? Number(text) : undefined;
    case 'flag':
      // the words of Go's ParseBool, which Kuma uses
      return /^(?:1|t|T|true|True|TRUE)$/.test(text)
        ? true
        : /^(?:0|f|F|false|False|FALSE)$/.test(text)
          ? false
          : undefined;
    case 'duration':
      return readDuration(text);
    case 'list':
      return text.split(',').map((item) => item.trim());
    case 'publicKeys':
      return readJson(text);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads a value of a file as the value of a setting; the error says what it must be. */
export function parseFileValue(schema: SettingSchema, value: unknown): Result<unknown, string> {
  const read =
    schema.setting.format !== 'duration' ? value : typeof value === 'string' ? readDuration(value) : undefined;
  return checkValue(schema, read, value);
}

function readDuration(text: string): number | undefined {
  const nanoseconds = parseGoDuration(text);
  return nanoseconds === undefined || nanoseconds % 1_000_000n !== 0n ? undefined : Number(nanoseconds / 1_000_000n);
}

function checkValue(schema: SettingSchema, value: unknown, written: unknown): Result<unknown, string> {
  const refusal = schema.setting.refusals.get(String(value));
  if (refusal !== undefined) return err(`is ${JSON.stringify(value)}, but ${refusal}`);
  const shown = schema.setting.secret === true ? '' : `, is ${JSON.stringify(written)}`;
  if (!Check(schema, value)) return err(`${describeExpected(schema, written)}${shown}`);
  const texts = schema.setting.hasPatterns && Array.isArray(value) ? value.map(String) : [];
  const broken = texts.find((text) => !isPattern(text));
  return broken === undefined ? ok(value) : err(`${JSON.stringify(broken)} is no regular expression`);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).flags === '';
  } catch {
    return false;
  }
}

function describeExpected(schema: SettingSchema, written: unknown): string {
  const { minimum, maximum } = boundsOf(schema);
  switch (schema.setting.format) {
    case 'text':
      if (schema.setting.mustBe !== undefined) return schema.setting.mustBe;
      return 'default' in schema && schema.default === '' ? 'must be a text' : 'must be a text that is not empty';
    case 'choice': {
      const values = valuesOf(schema);
      const meant = typeof written === 'string' ? suggest(written, values) : undefined;
      return `must be one of ${values.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
    }
    case 'integer':
      return `must be a whole number from ${minimum} to ${maximum}`;
    case 'flag':
      return 'must be true or false';
    case 'duration':
      return `must be a duration like 30s or 5m, in whole milliseconds, from ${showDuration(minimum)} to ${showDuration(maximum)}`;
    case 'list':
      return 'must be a list of texts that are not empty';
    case 'publicKeys':
      return 'must be a list of keys, each with kid and either key or keyFile';
  }
}

/** Milliseconds in Go's notation. */
export const showDuration = (milliseconds: number): string => formatGoDuration(BigInt(milliseconds) * 1_000_000n);

/** The words that a choice allows. */
export const valuesOf = (schema: SettingSchema): readonly string[] =>
  'enum' in schema && Array.isArray(schema.enum) ? schema.enum.map(String) : [];

/** The least and greatest value of a number. */
export const boundsOf = (schema: SettingSchema): { readonly minimum: number; readonly maximum: number } => ({
  minimum: 'minimum' in schema ? Number(schema.minimum) : -Infinity,
  maximum: 'maximum' in schema ? Number(schema.maximum) : Infinity,
});
