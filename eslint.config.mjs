import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { rooms } from './rooms.mjs';

const pureFiles = Object.entries(rooms)
  .filter(([, { pure }]) => pure)
  .map(([room]) => `src/${room}/**/*.ts`);

const tests = ['src/**/*.test.ts', 'test/**/*.ts'];

const impureModules = [
  'fs',
  'fs/promises',
  'os',
  'process',
  'child_process',
  'worker_threads',
  'cluster',
  'tls',
  'http',
  'http2',
  'https',
  'dgram',
  'dns',
  'dns/promises',
  'timers',
  'timers/promises',
  'perf_hooks',
  'async_hooks',
  'readline',
];

const impureCrypto = [
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'getRandomValues',
  'generateKey',
  'generateKeySync',
  'generateKeyPair',
  'generateKeyPairSync',
  'webcrypto',
];

const impureNet = ['connect', 'createConnection', 'createServer', 'Server', 'Socket'];

const impureGlobals = [
  'Date',
  'process',
  'performance',
  'crypto',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
];

const argument = 'a pure room gets it as an argument';

const namedExports = { selector: 'ExportDefaultDeclaration', message: 'named exports only' };

/** A pure room computes values from values: no clock, randomness, process, I/O or waiting. */
const purity = {
  'no-restricted-globals': ['error', ...impureGlobals.map((name) => ({ name, message: argument }))],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: argument }],
  'no-restricted-syntax': [
    'error',
    namedExports,
    { selector: ':function[async=true]', message: 'a pure room does not wait' },
    { selector: 'AwaitExpression, ForOfStatement[await=true]', message: 'a pure room does not wait' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        ...impureModules.flatMap((name) => [name, `node:${name}`]).map((name) => ({ name, message: argument })),
        ...['crypto', 'node:crypto'].map((name) => ({ name, importNames: impureCrypto, message: argument })),
        ...['net', 'node:net'].map((name) => ({ name, importNames: impureNet, message: argument })),
      ],
    },
  ],
};

export default defineConfig(
  { ignores: ['dist/', 'build/', '.cache/', 'coverage/', 'src/envoy/gen/', 'test/api/gen/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // an async method whose body is synchronous still turns a throw into a rejection, as its port promises
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { boolean: true, string: true } }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-restricted-syntax': ['error', namedExports],
      eqeqeq: 'error',
      'func-style': 'off',
      'no-warning-comments': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  { files: pureFiles, ignores: tests, rules: purity },
  // the one read of a file in a pure room: the descriptors that come with the product
  { files: ['src/envoy/registry.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['*.config.ts', '*.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'performance',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'AbortSignal',
          'AbortController',
          'TextEncoder',
          'TextDecoder',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
