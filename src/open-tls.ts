import type { ApiLog } from './api/api-context.js';
import type { ApiTls } from './api/tls.js';
import type { Result } from './lib/result.js';
import { chooseCertificateSource, toSecureVersion, type TlsFiles } from './pki/choose-certificate.js';
import { openServerTls, type ServerTls } from './pki/server-tls.js';
import { openTlsContext, type TlsContext, type TlsContextSettings } from './pki/tls-context.js';
import type { Settings } from './settings/index.js';

/** The certificates of this process, each opened when a server first needs it. */
export interface Certificates {
  /** That of the files, of the section `general` when they are not given, or one that is made. Rejects without any. */
  open(files: TlsFiles): Promise<ServerTls>;
  /** Reads those that were opened again; what is broken stays as it was, and is told in the log. */
  reload(): Promise<void>;
}

/** Servers whose certificate comes from the same place share it. */
export function createCertificates(settings: Settings, log: ApiLog): Certificates {
  const { general, apiServer, dpServer, monitoringAssignmentServer } = settings;
  const opened = new Map<string, Promise<ServerTls>>();
  const made = {
    workDir: general.workDir,
    names: [...general.tlsNames, apiServer.https.interface, dpServer.interface, monitoringAssignmentServer.interface],
  };
  return {
    open: (files) => {
      const source = chooseCertificateSource([files, general], made);
      const id = source.from === 'files' ? source.certFile : '';
      const opening = opened.get(id) ?? openServerTls(source, { log }).then(expectTls);
      opened.set(id, opening);
      return opening;
    },
    reload: async () => {
      for (const opening of opened.values()) await (await opening).reload();
    },
  };
}

/** What the API over HTTPS needs; rejects when there is no certificate to be had. `reload` reads those of clients again. */
export async function openApiTls(
  certificates: Certificates,
  { general, apiServer: { https, auth, authn } }: Settings,
  log: ApiLog,
): Promise<{ readonly api: ApiTls; readonly reload: () => Promise<void> }> {
  const context = expectTls(
    await openTlsContext(
      await certificates.open(https),
      {
        ...limitTls(general, https),
        clients: { folder: auth.clientCertsDir, file: https.tlsCaFile },
      },
      log,
    ),
  );
  const asked = authn.type === 'adminClientCerts' ? 'optional' : 'off';
  return {
    api: {
      clientCertificates: https.requireClientCert ? 'required' : asked,
      context: () => context.current(),
      follow: (use) => context.follow(use),
    },
    reload: () => context.reload(),
  };
}

/** What a server needs for new connections that asks nobody for a certificate. Rejects when it cannot be had. */
export async function openPlainTls(
  certificates: Certificates,
  { general }: Settings,
  own: TlsFiles & TlsLimitSettings,
  log: ApiLog,
): Promise<TlsContext> {
  const settings = { ...limitTls(general, own), clients: { folder: '', file: '' } };
  return expectTls(await openTlsContext(await certificates.open(own), settings, log));
}

type TlsLimitSettings = Pick<Settings['dpServer'], 'tlsMinVersion' | 'tlsMaxVersion' | 'tlsCipherSuites'>;

/** The stricter of what holds for all servers and for this one; of cipher suites its own, if it has some. */
function limitTls(
  general: TlsLimitSettings,
  own: TlsLimitSettings,
): Pick<TlsContextSettings, 'minVersion' | 'maxVersion' | 'cipherSuites'> {
  const isStricter = general.tlsMinVersion > own.tlsMinVersion;
  const isNarrower = general.tlsMaxVersion < own.tlsMaxVersion;
  return {
    minVersion: toSecureVersion((isStricter ? general : own).tlsMinVersion),
    maxVersion: toSecureVersion((isNarrower ? general : own).tlsMaxVersion),
    cipherSuites: (own.tlsCipherSuites.length === 0 ? general : own).tlsCipherSuites,
  };
}

function expectTls<Value>(opened: Result<Value, string>): Value {
  if (opened.ok) return opened.value;
  throw new Error(`${opened.error}; see the settings of TLS`);
}
