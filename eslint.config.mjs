// The rules that projen's own component has, in the format that eslint still reads: the component writes eslintrc only.
import stylistic from '@stylistic/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** They are compiled or bundled, or never leave the repository; only src/ is installed with its dependencies. */
const DEVELOPMENT = [
  'bench', 'cli', 'demo', 'examples', 'integ', 'lambda', 'projenrc', 'sandbox', 'scripts', 'test',
].map(folder => `${folder}/**`);

/** Files of lambda/ that have a function above a complexity of 10. The list may only become shorter. */
const TOO_COMPLEX = [
  'lifecycle/adopt', 'lifecycle/bring', 'lifecycle/remove',
].map(file => `lambda/${file}.ts`);

export default tseslint.config(
  { ignores: ['**/*.{js,cjs,mjs}', '**/*.d.ts', '**/node_modules/', 'coverage/', 'dist/', 'cdk.out/', '.cache/', '.venv/', 'test/consumer/**/node_modules/'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        projectService: { allowDefaultProject: ['.projenrc.ts'], defaultProject: './tsconfig.json' },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@stylistic': stylistic, '@typescript-eslint': tseslint.plugin, 'import-x': importX },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json', noWarnOnMultipleProjects: true })],
    },
    rules: {
      '@stylistic/array-bracket-newline': ['error', 'consistent'],
      '@stylistic/array-bracket-spacing': ['error', 'never'],
      '@stylistic/brace-style': ['error', '1tbs', { allowSingleLine: true }],
      '@stylistic/comma-dangle': ['error', 'always-multiline'],
      '@stylistic/comma-spacing': 'error',
      '@stylistic/indent': ['error', 2],
      '@stylistic/key-spacing': 'error',
      '@stylistic/keyword-spacing': 'error',
      '@stylistic/max-len': ['error', {
        code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true,
      }],
      '@stylistic/member-delimiter-style': 'error',
      '@stylistic/no-multi-spaces': 'error',
      '@stylistic/no-multiple-empty-lines': 'error',
      '@stylistic/no-trailing-spaces': 'error',
      '@stylistic/object-curly-spacing': ['error', 'always'],
      '@stylistic/quote-props': ['error', 'consistent-as-needed'],
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true }],
      '@stylistic/semi': ['error', 'always'],
      '@stylistic/space-before-blocks': 'error',
      '@typescript-eslint/member-ordering': ['error', {
        default: [
          'public-static-field', 'public-static-method', 'protected-static-field', 'protected-static-method',
          'private-static-field', 'private-static-method', 'field', 'constructor', 'method',
        ],
      }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-require-imports': 'error',
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/return-await': 'error',
      'curly': ['error', 'multi-line', 'consistent'],
      'dot-notation': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: DEVELOPMENT, optionalDependencies: false, peerDependencies: true }],
      'import-x/no-unresolved': 'error',
      'import-x/order': ['error', { groups: ['builtin', 'external'] }],
    },
  },
  {
    files: ['.projenrc.ts'],
    rules: { 'import-x/no-extraneous-dependencies': 'off' },
  },
  { files: ['lambda/**/*.ts'], ignores: TOO_COMPLEX, rules: { 'complexity': ['error', 10], 'max-lines': ['error', 250] } },
);
