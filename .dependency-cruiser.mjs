import { entryPoints, packageOwners, patchingPolicies, rooms, vagueFolders } from './rooms.mjs';

const escape = (text) => text.replaceAll('.', '\\.');
const pathOf = (room) => (room.endsWith('.ts') ? `^src/${escape(room)}$` : `^src/${room}/`);
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const entries = entryPoints.map((file) => `^src/${escape(file)}$`);
const patching = `^src/policies/(${patchingPolicies.join('|')})/`;

/** A file of a room imports files of its own room and of those it may import, and no other file of src/. */
const direction = Object.entries(rooms)
  .filter(([, { mayImport }]) => mayImport !== 'all')
  .map(([room, { mayImport }]) =>
    error(
      `room-${room}`,
      `src/${room} may import ${mayImport.length === 0 ? 'no other room' : mayImport.join(', ')}`,
      { path: pathOf(room), ...(room === 'policies' ? { pathNot: patching } : {}) },
      { path: '^src/', pathNot: [room, ...mayImport].map(pathOf) },
    ),
  );

const ownership = packageOwners.map(({ packages, owner }) =>
  error(
    `only-${owner}`,
    `only src/${owner} imports this package`,
    { path: '^src/', pathNot: `^src/${owner}` },
    { path: `node_modules/${packages}` },
  ),
);

/** Imported types count as imports; tests may import what they like. */
export default {
  forbidden: [
    ...direction,
    ...ownership,
    error(
      'room-unknown',
      'every folder of src/ is a room of rooms.mjs',
      { path: '^src/', pathNot: Object.keys(rooms).map(pathOf) },
      {},
    ),
    error(
      'room-patching-policy',
      'a policy that patches resources may import envoy too',
      { path: patching },
      { path: '^src/', pathNot: ['policies', 'envoy', ...rooms.policies.mayImport].map(pathOf) },
    ),
    error(
      'policies-apart',
      'policies never import each other; what one needs to know of another is a fact in the plan',
      { path: '^src/policies/([^/]+)/' },
      { path: '^src/policies/[^/]+/', pathNot: '^src/policies/$1/' },
    ),
    error(
      'policies-by-registry',
      'a policy folder is entered only from policies/registry.ts',
      { path: '^src/', pathNot: '^src/policies/(registry\\.ts$|[^/]+/)' },
      { path: '^src/policies/[^/]+/' },
    ),
    error(
      'resources-apart',
      'kinds never import each other',
      { path: '^src/resources/([^/]+)/' },
      { path: '^src/resources/[^/]+/', pathNot: '^src/resources/$1/' },
    ),
    error(
      'adapters-apart',
      'adapters of the store never import each other',
      { path: '^src/store/([^/]+)/' },
      { path: '^src/store/[^/]+/', pathNot: '^src/store/$1/' },
    ),
    error(
      'folders-by-index',
      'policies, kinds and adapters are entered by their index.ts',
      { path: '^src/', pathNot: '^src/(policies|resources|store)/[^/]+/' },
      { path: '^src/(policies|resources|store)/[^/]+/', pathNot: '/index\\.ts$' },
    ),
    error(
      'registries',
      'rooms receive kinds as an argument',
      { path: '^src/', pathNot: '^src/((main|app|registry|serve-proxies|tend-proxies)\\.ts$|cli/)' },
      { path: '^src/(policies/)?registry\\.ts$' },
    ),
    error(
      'contents-by-questions',
      'what is in a snapshot is read by asking, so that it is noted what computations depend on',
      { path: '^src/', pathNot: '^src/snapshot/' },
      { path: '^src/snapshot/contents\\.ts$' },
    ),
    error(
      'vague-folder',
      'a folder is named after what is inside',
      { path: '^src/' },
      { path: vagueFolders.flatMap((folder) => [`^src/${folder}/`, `^src/.*/${folder}/`]) },
    ),
    error('circular', 'no cycles', {}, { circular: true }),
    error('unresolvable', 'every import exists', {}, { couldNotResolve: true, pathNot: '^#' }),
    error(
      'dev-dependency',
      'what runs is in dependencies',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    error(
      'unused',
      'every file is reached from an entry point',
      { path: entries },
      { path: '^src/', pathNot: entries, reachable: false },
    ),
  ],
  options: {
    includeOnly: '^(src|node_modules)/',
    exclude: { path: '^src/envoy/gen/|\\.test\\.ts$|/testdata/' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
