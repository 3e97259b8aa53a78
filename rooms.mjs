// Which room of src/ may import which: the one place that says so. The rules of dependency-cruiser and those of eslint
// for pure rooms are made from this map; docs/adr/0001-rooms-and-direction.md gives the reasons.

const pureRooms = [
  'settings',
  'lib',
  'model',
  'resources',
  'policies',
  'admission',
  'snapshot',
  'rules',
  'plan',
  'envoy',
  'translate',
  'pipeline',
  'explain',
];

/**
 * `pure`: no await, clock, randomness, process or I/O. `mayImport`: other rooms, or `all`. A room is a folder of src/,
 * or a file in it.
 *
 * @type {Readonly<Record<string, { readonly pure: boolean, readonly mayImport: readonly string[] | 'all' }>>}
 */
export const rooms = Object.fromEntries(
  Object.entries({
    'main.ts': 'all',
    'app.ts': 'all',
    'serve-proxies.ts': 'all',
    'serve-prometheus.ts': 'all',
    'open-tls.ts': 'all',
    'live-world.ts': ['model', 'snapshot', 'store'],
    'tend-proxies.ts': 'all',
    cli: 'all',
    'registry.ts': ['model', 'resources', 'policies'],
    'version.ts': [],
    settings: ['lib'],
    lib: [],
    model: ['lib'],
    resources: ['lib', 'model'],
    policies: ['lib', 'model', 'snapshot', 'rules', 'plan', 'translate'],
    admission: ['lib', 'model', 'snapshot'],
    store: ['lib', 'model'],
    snapshot: ['lib', 'model'],
    rules: ['lib', 'model', 'snapshot'],
    plan: ['lib', 'model', 'snapshot'],
    envoy: ['lib'],
    translate: ['lib', 'model', 'plan', 'envoy'],
    pipeline: pureRooms,
    explain: pureRooms,
    access: ['lib', 'model', 'store'],
    pki: ['lib', 'model'],
    proxies: ['lib', 'model', 'admission', 'store', 'snapshot', 'rules', 'plan', 'envoy', 'pipeline', 'pki'],
    api: ['lib', 'model', 'admission', 'store', 'snapshot', 'pipeline', 'explain', 'access', 'proxies'],
    xds: ['lib', 'model', 'envoy', 'snapshot', 'plan', 'pipeline', 'access', 'pki', 'proxies'],
    diagnostics: ['lib'],
  }).map(([room, mayImport]) => [room, { pure: pureRooms.includes(room), mayImport }]),
);

/** Policies that patch Envoy's resources, so they run after `translate` and know its words. */
export const patchingPolicies = ['mesh-proxy-patch', 'proxy-template'];

/** Packages that belong to one room. A pattern matches the package's name from its beginning. */
export const packageOwners = [
  { packages: '@?fastify(/|$)', owner: 'api/' },
  { packages: 'better-sqlite3(/|$)', owner: 'store/sqlite/' },
  { packages: 'pg(/|$)', owner: 'store/postgres/' },
  { packages: '@grpc/', owner: 'xds/' },
  { packages: 'prom-client(/|$)', owner: 'diagnostics/' },
  { packages: 'commander(/|$)', owner: 'cli/' },
  { packages: '(@peculiar/x509|reflect-metadata|asn1js|ipaddr.js)(/|$)', owner: 'pki/' },
  { packages: 'jose(/|$)', owner: 'access/' },
];

/** Files that nothing imports on purpose: where processes and threads start. */
export const entryPoints = ['main.ts', 'store/sqlite/writer-worker.ts'];

/** Folder names that say nothing about what is inside. */
export const vagueFolders = ['utils', 'helpers', 'common', 'types', 'managers'];
