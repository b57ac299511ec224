// Runs the tests of a mutant in the process that stays from mutant to mutant, with the parts that Jest is made of: Jest's own
// runner needs seconds for each of some thousand mutants, most of it for loading the AWS SDK and the CDK once more for every
// test file, and goes on after the first failure. Here packages stay loaded, the files of the project are loaded again for
// every mutant, only test files with a test that reaches the mutant are loaded, and the first failure ends the run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { PluginKind, declareFactoryPlugin, commonTokens, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, TestStatus, determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';
import { transpile } from '../transpile/typescript.cjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

class InProcessRunner {
  constructor(options, namespace) {
    this.options = options.inProcess;
    this.root = process.cwd();
    this.require = createRequire(join(this.root, 'package.json'));
    this.context = globalThis[namespace] = {};
    this.mocker = new ModuleMocker(globalThis);
    this.compiled = new Map();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.files = this.testFiles();
    this.compileTypeScript();
    const { mocker } = this;
    const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), isolateModules: run => this.isolate(run) };
    const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
    Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect, jest });
    // Snapshots are templates; what they alone would find counts as not found.
    expect.extend({ toMatchSnapshot: () => ({ pass: true, message: () => '' }) });
    this.require(join(this.root, 'test/setup.ts'));
    process.on('unhandledRejection', error => this.currentTest?.errors.push(error));
  }

  async dryRun() {
    const result = await this.run(this.files, () => true, false);
    return { ...result, mutantCoverage: this.context.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    this.context.activeMutant = activeMutant.id;
    this.context.hitLimit = hitLimit;
    this.context.hitCount = hitLimit ? 0 : undefined;
    const wanted = testFilter && new Set(testFilter);
    const files = this.files.filter(file => !wanted || testFilter.some(id => id.startsWith(`${file} `)));
    return toMutantRunResult(await this.run(files, id => !wanted || wanted.has(id), !disableBail), disableBail);
  }

  async run(files, isWanted, bails) {
    let failed = false;
    const tests = [];
    const handle = event => {
      if (event.name === 'test_start') {
        const id = idOf(event.test);
        if ((bails && failed) || !isWanted(id)) {
          event.test.mode = 'skip';
          return;
        }
        this.mocker.clearAllMocks();
        this.currentTest = event.test;
        this.context.currentTestId = id;
      }
      if (event.name === 'test_done') {
        this.context.currentTestId = undefined;
        this.currentTest = undefined;
        failed ||= event.test.errors.length > 0;
        tests.push(this.resultOf(event.test));
      }
    };
    this.unload();
    circus.addEventHandler(handle);
    try {
      for (const file of files) {
        circus.resetState();
        circus.describe(file, () => { this.require(join(this.root, file)); });
        await circus.run();
        if (bails && failed) {
          break;
        }
      }
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    } finally {
      this.mocker.restoreAllMocks();
      circus.removeEventHandler(handle);
    }
    return determineHitLimitReached(this.context.hitCount, this.context.hitLimit) ?? { status: DryRunStatus.Complete, tests };
  }

  resultOf(test) {
    const id = idOf(test);
    const result = { id, name: id, timeSpentMs: test.duration ?? 0, fileName: join(this.root, id.split(' ')[0]) };
    return test.errors.length === 0
      ? { ...result, status: TestStatus.Success }
      : { ...result, status: TestStatus.Failed, failureMessage: test.errors.map(error => String([error].flat()[0]?.message ?? error)).join('\n') };
  }

  testFiles() {
    const { globSync } = this.require('glob');
    const { tests, without = [] } = this.options;
    return [...new Set(tests.flatMap(pattern => globSync(pattern, { cwd: this.root, ignore: without, posix: true }).sort()))];
  }

  compileTypeScript() {
    this.require.extensions['.ts'] = (module, file) => {
      if (!this.compiled.has(file)) {
        this.compiled.set(file, transpile(readFileSync(file, 'utf8'), file).code);
      }
      // As with Jest, each file has a `jest` of its own: what that requires is relative to the file.
      module._compile(`"use strict";const jest = { ...globalThis.jest, requireActual: require };${this.compiled.get(file)}`, file);
    };
  }

  /** Loads files of the project a second time, beside those that are loaded. */
  isolate(run) {
    const loaded = this.unload();
    try {
      run();
    } finally {
      this.unload();
      Object.assign(this.require.cache, loaded);
    }
  }

  /** Forgets the files of the project, so that the next mutant is there from the first line that is run. */
  unload() {
    const forgotten = {};
    for (const file of Object.keys(this.require.cache)) {
      const inside = relative(this.root, file);
      if (!inside.startsWith('..') && !inside.split(sep).includes('node_modules')) {
        forgotten[file] = this.require.cache[file];
        delete this.require.cache[file];
      }
    }
    return forgotten;
  }
}

function idOf(test) {
  const names = [];
  for (let block = test; block.parent; block = block.parent) {
    names.unshift(block.name);
  }
  return names.join(' ');
}

create.inject = tokens(commonTokens.options);
function create(options) {
  return new InProcessRunner(options, '__stryker__');
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', create)];
export const strykerValidationSchema = {
  type: 'object',
  properties: { inProcess: { type: 'object', properties: { tests: { type: 'array' }, without: { type: 'array' } } } },
};
