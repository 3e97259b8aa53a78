import {
  Type,
  type Static,
  type TArray,
  type TBoolean,
  type TEnum,
  type TInteger,
  type TSchema,
  type TString,
} from 'typebox';

/** How a setting is written in the file and in the environment; `duration` values are milliseconds in `Settings`. */
export type SettingFormat = 'text' | 'choice' | 'integer' | 'flag' | 'duration' | 'list' | 'publicKeys';

/** What a setting is besides its schema. */
export interface SettingTraits {
  readonly format: SettingFormat;
  /** Kuma 2.5 has the key too, so that its `KUMA_` variable counts. */
  readonly inKuma: boolean;
  /** Kuma's variable, where it does not follow from the path. */
  readonly kumaVariable?: string;
  readonly unit?: 'bytes';
  /** The value is never shown. */
  readonly secret?: true;
  /** What a text must be that does not fit its pattern. */
  readonly mustBe?: string;
  /** True when the texts of a list may be regular expressions. */
  readonly hasPatterns: boolean;
  /** Values that Kuma takes and this server refuses, and what to tell who asks for them. */
  readonly refusals: ReadonlyMap<string, string>;
}

/** The schema of one value: `description`, `default` and bounds are JSON Schema keywords of it. */
export type SettingSchema<Schema extends TSchema = TSchema> = Schema & { readonly setting: SettingTraits };

/** What the makers below are told of a setting. */
export interface About<Value> {
  readonly description: string;
  readonly default: Value;
  /** True when Kuma has no such key. */
  readonly own?: boolean;
  /** Kuma's variable, where it does not follow from the path. */
  readonly kumaVariable?: string;
  readonly unit?: 'bytes';
  /** True when the value is never shown. */
  readonly secret?: true;
  readonly hasPatterns?: boolean;
  readonly refusals?: Readonly<Record<string, string>>;
}

/** The least and the greatest value allowed; durations in milliseconds. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A text, not empty; unless that is its default, which stands for none. */
export const text = (about: About<string>): SettingSchema<TString> =>
  annotate(Type.String({ ...keywords(about), minLength: about.default === '' ? 0 : 1 }), 'text', about);

/** A path on this server; no segment of it means something to a router or to a browser. */
export const urlPath = (about: About<string>): SettingSchema<TString> =>
  annotate(
    Type.String({ ...keywords(about), pattern: '^(?:/(?!\\.{1,2}(?:/|$))[\\w.~-]+)+/?$' }),
    'text',
    about,
    'must be a path like /gui, of letters, digits and -._~',
  );

/** A URL, or the path of one; empty for none. */
export const url = (about: About<string>): SettingSchema<TString> =>
  annotate(
    Type.String({ ...keywords(about), pattern: '^(?:(?:https?:/)?/[^\\s"\'<>\\\\]*)?$' }),
    'text',
    about,
    'must be a URL (https://example.com/kuma) or the path of one',
  );

/** One of several words. */
export const choice = <const Values extends string[]>(
  values: readonly [...Values],
  about: About<NoInfer<Values[number]>>,
): SettingSchema<TEnum<Values>> => annotate(Type.Enum(values, keywords(about)), 'choice', about);

/** A whole number. */
export const integer = ({ min, max }: Bounds, about: About<number>): SettingSchema<TInteger> =>
  annotate(Type.Integer({ ...keywords(about), minimum: min, maximum: max }), 'integer', about);

/** A TCP port; 0 takes any free one. */
export const port = (about: About<number>): SettingSchema<TInteger> => integer({ min: 0, max: 65_535 }, about);

/** True or false. */
export const flag = (about: About<boolean>): SettingSchema<TBoolean> =>
  annotate(Type.Boolean(keywords(about)), 'flag', about);

/** A span of time in Go's notation (`30s`), in whole milliseconds. */
export const duration = ({ min, max }: Bounds, about: About<number>): SettingSchema<TInteger> =>
  annotate(Type.Integer({ ...keywords(about), minimum: min, maximum: max }), 'duration', about);

/** Texts; separated by commas in the environment. */
export const list = (about: About<readonly string[]>): SettingSchema<TArray<TString>> =>
  annotate(Type.Array(Type.String({ minLength: 1 }), keywords(about)), 'list', about);

const publicKey = Type.Object(
  {
    kid: Type.String({ minLength: 1 }),
    key: Type.Optional(Type.String({ minLength: 1 })),
    keyFile: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false, minProperties: 2, maxProperties: 2 },
);

/** Public keys by id, each as a text or in a file. */
export const publicKeys = (
  about: About<readonly Static<typeof publicKey>[]>,
): SettingSchema<TArray<typeof publicKey>> => annotate(Type.Array(publicKey, keywords(about)), 'publicKeys', about);

const meshedPublicKey = Type.Object(
  { ...publicKey.properties, mesh: Type.Optional(Type.String()) },
  { additionalProperties: false, minProperties: 2, maxProperties: 3 },
);

/** Public keys by id, each as a text or in a file, of one mesh or of all. */
export const meshedPublicKeys = (
  about: About<readonly Static<typeof meshedPublicKey>[]>,
): SettingSchema<TArray<typeof meshedPublicKey>> =>
  annotate(Type.Array(meshedPublicKey, keywords(about)), 'publicKeys', about);

/** True for the schema of a value, false for that of a section. */
export const isSettingSchema = (schema: TSchema): schema is SettingSchema => 'setting' in schema;

const keywords = <Value>({ description, default: value }: About<Value>) => ({ description, default: value });

function annotate<Schema extends TSchema>(
  schema: Schema,
  format: SettingFormat,
  about: About<unknown>,
  mustBe?: string,
): SettingSchema<Schema> {
  const setting: SettingTraits = {
    format,
    inKuma: about.own !== true,
    hasPatterns: about.hasPatterns === true,
    ...(mustBe === undefined ? {} : { mustBe }),
    ...(about.unit === undefined ? {} : { unit: about.unit }),
    ...(about.kumaVariable === undefined ? {} : { kumaVariable: about.kumaVariable }),
    ...(about.secret === undefined ? {} : { secret: about.secret }),
    refusals: new Map(Object.entries(about.refusals ?? {})),
  };
  return Object.assign(schema, { setting });
}
