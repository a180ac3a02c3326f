import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const GENERATED = ['libs/contracts/*/src/**', '**/node_modules/**', '.data/**', '.nx/**'];
const LINES_PER_FILE = 320;

/** Money is whole fen in bigint: what is named …Fen is never a number and never becomes one. */
const moneyIsNeverANumber = [
  { selector: "TSPropertySignature[key.name=/Fen$/] > TSTypeAnnotation TSNumberKeyword", message: 'Money is whole fen in bigint, never number.' },
  { selector: "Identifier[name=/Fen$/] > TSTypeAnnotation TSNumberKeyword", message: 'Money is whole fen in bigint, never number.' },
  { selector: "CallExpression[callee.name=/^(Number|parseFloat|parseInt)$/] > :matches(Identifier[name=/Fen$/], MemberExpression[property.name=/Fen$/])", message: 'Money never becomes a number.' },
  { selector: "Property[key.name=/Fen$/] > Literal[raw=/^[0-9.]+$/]", message: 'Money is whole fen in bigint: write 100n.' },
];

export default tseslint.config(
  { ignores: GENERATED },
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx },
    rules: {
      'max-lines': ['error', { max: LINES_PER_FILE, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': ['error', ...moneyIsNeverANumber],
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts', 'tools/*/src/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allowCircularSelfDependency: true,
          depConstraints: [
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib', 'type:contract'] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib', 'type:contract'] },
            { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['type:contract'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:lib', 'type:contract', 'type:tool'] },
          ],
        },
      ],
    },
  },
  {
    // The pure part: no store, no broker, no server, no clock of its own.
    files: ['apps/*/src/**/{state,decide,evolve}.ts', 'apps/*/src/**/decide/*.ts', 'apps/prepaid-billing/src/ledger/{owed,balance-level,money-kind,events}.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['mongodb', 'kafkajs', 'express', '@grpc/*', '@youdian/commit-log', '@youdian/messaging', '@youdian/service-host'] }],
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'process', 'fetch'],
      'no-restricted-syntax': [
        'error',
        ...moneyIsNeverANumber,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in.' },
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Time is passed in.' },
        { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'Randomness is passed in.' },
      ],
    },
  },
  {
    // The predictor must not share a mistake with what it checks.
    files: ['tools/town/**', 'tools/demo/predict*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['@youdian/*', '**/apps/*', '**/libs/*'] }] },
  },
  { files: ['tools/**', 'examples/**', '**/*.bench.ts'], rules: { 'no-console': 'off' } },
);
