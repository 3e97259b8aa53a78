import { err, ok, type Result } from '../lib/result.js';
import { builtinSecrets, decodeProvidedConf, type AuthorityBackend } from '../model/certificate-authority.js';
import type { DataSource } from '../model/data-source.js';
import type { KeyPair } from '../model/provision.js';
import type { Store } from '../store/store.js';
import { loadDataSource } from './load-data-source.js';

/** Loads the CA that a backend of a mesh names; the error says why that cannot be. */
export async function loadAuthority(
  store: Store,
  mesh: string,
  backend: AuthorityBackend,
): Promise<Result<KeyPair, string>> {
  const sources = sourcesOf(mesh, backend);
  if (!sources.ok) return sources;
  const [certificate, privateKey] = await Promise.all([
    loadDataSource(store, mesh, sources.value.cert),
    loadDataSource(store, mesh, sources.value.key),
  ]);
  if (!certificate.ok) return certificate;
  if (!privateKey.ok) return privateKey;
  return ok({ certificate: certificate.value.text, privateKey: privateKey.value.text });
}

function sourcesOf(
  mesh: string,
  { name = '', type = '', conf }: AuthorityBackend,
): Result<{ readonly cert: DataSource; readonly key: DataSource }, string> {
  if (type === 'builtin') {
    const secrets = builtinSecrets(mesh, name);
    return ok({ cert: { secret: secrets.cert }, key: { secret: secrets.key } });
  }
  if (type !== 'provided') return err(`there are no CAs of the type ${JSON.stringify(type)}`);
  const decoded = decodeProvidedConf(conf);
  return decoded.ok ? ok({ cert: decoded.value.cert ?? {}, key: decoded.value.key ?? {} }) : decoded;
}
