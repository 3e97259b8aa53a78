import { describe, expect, it } from 'vitest';

import { settingKeys } from './keys.js';
import { ineffectiveKeys } from './kuma-keys.js';
import { parseSettings, type SettingsSources } from './parse-settings.js';
import { renderSettings, showValues } from './render-settings.js';
import type { Settings } from './schema.js';

const home = '/home/me';

function parse(sources: Partial<SettingsSources>) {
  const parsed = parseSettings({ env: {}, home, fileName: 'skein.yaml', ...sources });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

const problemsOf = (sources: Partial<SettingsSources>): readonly string[] => {
  const parsed = parseSettings({ env: {}, home, fileName: 'skein.yaml', ...sources });
  return parsed.ok ? [] : parsed.error;
};

const read = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], settings);

const nest = (path: string, value: unknown): string =>
  JSON.stringify(path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));

it('has these defaults', () => {
  expect(parse({}).settings).toEqual({
    environment: 'universal',
    mode: 'standalone',
    general: {
      workDir: '/home/me/.skein',
      tlsCertFile: '',
      tlsKeyFile: '',
      tlsNames: [],
      tlsMinVersion: 'TLSv1_2',
      tlsMaxVersion: 'TLSv1_3',
      tlsCipherSuites: [],
    },
    store: {
      type: 'sqlite',
      sqlite: { path: '/home/me/.skein/skein.db' },
      secrets: { keyFile: '/home/me/.skein/secrets.key', keys: [] },
      changeLog: { maxRows: 100_000, maxAge: 86_400_000 },
    },
    apiServer: {
      http: { enabled: true, interface: '127.0.0.1', port: 5681 },
      https: {
        enabled: true,
        interface: '127.0.0.1',
        port: 5682,
        tlsCertFile: '',
        tlsKeyFile: '',
        tlsMinVersion: 'TLSv1_2',
        tlsMaxVersion: 'TLSv1_3',
        tlsCipherSuites: [],
        requireClientCert: false,
        tlsCaFile: '',
      },
      auth: { clientCertsDir: '' },
      readOnly: false,
      rootUrl: '',
      gui: { enabled: true, path: '', basePath: '/gui', rootUrl: '' },
      corsAllowedDomains: [],
      authn: {
        type: 'tokens',
        localhostIsAdmin: true,
        tokens: { bootstrapAdminToken: true, enableIssuer: true, validator: { useSecrets: true, publicKeys: [] } },
      },
      anonymousAccess: 'read',
      bodyLimit: 1_048_576,
      jsonDepth: 64,
      maxHeaderSize: 16_384,
      maxConnectionsPerAddress: 1_024,
      maxRequestsInFlight: 2_048,
      maxBytesInFlight: 67_108_864,
      requestTimeout: 30_000,
      headersTimeout: 5_000,
    },
    dpServer: {
      interface: '0.0.0.0',
      port: 5678,
      tlsCertFile: '',
      tlsKeyFile: '',
      tlsMinVersion: 'TLSv1_2',
      tlsMaxVersion: 'TLSv1_3',
      tlsCipherSuites: [],
      authn: {
        dpProxy: {
          type: 'dpToken',
          dpToken: { enableIssuer: true, validator: { useSecrets: true, publicKeys: [] } },
        },
        zoneProxy: {
          type: 'zoneToken',
          zoneToken: { enableIssuer: true, validator: { useSecrets: true, publicKeys: [] } },
        },
        enableReloadableTokens: false,
      },
      hds: {
        enabled: true,
        interval: 5_000,
        checkDefaults: {
          timeout: 2_000,
          interval: 1_000,
          noTrafficInterval: 1_000,
          healthyThreshold: 1,
          unhealthyThreshold: 1,
        },
      },
    },
    monitoringAssignmentServer: {
      interface: '127.0.0.1',
      port: 0,
      defaultFetchTimeout: 30_000,
      assignmentRefreshInterval: 1_000,
      tlsEnabled: false,
      tlsCertFile: '',
      tlsKeyFile: '',
      tlsMinVersion: 'TLSv1_2',
      tlsMaxVersion: 'TLSv1_3',
      tlsCipherSuites: [],
    },
    bootstrapServer: {
      params: {
        adminAddress: '127.0.0.1',
        adminPort: 9901,
        adminAccessLogPath: '/dev/null',
        xdsHost: '',
        xdsPort: 0,
        xdsConnectTimeout: 1_000,
      },
    },
    proxy: { gateway: { globalDownstreamMaxConnections: 50_000 } },
    runtime: { universal: { dataplaneCleanupAge: 259_200_000 } },
    xdsServer: { dataplaneStatusFlushInterval: 10_000, dataplaneDeregistrationDelay: 10_000 },
    defaults: { skipMeshCreation: false, skipTenantResources: false },
    diagnostics: { interface: '127.0.0.1', serverPort: 5680 },
    log: { level: 'info', format: 'auto' },
  });
});

/** A value other than the default, as it is written in a file and in a variable, and as it is in `Settings`. */
const samples: readonly {
  readonly path: string;
  readonly file: unknown;
  readonly variable: string;
  readonly value: unknown;
  /** Another text without which this one is refused. */
  readonly beside?: string;
}[] = [
  { path: 'environment', file: 'universal', variable: 'universal', value: 'universal' },
  { path: 'mode', file: 'standalone', variable: 'standalone', value: 'standalone' },
  { path: 'general.workDir', file: '/var/lib/skein', variable: '/var/lib/skein', value: '/var/lib/skein' },
  { path: 'general.tlsCertFile', file: '/a.crt', variable: '/a.crt', value: '/a.crt', beside: 'general.tlsKeyFile' },
  { path: 'general.tlsKeyFile', file: '/a.key', variable: '/a.key', value: '/a.key', beside: 'general.tlsCertFile' },
  { path: 'general.tlsNames', file: ['a', '10.0.0.1'], variable: 'a,10.0.0.1', value: ['a', '10.0.0.1'] },
  { path: 'general.tlsMinVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'general.tlsMaxVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'general.tlsCipherSuites', file: ['a', 'b'], variable: 'a,b', value: ['a', 'b'] },
  { path: 'store.type', file: 'memory', variable: 'memory', value: 'memory' },
  { path: 'store.sqlite.path', file: '/data/a.db', variable: '/data/a.db', value: '/data/a.db' },
  { path: 'store.secrets.keyFile', file: '/run/a.key', variable: '/run/a.key', value: '/run/a.key' },
  { path: 'store.secrets.keys', file: ['a', 'b'], variable: 'a, b', value: ['a', 'b'] },
  { path: 'store.changeLog.maxRows', file: 5000, variable: '5000', value: 5000 },
  { path: 'store.changeLog.maxAge', file: '1h30m', variable: '1h30m', value: 5_400_000 },
  { path: 'apiServer.http.enabled', file: true, variable: 'true', value: true },
  { path: 'apiServer.http.interface', file: '0.0.0.0', variable: '0.0.0.0', value: '0.0.0.0' },
  { path: 'apiServer.http.port', file: 80, variable: '80', value: 80 },
  { path: 'apiServer.https.enabled', file: false, variable: 'false', value: false },
  { path: 'apiServer.https.interface', file: '::', variable: '::', value: '::' },
  { path: 'apiServer.https.port', file: 443, variable: '443', value: 443 },
  {
    path: 'apiServer.https.tlsCertFile',
    file: '~/a.crt',
    variable: '~/a.crt',
    value: '/home/me/a.crt',
    beside: 'apiServer.https.tlsKeyFile',
  },
  {
    path: 'apiServer.https.tlsKeyFile',
    file: '/a.key',
    variable: '/a.key',
    value: '/a.key',
    beside: 'apiServer.https.tlsCertFile',
  },
  { path: 'apiServer.https.tlsMinVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'apiServer.https.tlsMaxVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'apiServer.https.tlsCipherSuites', file: ['a'], variable: 'a', value: ['a'] },
  {
    path: 'apiServer.https.requireClientCert',
    file: true,
    variable: 'true',
    value: true,
    beside: 'apiServer.https.tlsCaFile',
  },
  { path: 'apiServer.https.tlsCaFile', file: '/ca', variable: '/ca', value: '/ca' },
  { path: 'apiServer.auth.clientCertsDir', file: '/d', variable: '/d', value: '/d' },
  { path: 'apiServer.readOnly', file: true, variable: 'T', value: true },
  { path: 'apiServer.rootUrl', file: 'https://a/b', variable: 'https://a/b', value: 'https://a/b' },
  { path: 'apiServer.gui.enabled', file: false, variable: 'f', value: false },
  { path: 'apiServer.gui.path', file: '~/gui', variable: '~/gui', value: '/home/me/gui' },
  { path: 'apiServer.gui.basePath', file: '/a/b', variable: '/a/b', value: '/a/b' },
  { path: 'apiServer.gui.rootUrl', file: 'http://a', variable: 'http://a', value: 'http://a' },
  {
    path: 'apiServer.corsAllowedDomains',
    file: ['https://a', 'https://b'],
    variable: 'https://a, https://b',
    value: ['https://a', 'https://b'],
  },
  { path: 'apiServer.authn.type', file: 'adminClientCerts', variable: 'adminClientCerts', value: 'adminClientCerts' },
  { path: 'apiServer.authn.localhostIsAdmin', file: false, variable: '0', value: false },
  { path: 'apiServer.authn.tokens.bootstrapAdminToken', file: false, variable: 'false', value: false },
  { path: 'apiServer.authn.tokens.enableIssuer', file: false, variable: 'false', value: false },
  { path: 'apiServer.authn.tokens.validator.useSecrets', file: false, variable: 'false', value: false },
  {
    path: 'apiServer.authn.tokens.validator.publicKeys',
    file: [{ kid: 'a', key: 'pem' }],
    variable: '[{"kid":"a","key":"pem"}]',
    value: [{ kid: 'a', key: 'pem' }],
  },
  { path: 'apiServer.anonymousAccess', file: 'none', variable: 'none', value: 'none' },
  { path: 'apiServer.bodyLimit', file: 2048, variable: '2048', value: 2048 },
  { path: 'apiServer.jsonDepth', file: 100, variable: '100', value: 100 },
  { path: 'apiServer.maxHeaderSize', file: 8192, variable: '8192', value: 8_192 },
  { path: 'apiServer.maxConnectionsPerAddress', file: 9, variable: '9', value: 9 },
  { path: 'apiServer.maxRequestsInFlight', file: 9, variable: '9', value: 9 },
  { path: 'apiServer.maxBytesInFlight', file: 2097152, variable: '2097152', value: 2_097_152 },
  { path: 'apiServer.requestTimeout', file: '1m', variable: '1m', value: 60_000 },
  { path: 'apiServer.headersTimeout', file: '1.5s', variable: '1.5s', value: 1_500 },
  { path: 'dpServer.interface', file: '::', variable: '::', value: '::' },
  { path: 'dpServer.port', file: 1, variable: '1', value: 1 },
  { path: 'dpServer.tlsCertFile', file: '/a', variable: '/a', value: '/a', beside: 'dpServer.tlsKeyFile' },
  { path: 'dpServer.tlsKeyFile', file: '/a', variable: '/a', value: '/a', beside: 'dpServer.tlsCertFile' },
  { path: 'dpServer.tlsMinVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'dpServer.tlsMaxVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'dpServer.tlsCipherSuites', file: ['a'], variable: 'a', value: ['a'] },
  { path: 'dpServer.authn.dpProxy.type', file: 'none', variable: 'none', value: 'none' },
  { path: 'dpServer.authn.dpProxy.dpToken.enableIssuer', file: false, variable: 'false', value: false },
  { path: 'dpServer.authn.dpProxy.dpToken.validator.useSecrets', file: false, variable: 'false', value: false },
  {
    path: 'dpServer.authn.dpProxy.dpToken.validator.publicKeys',
    file: [{ kid: 'a', key: 'pem', mesh: 'm' }],
    variable: '[{"kid":"a","key":"pem","mesh":"m"}]',
    value: [{ kid: 'a', key: 'pem', mesh: 'm' }],
  },
  { path: 'dpServer.authn.zoneProxy.type', file: 'none', variable: 'none', value: 'none' },
  { path: 'dpServer.authn.zoneProxy.zoneToken.enableIssuer', file: false, variable: 'false', value: false },
  { path: 'dpServer.authn.zoneProxy.zoneToken.validator.useSecrets', file: false, variable: 'false', value: false },
  {
    path: 'dpServer.authn.zoneProxy.zoneToken.validator.publicKeys',
    file: [{ kid: 'a', key: 'pem' }],
    variable: '[{"kid":"a","key":"pem"}]',
    value: [{ kid: 'a', key: 'pem' }],
  },
  { path: 'dpServer.authn.enableReloadableTokens', file: true, variable: '1', value: true },
  { path: 'dpServer.hds.enabled', file: false, variable: 'f', value: false },
  { path: 'dpServer.hds.interval', file: '1s', variable: '1s', value: 1_000 },
  { path: 'dpServer.hds.checkDefaults.timeout', file: '3s', variable: '3s', value: 3_000 },
  { path: 'dpServer.hds.checkDefaults.interval', file: '3s', variable: '3s', value: 3_000 },
  { path: 'dpServer.hds.checkDefaults.noTrafficInterval', file: '3s', variable: '3s', value: 3_000 },
  { path: 'dpServer.hds.checkDefaults.healthyThreshold', file: 3, variable: '3', value: 3 },
  { path: 'dpServer.hds.checkDefaults.unhealthyThreshold', file: 3, variable: '3', value: 3 },
  { path: 'monitoringAssignmentServer.interface', file: '::', variable: '::', value: '::' },
  { path: 'monitoringAssignmentServer.port', file: 5676, variable: '5676', value: 5676 },
  { path: 'monitoringAssignmentServer.defaultFetchTimeout', file: '1m', variable: '1m', value: 60_000 },
  { path: 'monitoringAssignmentServer.assignmentRefreshInterval', file: '2s', variable: '2s', value: 2_000 },
  { path: 'monitoringAssignmentServer.tlsEnabled', file: true, variable: 'true', value: true },
  {
    path: 'monitoringAssignmentServer.tlsCertFile',
    file: '/a',
    variable: '/a',
    value: '/a',
    beside: 'monitoringAssignmentServer.tlsKeyFile',
  },
  {
    path: 'monitoringAssignmentServer.tlsKeyFile',
    file: '/a',
    variable: '/a',
    value: '/a',
    beside: 'monitoringAssignmentServer.tlsCertFile',
  },
  { path: 'monitoringAssignmentServer.tlsMinVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'monitoringAssignmentServer.tlsMaxVersion', file: 'TLSv1_3', variable: 'TLSv1_3', value: 'TLSv1_3' },
  { path: 'monitoringAssignmentServer.tlsCipherSuites', file: ['a'], variable: 'a', value: ['a'] },
  { path: 'bootstrapServer.params.adminAddress', file: '::1', variable: '::1', value: '::1' },
  { path: 'bootstrapServer.params.adminPort', file: 1, variable: '1', value: 1 },
  { path: 'bootstrapServer.params.adminAccessLogPath', file: '/a.log', variable: '/a.log', value: '/a.log' },
  { path: 'bootstrapServer.params.xdsHost', file: 'cp', variable: 'cp', value: 'cp' },
  { path: 'bootstrapServer.params.xdsPort', file: 1, variable: '1', value: 1 },
  { path: 'bootstrapServer.params.xdsConnectTimeout', file: '2s', variable: '2s', value: 2_000 },
  { path: 'proxy.gateway.globalDownstreamMaxConnections', file: 7, variable: '7', value: 7 },
  { path: 'runtime.universal.dataplaneCleanupAge', file: '1h', variable: '1h', value: 3_600_000 },
  { path: 'xdsServer.dataplaneStatusFlushInterval', file: '1m', variable: '1m', value: 60_000 },
  { path: 'xdsServer.dataplaneDeregistrationDelay', file: '1s', variable: '1s', value: 1_000 },
  { path: 'defaults.skipMeshCreation', file: true, variable: '1', value: true },
  { path: 'defaults.skipTenantResources', file: true, variable: '1', value: true },
  { path: 'diagnostics.interface', file: '::', variable: '::', value: '::' },
  { path: 'diagnostics.serverPort', file: 0, variable: '0', value: 0 },
  { path: 'log.level', file: 'debug', variable: 'debug', value: 'debug' },
  { path: 'log.format', file: 'json', variable: 'json', value: 'json' },
];

describe('every setting', () => {
  it('has a sample', () => {
    expect(samples.map(({ path }) => path)).toEqual(settingKeys.map(({ path }) => path));
  });

  const envOf = (beside: string | undefined): Readonly<Record<string, string>> =>
    beside === undefined ? {} : { [settingKeys.find(({ path }) => path === beside)?.env[0] ?? '']: '/beside' };

  it.each(samples)('$path is read from the file', ({ path, file, value, beside }) => {
    const { settings, origins, warnings } = parse({ fileText: nest(path, file), env: envOf(beside) });
    expect(read(settings, path)).toEqual(value);
    expect(origins.get(path)).toBe('skein.yaml:1');
    expect(warnings).toEqual([]);
  });

  const variables = samples.flatMap((sample) =>
    (settingKeys.find(({ path }) => path === sample.path)?.env ?? []).map((name) => ({ name, ...sample })),
  );

  it.each(variables)('$path is read from $name', ({ name, path, variable, value, beside }) => {
    const { settings, origins, warnings } = parse({ env: { [name]: variable, ...envOf(beside) } });
    expect(read(settings, path)).toEqual(value);
    expect(origins.get(path)).toBe(name);
    expect(warnings).toEqual([]);
  });

  it('has the variables of Kuma, except for our own settings', () => {
    expect(settingKeys.flatMap(({ env }) => env.filter((name) => name.startsWith('KUMA_')))).toEqual([
      'KUMA_ENVIRONMENT',
      'KUMA_MODE',
      'KUMA_GENERAL_WORK_DIR',
      'KUMA_GENERAL_TLS_CERT_FILE',
      'KUMA_GENERAL_TLS_KEY_FILE',
      'KUMA_GENERAL_TLS_MIN_VERSION',
      'KUMA_GENERAL_TLS_MAX_VERSION',
      'KUMA_GENERAL_TLS_CIPHER_SUITES',
      'KUMA_STORE_TYPE',
      'KUMA_API_SERVER_HTTP_ENABLED',
      'KUMA_API_SERVER_HTTP_INTERFACE',
      'KUMA_API_SERVER_HTTP_PORT',
      'KUMA_API_SERVER_HTTPS_ENABLED',
      'KUMA_API_SERVER_HTTPS_INTERFACE',
      'KUMA_API_SERVER_HTTPS_PORT',
      'KUMA_API_SERVER_HTTPS_TLS_CERT_FILE',
      'KUMA_API_SERVER_HTTPS_TLS_KEY_FILE',
      'KUMA_API_SERVER_HTTPS_TLS_MIN_VERSION',
      'KUMA_API_SERVER_HTTPS_TLS_MAX_VERSION',
      'KUMA_API_SERVER_HTTPS_TLS_CIPHER_SUITES',
      'KUMA_API_SERVER_HTTPS_REQUIRE_CLIENT_CERT',
      'KUMA_API_SERVER_HTTPS_TLS_CA_FILE',
      'KUMA_API_SERVER_AUTH_CLIENT_CERTS_DIR',
      'KUMA_API_SERVER_READ_ONLY',
      'KUMA_API_SERVER_ROOT_URL',
      'KUMA_API_SERVER_GUI_ENABLED',
      'KUMA_API_SERVER_GUI_BASE_PATH',
      'KUMA_API_SERVER_GUI_ROOT_URL',
      'KUMA_API_SERVER_CORS_ALLOWED_DOMAINS',
      'KUMA_API_SERVER_AUTHN_TYPE',
      'KUMA_API_SERVER_AUTHN_LOCALHOST_IS_ADMIN',
      'KUMA_API_SERVER_AUTHN_TOKENS_BOOTSTRAP_ADMIN_TOKEN',
      'KUMA_API_SERVER_AUTHN_TOKENS_ENABLE_ISSUER',
      'KUMA_API_SERVER_AUTHN_TOKENS_VALIDATOR_USE_SECRETS',
      'KUMA_DP_SERVER_PORT',
      'KUMA_DP_SERVER_TLS_CERT_FILE',
      'KUMA_DP_SERVER_TLS_KEY_FILE',
      'KUMA_DP_SERVER_TLS_MIN_VERSION',
      'KUMA_DP_SERVER_TLS_MAX_VERSION',
      'KUMA_DP_SERVER_TLS_CIPHER_SUITES',
      'KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE',
      'KUMA_DP_SERVER_AUTHN_DP_PROXY_DP_TOKEN_ENABLE_ISSUER',
      'KUMA_DP_SERVER_AUTHN_DP_PROXY_DP_TOKEN_VALIDATOR_USE_SECRETS',
      'KUMA_DP_SERVER_AUTHN_ZONE_PROXY_TYPE',
      'KUMA_DP_SERVER_AUTHN_ZONE_PROXY_ZONE_TOKEN_ENABLE_ISSUER',
      'KUMA_DP_SERVER_AUTHN_ZONE_PROXY_ZONE_TOKEN_VALIDATOR_USE_SECRETS',
      'KUMA_DP_SERVER_AUTHN_ENABLE_RELOADABLE_TOKENS',
      'KUMA_DP_SERVER_HDS_ENABLED',
      'KUMA_DP_SERVER_HDS_INTERVAL',
      'KUMA_DP_SERVER_HDS_CHECK_TIMEOUT',
      'KUMA_DP_SERVER_HDS_CHECK_INTERVAL',
      'KUMA_DP_SERVER_HDS_CHECK_NO_TRAFFIC_INTERVAL',
      'KUMA_DP_SERVER_HDS_CHECK_HEALTHY_THRESHOLD',
      'KUMA_DP_SERVER_HDS_CHECK_UNHEALTHY_THRESHOLD',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_PORT',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_DEFAULT_FETCH_TIMEOUT',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_ASSIGNMENT_REFRESH_INTERVAL',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_ENABLED',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_CERT_FILE',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_KEY_FILE',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_MIN_VERSION',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_MAX_VERSION',
      'KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_CIPHER_SUITES',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_ADMIN_ADDRESS',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_ADMIN_PORT',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_ADMIN_ACCESS_LOG_PATH',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_XDS_HOST',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_XDS_PORT',
      'KUMA_BOOTSTRAP_SERVER_PARAMS_XDS_CONNECT_TIMEOUT',
      'KUMA_PROXY_GATEWAY_GLOBAL_DOWNSTREAM_MAX_CONNECTIONS',
      'KUMA_RUNTIME_UNIVERSAL_DATAPLANE_CLEANUP_AGE',
      'KUMA_XDS_SERVER_DATAPLANE_STATUS_FLUSH_INTERVAL',
      'KUMA_XDS_DATAPLANE_DEREGISTRATION_DELAY',
      'KUMA_DEFAULTS_SKIP_MESH_CREATION',
      'KUMA_DEFAULTS_SKIP_TENANT_RESOURCES',
      'KUMA_DIAGNOSTICS_SERVER_PORT',
    ]);
  });
});

describe('precedence', () => {
  const fileText = 'apiServer: { http: { port: 1 } }';
  it.each<{ name: string; sources: Partial<SettingsSources>; port: number; origin: string }>([
    { name: 'default', sources: {}, port: 5681, origin: 'default' },
    { name: 'file over default', sources: { fileText }, port: 1, origin: 'skein.yaml:1' },
    {
      name: 'KUMA_ over file',
      sources: { fileText, env: { KUMA_API_SERVER_HTTP_PORT: '2' } },
      port: 2,
      origin: 'KUMA_API_SERVER_HTTP_PORT',
    },
    {
      name: 'SKEIN_ over KUMA_',
      sources: { fileText, env: { KUMA_API_SERVER_HTTP_PORT: '2', SKEIN_API_SERVER_HTTP_PORT: '3' } },
      port: 3,
      origin: 'SKEIN_API_SERVER_HTTP_PORT',
    },
    {
      name: 'an empty variable is none',
      sources: { fileText, env: { SKEIN_API_SERVER_HTTP_PORT: '' } },
      port: 1,
      origin: 'skein.yaml:1',
    },
    {
      name: 'a key without value is none',
      sources: { fileText: 'apiServer: { http: { port: } }' },
      port: 5681,
      origin: 'default',
    },
    { name: 'a section without keys is none', sources: { fileText: 'apiServer:' }, port: 5681, origin: 'default' },
    { name: 'an empty file is none', sources: { fileText: '# nothing\n' }, port: 5681, origin: 'default' },
    {
      name: 'names in a file may have another case',
      sources: { fileText: 'APIServer: { http: { Port: 4 } }' },
      port: 4,
      origin: 'skein.yaml:1',
    },
    {
      name: 'aliases are followed',
      sources: { fileText: 'diagnostics: { serverPort: &p 7 }\napiServer: { http: { port: *p } }' },
      port: 7,
      origin: 'skein.yaml:2',
    },
  ])('$name', ({ sources, port, origin }) => {
    const { settings, origins } = parse(sources);
    expect(settings.apiServer.http.port).toBe(port);
    expect(origins.get('apiServer.http.port')).toBe(origin);
  });
});

describe('paths', () => {
  it.each([
    {
      name: 'the file is in the working folder',
      env: { KUMA_GENERAL_WORK_DIR: '/data' },
      workDir: '/data',
      path: '/data/skein.db',
    },
    {
      name: 'a relative file too',
      env: { KUMA_GENERAL_WORK_DIR: '/data', SKEIN_STORE_SQLITE_PATH: 'a/b.db' },
      workDir: '/data',
      path: '/data/a/b.db',
    },
    {
      name: 'a home folder of its own',
      env: { SKEIN_STORE_SQLITE_PATH: '~/b.db' },
      workDir: '/home/me/.skein',
      path: '/home/me/b.db',
    },
    {
      name: 'the home folder itself',
      env: { SKEIN_GENERAL_WORK_DIR: '~' },
      workDir: '/home/me',
      path: '/home/me/skein.db',
    },
    {
      name: 'a tilde elsewhere is none',
      env: { SKEIN_GENERAL_WORK_DIR: '/a/~b' },
      workDir: '/a/~b',
      path: '/a/~b/skein.db',
    },
  ])('$name', ({ env, workDir, path }) => {
    const { settings } = parse({ env });
    expect(settings.general.workDir).toBe(workDir);
    expect(settings.store.sqlite.path).toBe(path);
  });

  it('the file of keys is looked for like that of the store', () => {
    const { settings } = parse({ env: { KUMA_GENERAL_WORK_DIR: '/data', SKEIN_STORE_SECRETS_KEY_FILE: 'a.key' } });
    expect(settings.store.secrets.keyFile).toBe('/data/a.key');
  });

  it('HOME stands in for the home folder', () => {
    expect(parse({ home: undefined, env: { HOME: '/root' } }).settings.general.workDir).toBe('/root/.skein');
  });

  it('needs a home folder only where it is asked for', () => {
    expect(problemsOf({ home: undefined })).toEqual([
      'general.workDir: is "~/.skein", but the home folder is not known (HOME is not set); give the whole path',
    ]);
    expect(problemsOf({ home: undefined, env: { SKEIN_GENERAL_WORK_DIR: '/data' } })).toEqual([]);
  });
});

describe('known to Kuma, without effect', () => {
  it('one line names all of them, file first', () => {
    const { warnings } = parse({
      fileText:
        'dpServer: { readHeaderTimeout: a, hds: { refreshInterval: 1s } }\nstore: { postgres: { password: secret } }',
      env: { KUMA_DNS_SERVER_SERVICE_VIP_PORT: 'a', KUMA_ACCESS_STATIC_GET_CONFIG_DUMP_USERS: 'b' },
    });
    expect(warnings).toEqual([
      'known to Kuma, but without effect here: dpServer.readHeaderTimeout, dpServer.hds.refreshInterval, store.postgres.password, ' +
        'KUMA_ACCESS_STATIC_GET_CONFIG_DUMP_USERS, KUMA_DNS_SERVER_SERVICE_VIP_PORT',
    ]);
  });

  it.each(ineffectiveKeys)('$path', ({ path, env }) => {
    const named = `known to Kuma, but without effect here: `;
    expect(parse({ fileText: nest(path, { any: ['thing'] }) }).warnings).toEqual([`${named}${path}`]);
    if (env !== undefined) expect(parse({ env: { [env]: 'anything' } }).warnings).toEqual([`${named}${env}`]);
  });

  it('no key is in both lists', () => {
    const supported = new Set(settingKeys.map(({ path }) => path));
    expect(ineffectiveKeys.filter(({ path }) => supported.has(path))).toEqual([]);
    expect(new Set(ineffectiveKeys.map(({ path }) => path)).size).toBe(ineffectiveKeys.length);
  });
});

describe('variables of others', () => {
  it.each([
    'KUMA_DATAPLANE_NAME',
    'KUMA_CONTROL_PLANE_URL',
    'KUMA_DNS_ENABLED',
    'KUMA_READINESS_PORT',
    'KUMA_CP',
    'PATH',
  ])('%s is passed over', (name) => {
    expect(parse({ env: { [name]: 'x' } }).warnings).toEqual([]);
  });

  it.each([
    { name: 'SKEIN_SERVICE_HOST', text: '10.0.0.1' },
    { name: 'SKEIN_SERVICE_PORT', text: '5681' },
    { name: 'SKEIN_SERVICE_PORT_HTTP_API', text: '5681' },
    { name: 'SKEIN_PORT', text: 'tcp://10.0.0.1:5681' },
    { name: 'SKEIN_PORT_5681_TCP', text: 'tcp://10.0.0.1:5681' },
    { name: 'SKEIN_PORT_5681_TCP_ADDR', text: '10.0.0.1' },
    { name: 'KUMA_CONTROL_PLANE_SERVICE_HOST', text: '10.0.0.1' },
  ])('links to services are passed over: $name', ({ name, text }) => {
    expect(parse({ env: { [name]: text } }).warnings).toEqual([]);
  });
});

describe('refusals', () => {
  it.each<{ name: string; sources: Partial<SettingsSources>; problems: readonly string[] }>([
    {
      name: 'all at once, each with its place',
      sources: {
        fileText: 'apiServer:\n  http:\n    prot: 9\n    port: x\nlog: { colour: true }\n',
        env: { SKEIN_STORE_TYP: 'memory', KUMA_DIAGNOSTICS_SERVER_PORT: '65536' },
      },
      problems: [
        'skein.yaml:3: apiServer.http.prot: unknown key, did you mean apiServer.http.port?',
        'skein.yaml:5: log.colour: unknown key',
        'SKEIN_STORE_TYP: unknown variable, did you mean SKEIN_STORE_TYPE?',
        'skein.yaml:4: apiServer.http.port: must be a whole number from 0 to 65535, is "x"',
        'KUMA_DIAGNOSTICS_SERVER_PORT: diagnostics.serverPort: must be a whole number from 0 to 65535, is "65536"',
      ],
    },
    {
      name: 'variables with the prefix of Kuma',
      sources: { env: { KUMA_API_SERVER_READ_OLNY: 'true', KUMA_DP_SERVER_PROT: '1', KUMA_DNS_SERVER_X: '1' } },
      problems: [
        'KUMA_API_SERVER_READ_OLNY: unknown variable, did you mean KUMA_API_SERVER_READ_ONLY?',
        'KUMA_DNS_SERVER_X: unknown variable, did you mean KUMA_DNS_SERVER_CIDR?',
        'KUMA_DP_SERVER_PROT: unknown variable, did you mean KUMA_DP_SERVER_PORT?',
      ],
    },
    {
      name: 'a pattern that is none',
      sources: { env: { KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: 'https://a.b,(' } },
      problems: ['KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: apiServer.corsAllowedDomains: "(" is no regular expression'],
    },
    {
      name: 'a prefix is no likeness',
      sources: { env: { SKEIN_FOO: '1' } },
      problems: ['SKEIN_FOO: unknown variable'],
    },
    {
      name: 'a bad value in the file although a variable hides it',
      sources: { fileText: 'log: { level: loud }', env: { SKEIN_LOG_LEVEL: 'info' } },
      problems: ['skein.yaml:1: log.level: must be one of trace, debug, info, warn, error, fatal, silent, is "loud"'],
    },
    {
      name: 'a word that is nearly one',
      sources: { env: { SKEIN_LOG_FORMAT: 'jsno' } },
      problems: ['SKEIN_LOG_FORMAT: log.format: must be one of auto, json, pretty (did you mean json?), is "jsno"'],
    },
    {
      name: 'PostgreSQL',
      sources: { env: { KUMA_STORE_TYPE: 'postgres' } },
      problems: [
        'KUMA_STORE_TYPE: store.type: is "postgres", but PostgreSQL is not supported yet; available are sqlite (a file, the default) and memory',
      ],
    },
    {
      name: 'Kubernetes as a store',
      sources: { env: { KUMA_STORE_TYPE: 'kubernetes' } },
      problems: [
        'KUMA_STORE_TYPE: store.type: is "kubernetes", but Kubernetes is not supported as a store; available are sqlite (a file, the default) and memory',
      ],
    },
    ...['global', 'zone'].map((mode) => ({
      name: `mode ${mode}`,
      sources: { env: { KUMA_MODE: mode } },
      problems: [
        `KUMA_MODE: mode: is "${mode}", but multi-zone deployments are not supported yet; the only mode is standalone`,
      ],
    })),
    {
      name: 'Kubernetes',
      sources: { fileText: 'environment: kubernetes' },
      problems: [
        'skein.yaml:1: environment: is "kubernetes", but running on Kubernetes is not supported; the only environment is universal',
      ],
    },
    {
      name: 'neither HTTP nor HTTPS',
      sources: { env: { KUMA_API_SERVER_HTTP_ENABLED: 'false', KUMA_API_SERVER_HTTPS_ENABLED: 'false' } },
      problems: ['apiServer.http.enabled, apiServer.https.enabled: are both false, so that there would be no API'],
    },
    {
      name: 'a certificate without its key, and a key without its certificate',
      sources: { env: { KUMA_GENERAL_TLS_CERT_FILE: 'a', KUMA_API_SERVER_HTTPS_TLS_KEY_FILE: 'b' } },
      problems: ['general', 'apiServer.https'].map(
        (section) =>
          `${section}.tlsCertFile, ${section}.tlsKeyFile: only one of them is given; a certificate needs its key`,
      ),
    },
    {
      name: 'versions of TLS of which none is left',
      sources: {
        env: { KUMA_GENERAL_TLS_MIN_VERSION: 'TLSv1_3', KUMA_API_SERVER_HTTPS_TLS_MAX_VERSION: 'TLSv1_2' },
      },
      problems: ['apiServer.https: no version of TLS is left: the least is TLSv1_3, the greatest TLSv1_2'],
    },
    {
      name: 'versions of TLS of which none is left for proxies',
      sources: {
        env: { KUMA_DP_SERVER_TLS_MIN_VERSION: 'TLSv1_3', KUMA_DP_SERVER_TLS_MAX_VERSION: 'TLSv1_2' },
      },
      problems: ['dpServer: no version of TLS is left: the least is TLSv1_3, the greatest TLSv1_2'],
    },
    {
      name: 'certificates of clients that nobody can have',
      sources: { env: { KUMA_API_SERVER_HTTPS_REQUIRE_CLIENT_CERT: 'true' } },
      problems: [
        'apiServer.https.requireClientCert: is true, but no certificate is trusted; see apiServer.https.tlsCaFile and apiServer.auth.clientCertsDir',
      ],
    },
    {
      name: 'certificates of clients under another name',
      sources: { env: { KUMA_API_SERVER_AUTHN_TYPE: 'clientCerts' } },
      problems: [
        'KUMA_API_SERVER_AUTHN_TYPE: apiServer.authn.type: is "clientCerts", but Kuma 2.5 calls it adminClientCerts',
      ],
    },
    {
      name: 'a flag',
      sources: { env: { KUMA_API_SERVER_READ_ONLY: 'yes' } },
      problems: ['KUMA_API_SERVER_READ_ONLY: apiServer.readOnly: must be true or false, is "yes"'],
    },
    {
      name: 'a fraction',
      sources: { fileText: 'apiServer: { jsonDepth: 9.5 }' },
      problems: ['skein.yaml:1: apiServer.jsonDepth: must be a whole number from 8 to 1000, is 9.5'],
    },
    {
      name: 'a number in quotes',
      sources: { fileText: 'apiServer: { jsonDepth: "9" }' },
      problems: ['skein.yaml:1: apiServer.jsonDepth: must be a whole number from 8 to 1000, is "9"'],
    },
    {
      name: 'a duration without unit',
      sources: { fileText: 'apiServer: { requestTimeout: 30 }' },
      problems: [
        'skein.yaml:1: apiServer.requestTimeout: must be a duration like 30s or 5m, in whole milliseconds, from 1s to 24h0m0s, is 30',
      ],
    },
    {
      name: 'a duration finer than milliseconds',
      sources: { env: { SKEIN_API_SERVER_REQUEST_TIMEOUT: '1000.5ms' } },
      problems: [
        'SKEIN_API_SERVER_REQUEST_TIMEOUT: apiServer.requestTimeout: must be a duration like 30s or 5m, in whole milliseconds, from 1s to 24h0m0s, is "1000.5ms"',
      ],
    },
    {
      name: 'a list with a hole',
      sources: { env: { KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: 'a,,b' } },
      problems: [
        'KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: apiServer.corsAllowedDomains: must be a list of texts that are not empty, is "a,,b"',
      ],
    },
    {
      name: 'an empty text',
      sources: { fileText: 'general: { workDir: "" }' },
      problems: ['skein.yaml:1: general.workDir: must be a text that is not empty, is ""'],
    },
    {
      name: 'a value for a section',
      sources: { fileText: 'apiServer: { http: on }' },
      problems: ['skein.yaml:1: apiServer.http: must hold further keys'],
    },
    {
      name: 'a file that is a list',
      sources: { fileText: '- a' },
      problems: ['skein.yaml: must hold keys and values'],
    },
    {
      name: 'a key twice',
      sources: { fileText: 'mode: standalone\nmode: standalone' },
      problems: ['skein.yaml:2: Map keys must be unique'],
    },
    { name: 'a tag', sources: { fileText: 'mode: !env MODE' }, problems: ['skein.yaml:1: Unresolved tag: !env'] },
    {
      name: 'a key of the prototype',
      sources: { fileText: 'constructor: { name: a }' },
      problems: ['skein.yaml:1: constructor: unknown key'],
    },
  ])('$name', ({ sources, problems }) => {
    expect(problemsOf(sources)).toEqual(problems);
  });
});

describe('the result', () => {
  it('is frozen to the bottom', () => {
    const { settings } = parse({ fileText: 'apiServer: { corsAllowedDomains: [a] }' });
    for (const part of [settings, settings.apiServer, settings.apiServer.http, settings.apiServer.corsAllowedDomains]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(parse({}).settings.apiServer.corsAllowedDomains)).toBe(true);
  });

  it('is shown with sorted keys and durations in words', () => {
    const shown = renderSettings(parse({ fileText: 'store: { changeLog: { maxAge: 90m } }' }).settings);
    expect(shown).toMatchObject({
      store: { changeLog: { maxAge: '1h30m0s', maxRows: 100_000 } },
      apiServer: { requestTimeout: '30s' },
    });
    expect(Object.keys(shown)).toEqual(Object.keys(shown).sort());
    expect([...showValues(parse({}).settings).keys()]).toEqual(settingKeys.map(({ path }) => path).sort());
  });

  it('shows no secret, neither in the settings nor in what is wrong with them', () => {
    const { settings } = parse({ env: { SKEIN_STORE_SECRETS_KEYS: 'canary,canary' } });
    expect(renderSettings(settings)).toMatchObject({ store: { secrets: { keys: ['*****', '*****'] } } });
    expect(problemsOf({ fileText: 'store: { secrets: { keys: canary } }' })).toEqual([
      'skein.yaml:1: store.secrets.keys: must be a list of texts that are not empty',
    ]);
  });

  it('survives the way through a file, except for secrets', () => {
    const shown = samples.filter(
      ({ path }) => settingKeys.find((key) => key.path === path)?.schema.setting.secret !== true,
    );
    const env = Object.fromEntries(
      shown.map(({ path, variable }) => [settingKeys.find((key) => key.path === path)?.env[0], variable]),
    );
    const { settings } = parse({ env });
    expect(parse({ fileText: JSON.stringify(renderSettings(settings)) }).settings).toEqual(settings);
  });
});
