import { Type, type Static } from 'typebox';

import {
  choice,
  duration,
  flag,
  integer,
  list,
  meshedPublicKeys,
  port,
  publicKeys,
  text,
  url,
  urlPath,
} from './setting.js';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const notMultiZone = 'multi-zone deployments are not supported yet; the only mode is standalone';

const tlsVersion = (version: 'TLSv1_2' | 'TLSv1_3', description: string) =>
  choice(['TLSv1_2', 'TLSv1_3'], { default: version, description });

/** What one server may say of TLS beside the section `general`. */
const tlsLimits = {
  tlsMinVersion: tlsVersion(
    'TLSv1_2',
    'The least version of TLS; the greater of this and `general.tlsMinVersion` counts.',
  ),
  tlsMaxVersion: tlsVersion(
    'TLSv1_3',
    'The greatest version of TLS; the lesser of this and `general.tlsMaxVersion` counts.',
  ),
  tlsCipherSuites: list({
    default: [],
    description: 'Cipher suites for TLS 1.2; those of `general.tlsCipherSuites` without any.',
  }),
};

/** Every setting that has an effect: the one truth of names, types, defaults and the reference in `docs/settings.md`. */
export const settingsSchema = Type.Object({
  environment: choice(['universal'], {
    default: 'universal',
    description: 'Where the proxies run.',
    refusals: { kubernetes: 'running on Kubernetes is not supported; the only environment is universal' },
  }),
  mode: choice(['standalone'], {
    default: 'standalone',
    description: 'Role of this control plane.',
    refusals: { global: notMultiZone, zone: notMultiZone },
  }),
  general: Type.Object({
    workDir: text({
      default: '~/.skein',
      description: 'Folder for what the server keeps; it is made when it does not exist. `~` is the home folder.',
    }),
    tlsCertFile: text({
      default: '',
      description:
        'File with the TLS certificate of all servers, and the chain after it (PEM); without it one is made in `tls/` of `general.workDir`, by a CA that is kept there (`ca.crt`).',
    }),
    tlsKeyFile: text({ default: '', description: 'File with the key of that certificate (PEM).' }),
    tlsNames: list({
      own: true,
      default: [],
      description:
        'Further names and addresses for the certificate that is made, besides those of this host and of the settings.',
    }),
    tlsMinVersion: tlsVersion('TLSv1_2', 'The least version of TLS on all servers.'),
    tlsMaxVersion: tlsVersion('TLSv1_3', 'The greatest version of TLS on all servers.'),
    tlsCipherSuites: list({
      default: [],
      description: 'Cipher suites of all servers for TLS 1.2, as Go and IANA name them; without any, those of Node.js.',
    }),
  }),
  store: Type.Object({
    type: choice(['sqlite', 'memory'], {
      default: 'sqlite',
      description: 'Where resources are kept: in an SQLite file, or in memory until the server ends.',
      refusals: {
        postgres: 'PostgreSQL is not supported yet; available are sqlite (a file, the default) and memory',
        kubernetes: 'Kubernetes is not supported as a store; available are sqlite (a file, the default) and memory',
      },
    }),
    sqlite: Type.Object({
      path: text({
        own: true,
        default: 'skein.db',
        description: 'The SQLite file. A relative path starts at `general.workDir`; `~` is the home folder.',
      }),
    }),
    secrets: Type.Object({
      keyFile: text({
        own: true,
        default: 'secrets.key',
        description:
          'File with the keys that encrypt secrets in the store, made at the first start: one per line, 32 bytes in base64; the first encrypts, all decrypt. A relative path starts at `general.workDir`; `~` is the home folder.',
      }),
      keys: list({
        own: true,
        secret: true,
        default: [],
        description: 'The keys themselves, in the same form, in place of a file; never shown.',
      }),
    }),
    changeLog: Type.Object({
      maxRows: integer(
        { min: 1_000, max: 10_000_000 },
        {
          own: true,
          default: 100_000,
          description: 'Changes that are kept for those who follow them; the stricter of the two bounds holds.',
        },
      ),
      maxAge: duration(
        { min: minute, max: 365 * day },
        {
          own: true,
          default: day,
          description: 'How long a change is kept for those who follow them.',
        },
      ),
    }),
  }),
  apiServer: Type.Object({
    http: Type.Object({
      enabled: flag({
        default: true,
        description: 'Serve the API over HTTP.',
      }),
      interface: text({
        default: '127.0.0.1',
        description: 'Address the API listens on; `0.0.0.0` or `::` for all. Kuma listens on all.',
      }),
      port: port({ default: 5681, description: 'Port of the API; 0 takes any free one.' }),
    }),
    https: Type.Object({
      enabled: flag({ default: true, description: 'Serve the API over HTTPS.' }),
      interface: text({
        default: '127.0.0.1',
        description: 'Address the API listens on for HTTPS; `0.0.0.0` or `::` for all. Kuma listens on all.',
      }),
      port: port({ default: 5682, description: 'Port of the API for HTTPS; 0 takes any free one.' }),
      tlsCertFile: text({
        default: '',
        description: 'File with the TLS certificate of the API; that of `general.tlsCertFile` without it.',
      }),
      tlsKeyFile: text({ default: '', description: 'File with the key of that certificate (PEM).' }),
      ...tlsLimits,
      requireClientCert: flag({
        default: false,
        description: 'Serve only clients with a certificate that is trusted.',
      }),
      tlsCaFile: text({
        default: '',
        description: 'File with CAs (PEM) that certify clients, besides those of `apiServer.auth.clientCertsDir`.',
      }),
    }),
    auth: Type.Object({
      clientCertsDir: text({
        default: '',
        description:
          'Folder with certificates of clients, or of CAs that certify them: files that end in `.pem` or `.crt`.',
      }),
    }),
    readOnly: flag({ default: false, description: 'Refuse every PUT and DELETE.' }),
    rootUrl: url({
      default: '',
      description: 'Where the GUI finds the API, behind a proxy of its own: a URL, or a path; `/` without it.',
    }),
    gui: Type.Object({
      enabled: flag({ default: true, description: 'Serve the GUI, if `apiServer.gui.path` says where it is.' }),
      path: text({
        own: true,
        default: '',
        description:
          'Folder with a bundle of Kuma’s GUI (`app/kuma-ui/pkg/resources/data` of its source), which is no part of this server; read at start. `~` is the home folder.',
      }),
      basePath: urlPath({ default: '/gui', description: 'Path under which the GUI is served.' }),
      rootUrl: url({
        default: '',
        description:
          'Where browsers find the GUI, behind a proxy: a URL, or a path; `apiServer.gui.basePath` without it.',
      }),
    }),
    corsAllowedDomains: list({
      default: [],
      hasPatterns: true,
      description:
        'Origins whose pages may call the API: origins (`https://gui.example.com`), or regular expressions for whole ones. Kuma allows all.',
    }),
    authn: Type.Object({
      type: choice(['tokens', 'adminClientCerts'], {
        default: 'tokens',
        description:
          'How users say who they are: by a token; or by a certificate over HTTPS, which makes them administrators.',
        refusals: { clientCerts: 'Kuma 2.5 calls it adminClientCerts' },
      }),
      localhostIsAdmin: flag({
        default: true,
        description:
          'Clients on this host are administrators, unless a web page may be behind them (`Origin`, foreign `Host`).',
      }),
      tokens: Type.Object({
        bootstrapAdminToken: flag({
          default: true,
          description: 'Make the token of an administrator at the first start: the global secret `admin-user-token`.',
        }),
        enableIssuer: flag({
          default: true,
          description: 'Issue tokens of users; false when they are all issued elsewhere.',
        }),
        validator: Type.Object({
          useSecrets: flag({
            default: true,
            description: 'Accept tokens of users that are signed with keys in secrets.',
          }),
          publicKeys: publicKeys({
            own: true,
            default: [],
            description:
              'Further keys of tokens of users: `kid`, and `key` (PEM) or `keyFile`; as JSON in the variable, which Kuma has not.',
          }),
        }),
      }),
    }),
    anonymousAccess: choice(['none', 'read', 'write'], {
      own: true,
      default: 'read',
      description: 'What clients on other hosts may do without authentication. Kuma lets them write.',
    }),
    bodyLimit: integer(
      { min: 1_024, max: 1_073_741_824 },
      {
        own: true,
        unit: 'bytes',
        default: 1_048_576,
        description: 'Largest body of a request; larger ones are answered with 413.',
      },
    ),
    jsonDepth: integer(
      { min: 8, max: 1_000 },
      {
        own: true,
        default: 64,
        description: 'Deepest nesting of a JSON body; deeper ones are answered with 400.',
      },
    ),
    maxHeaderSize: integer(
      { min: 4_096, max: 1_048_576 },
      {
        own: true,
        unit: 'bytes',
        default: 16_384,
        description: 'Largest header of a request, with its first line; larger ones are answered with 431.',
      },
    ),
    maxConnectionsPerAddress: integer(
      { min: 1, max: 1_000_000 },
      {
        own: true,
        default: 1_024,
        description:
          'Connections that one address may hold, and requests that it may have under way; more are answered with 429.',
      },
    ),
    maxRequestsInFlight: integer(
      { min: 1, max: 1_000_000 },
      {
        own: true,
        default: 2_048,
        description: 'Requests that may be under way at once; more are answered with 503.',
      },
    ),
    maxBytesInFlight: integer(
      { min: 1_048_576, max: 1_099_511_627_776 },
      {
        own: true,
        unit: 'bytes',
        default: 67_108_864,
        description:
          'Bodies of all requests that are under way, together; more are answered with 503. A body without a length counts as one of `apiServer.bodyLimit`.',
      },
    ),
    requestTimeout: duration(
      { min: second, max: day },
      {
        own: true,
        default: 30 * second,
        description: 'Time a client has to send a whole request.',
      },
    ),
    headersTimeout: duration(
      { min: second, max: day },
      {
        own: true,
        default: 5 * second,
        description: 'Time a client has to send the header of a request.',
      },
    ),
  }),
  dpServer: Type.Object({
    interface: text({
      own: true,
      default: '0.0.0.0',
      description: 'Address that proxies connect to, over TLS; `0.0.0.0` or `::` for all.',
    }),
    port: port({ default: 5678, description: 'Port that proxies connect to; 0 takes any free one.' }),
    tlsCertFile: text({
      default: '',
      description: 'File with the TLS certificate that proxies see; that of `general.tlsCertFile` without it.',
    }),
    tlsKeyFile: text({ default: '', description: 'File with the key of that certificate (PEM).' }),
    ...tlsLimits,
    authn: Type.Object({
      dpProxy: Type.Object({
        type: choice(['dpToken', 'none'], {
          default: 'dpToken',
          description: 'How data plane proxies say who they are: by a token, or not at all, which is for tests.',
          refusals: { serviceAccountToken: 'running on Kubernetes is not supported; there are dpToken and none' },
        }),
        dpToken: Type.Object({
          enableIssuer: flag({
            default: true,
            description: 'Issue tokens of data plane proxies; false when they are all issued elsewhere.',
          }),
          validator: Type.Object({
            useSecrets: flag({
              default: true,
              description: 'Accept tokens of data plane proxies that are signed with keys in secrets of their mesh.',
            }),
            publicKeys: meshedPublicKeys({
              own: true,
              default: [],
              description:
                'Further keys of tokens of data plane proxies: `kid`, `key` (PEM) or `keyFile`, and `mesh` for those of one mesh only; as JSON in the variable, which Kuma has not.',
            }),
          }),
        }),
      }),
      zoneProxy: Type.Object({
        type: choice(['zoneToken', 'none'], {
          default: 'zoneToken',
          description: 'The same for zone proxies.',
          refusals: { serviceAccountToken: 'running on Kubernetes is not supported; there are zoneToken and none' },
        }),
        zoneToken: Type.Object({
          enableIssuer: flag({
            default: true,
            description: 'Issue tokens of zone proxies; false when they are all issued elsewhere.',
          }),
          validator: Type.Object({
            useSecrets: flag({
              default: true,
              description: 'Accept tokens of zone proxies that are signed with keys in secrets.',
            }),
            publicKeys: publicKeys({
              own: true,
              default: [],
              description:
                'Further keys of tokens of zone proxies: `kid`, and `key` (PEM) or `keyFile`; as JSON in the variable, which Kuma has not.',
            }),
          }),
        }),
      }),
      enableReloadableTokens: flag({
        default: false,
        description: 'Proxies read their token from its file each time they connect, so that it can be replaced.',
      }),
    }),
    hds: Type.Object({
      enabled: flag({ default: true, description: 'Proxies check workloads that have a `serviceProbe`.' }),
      interval: duration(
        { min: 100, max: day },
        { default: 5 * second, description: 'How often proxies tell how their workloads are.' },
      ),
      checkDefaults: Type.Object({
        timeout: duration(
          { min: 1, max: day },
          {
            default: 2 * second,
            kumaVariable: 'KUMA_DP_SERVER_HDS_CHECK_TIMEOUT',
            description: 'Time a workload has to take a connection, where its probe says none.',
          },
        ),
        interval: duration(
          { min: 1, max: day },
          {
            default: second,
            kumaVariable: 'KUMA_DP_SERVER_HDS_CHECK_INTERVAL',
            description: 'Time between two checks of a workload.',
          },
        ),
        noTrafficInterval: duration(
          { min: 1, max: day },
          {
            default: second,
            kumaVariable: 'KUMA_DP_SERVER_HDS_CHECK_NO_TRAFFIC_INTERVAL',
            description: 'The same of a workload that nobody has used yet.',
          },
        ),
        healthyThreshold: integer(
          { min: 1, max: 1_000_000 },
          {
            default: 1,
            kumaVariable: 'KUMA_DP_SERVER_HDS_CHECK_HEALTHY_THRESHOLD',
            description: 'Checks that must succeed until a workload counts as healthy.',
          },
        ),
        unhealthyThreshold: integer(
          { min: 1, max: 1_000_000 },
          {
            default: 1,
            kumaVariable: 'KUMA_DP_SERVER_HDS_CHECK_UNHEALTHY_THRESHOLD',
            description: 'Checks that must fail until a workload counts as unhealthy.',
          },
        ),
      }),
    }),
  }),
  monitoringAssignmentServer: Type.Object({
    interface: text({
      own: true,
      default: '127.0.0.1',
      description:
        'Address on which Prometheus is told where the metrics of proxies are; `0.0.0.0` or `::` for all. Kuma listens on all.',
    }),
    port: port({
      default: 0,
      description:
        'The port of that, for `kuma_sd_configs`; 0 = there is none. Kuma has one, 5676; nobody has to say who they are.',
    }),
    defaultFetchTimeout: duration(
      { min: 0, max: day },
      {
        default: 30 * second,
        description: 'How long a request waits for something new, where it does not say so itself.',
      },
    ),
    assignmentRefreshInterval: duration(
      { min: 1, max: day },
      { default: second, description: 'Changes within this time are told together.' },
    ),
    tlsEnabled: flag({ default: false, description: 'Listen with TLS.' }),
    tlsCertFile: text({
      default: '',
      description: 'File with the TLS certificate of that; that of `general.tlsCertFile` without it.',
    }),
    tlsKeyFile: text({ default: '', description: 'File with the key of that certificate (PEM).' }),
    ...tlsLimits,
  }),
  bootstrapServer: Type.Object({
    params: Type.Object({
      adminAddress: text({
        default: '127.0.0.1',
        description: 'Address that Envoy’s admin API listens on, on the host of the proxy.',
      }),
      adminPort: port({
        default: 9901,
        description: 'Port of Envoy’s admin API, where the resource of the proxy names none; 0 = there is none.',
      }),
      adminAccessLogPath: text({ default: '/dev/null', description: 'File to which Envoy’s admin API logs.' }),
      xdsHost: text({
        default: '',
        description: 'Host under which proxies connect to this server; the one that kuma-dp asked, without it.',
      }),
      xdsPort: port({ default: 0, description: 'The port that goes with it; 0 = `dpServer.port`.' }),
      xdsConnectTimeout: duration(
        { min: 0, max: day },
        { default: second, description: 'Time a proxy waits for a connection to this server.' },
      ),
    }),
  }),
  proxy: Type.Object({
    gateway: Type.Object({
      globalDownstreamMaxConnections: integer(
        { min: 0, max: 0xffff_ffff },
        { default: 50_000, description: 'Connections that a builtin gateway takes at most; 0 = 50000.' },
      ),
    }),
  }),
  runtime: Type.Object({
    universal: Type.Object({
      dataplaneCleanupAge: duration(
        { min: second, max: 3_650 * day },
        { default: 3 * day, description: 'How long a proxy may be gone until its Dataplane is deleted.' },
      ),
    }),
  }),
  xdsServer: Type.Object({
    dataplaneStatusFlushInterval: duration(
      { min: 100, max: day },
      { default: 10 * second, description: 'How often counters of connected proxies are stored.' },
    ),
    dataplaneDeregistrationDelay: duration(
      { min: 0, max: day },
      {
        default: 10 * second,
        kumaVariable: 'KUMA_XDS_DATAPLANE_DEREGISTRATION_DELAY',
        description: 'How long the resource stays that a proxy brought along, after the proxy has gone.',
      },
    ),
  }),
  defaults: Type.Object({
    skipMeshCreation: flag({ default: false, description: 'Do not create the mesh `default` at start.' }),
    skipTenantResources: flag({
      default: false,
      description:
        'Make nothing at start: neither the mesh `default` nor the keys, CAs and tokens of the control plane.',
    }),
  }),
  diagnostics: Type.Object({
    interface: text({
      own: true,
      default: '127.0.0.1',
      description: 'Address that health, readiness and metrics are served on; `0.0.0.0` or `::` for all.',
    }),
    serverPort: port({ default: 5680, description: 'Port of health, readiness and metrics; 0 takes any free one.' }),
  }),
  log: Type.Object({
    level: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      own: true,
      default: 'info',
      description: 'The least important lines that are written.',
    }),
    format: choice(['auto', 'json', 'pretty'], {
      own: true,
      default: 'auto',
      description: 'One JSON object per line, or lines for people; `auto` is `pretty` on a terminal.',
    }),
  }),
});

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly Item[]
  : Value extends object
    ? { readonly [Name in keyof Value]: DeepReadonly<Value[Name]> }
    : Value;

/** The product's own configuration, complete and deeply frozen. Durations in milliseconds, sizes in bytes, paths as they are opened. */
export type Settings = DeepReadonly<Static<typeof settingsSchema>>;
