import { err, ok, type Result } from '../lib/result.js';
import { dataSource, type DataSource } from './data-source.js';
import { decodeProto } from './decode-proto.js';
import { proto } from './proto.js';

/** A backend of a mesh's mTLS, as far as it says which CA there is. */
export interface AuthorityBackend {
  readonly name?: string;
  readonly type?: string;
  readonly conf?: unknown;
  readonly dpCert?: { readonly rotation?: { readonly expiration?: string } };
}

/** A Mesh's spec as far as it names CAs. */
export interface MeshAuthorities {
  readonly mtls?: {
    readonly enabledBackend?: string;
    readonly backends?: readonly AuthorityBackend[];
    readonly skipValidation?: boolean;
  };
}

/** The CA that a mesh uses; undefined when its mTLS is off. */
export function enabledAuthority({ mtls }: MeshAuthorities): AuthorityBackend | undefined {
  const { enabledBackend = '', backends = [] } = mtls ?? {};
  return enabledBackend === '' ? undefined : backends.find(({ name = '' }) => name === enabledBackend);
}

const providedSchema = proto.message({ cert: dataSource('The certificate.'), key: dataSource('Its key.') });
const builtinSchema = proto.message({
  caCert: proto.message({ RSAbits: proto.uint32Value(), expiration: proto.string() }),
});

/** The conf of a CA that the user provides. */
export interface ProvidedConf {
  readonly cert?: DataSource;
  readonly key?: DataSource;
}

/** The conf of a CA that is made together with the mesh. */
export interface BuiltinConf {
  readonly caCert?: {
    /** Absent or 0 = 2048. */
    readonly RSAbits?: number;
    /** Absent or empty = 10 years. */
    readonly expiration?: string;
  };
}

/** Reads the conf of a backend of type `provided`; the error says what cannot be read. */
export function decodeProvidedConf(conf: unknown): Result<ProvidedConf, string> {
  const decoded = decodeProto(providedSchema, conf ?? {});
  return decoded.ok ? ok(decoded.value.value as ProvidedConf) : err(decoded.error);
}

/** Reads the conf of a backend of type `builtin`; the error says what cannot be read. */
export function decodeBuiltinConf(conf: unknown): Result<BuiltinConf, string> {
  const decoded = decodeProto(builtinSchema, conf ?? {});
  return decoded.ok ? ok(decoded.value.value as BuiltinConf) : err(decoded.error);
}

/** Names of the secrets, in the mesh, of a CA that is made together with the mesh. */
export const builtinSecrets = (mesh: string, backend: string): { readonly cert: string; readonly key: string } => ({
  cert: `${mesh}.ca-builtin-cert-${backend}`,
  key: `${mesh}.ca-builtin-key-${backend}`,
});

/** Names of the secrets that a backend uses; none when its conf cannot be read (Kuma 2.5). */
export function secretsOf(mesh: string, { name = '', type, conf }: AuthorityBackend): readonly string[] {
  if (type === 'builtin') return Object.values(builtinSecrets(mesh, name));
  const decoded = type === 'provided' ? decodeProvidedConf(conf) : undefined;
  if (decoded?.ok !== true) return [];
  return [decoded.value.cert?.secret, decoded.value.key?.secret].filter((secret) => secret !== undefined);
}

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
const units: ReadonlyMap<string, number> = new Map([
  ['y', 365 * day],
  ['w', 7 * day],
  ['d', day],
  ['h', hour],
  ['m', 60 * second],
  ['s', second],
  ['ms', 1],
]);

/**
 * Milliseconds that a certificate holds, as Kuma 2.5 writes it: a whole number and one unit (`10y`, `1d`, `500ms`), or
 * `0`; undefined for any other text. A year has 365 days.
 */
export function parseExpiry(text: string): number | undefined {
  if (text === '0') return 0;
  const [, amount = '', unit = ''] = /^([0-9]+)(y|w|d|h|m|s|ms)$/.exec(text) ?? [];
  const length = units.get(unit);
  return length === undefined ? undefined : Number(amount) * length;
}

/** How long a CA holds when nothing is said, in milliseconds. */
export const defaultAuthorityValidity = 10 * 365 * day;
