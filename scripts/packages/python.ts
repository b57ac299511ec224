import * as path from 'node:path';
import { checkExample, compareExample, CONTEXT, examplesIn, variantsOf } from './examples';
import type { Language } from './language';
import { run, succeeds } from './process';
import { checkPytestSnippet } from './rehearsing';
import { onlyEntry, type Workspace } from './workspace';

const WITHOUT_PYTHON = 'nothing was checked of the package and of the examples in Python';

export const python: Language = {
  name: 'Python',

  async missing() {
    if (!await succeeds('python3', ['--version'])) {
      return `there is no python3 on the PATH, so ${WITHOUT_PYTHON}`;
    }
    return await succeeds('python3', ['-c', 'import venv, ensurepip'])
      ? undefined
      : `python3 has no modules venv and ensurepip (on Debian: the package python3-venv), so ${WITHOUT_PYTHON}`;
  },

  build: async workspace => void await workspace.pacmak('python'),

  consumer: {
    async install(workspace) {
      const directory = workspace.consumer('python');
      await run('python3', ['-m', 'venv', 'venv'], { directory });
      await run('venv/bin/pip', [
        // Compiling all modules of the AWS CDK takes longer than all else; the app compiles what it imports.
        'install', '--quiet', '--no-compile', onlyEntry(workspace.packagesOf('python'), '.whl'),
        `aws-cdk-lib==${workspace.cdkVersion}`, `constructs==${workspace.constructsVersion}`,
      ], { directory });
    },

    synthesize: workspace => workspace.synthesize('venv/bin/python', ['app.py'], workspace.consumer('python')),

    checkSnippet: workspace => checkPytestSnippet(workspace, path.join(workspace.project, 'assets', 'cli', 'index', 'index.js')),

    async checkExamples(workspace) {
      const examples = examplesIn(workspace, 'python');
      await checkRequirements(workspace, examples);
      const assemblies = await synthesizeExamples(workspace, examples);
      for (const [index, example] of examples.entries()) {
        await checkExample(example, assemblies[index], workspace);
      }
      for (const [example, context] of variantsOf(examples)) {
        const [assembly] = await synthesizeExamples(workspace, [example], context, 'variants');
        compareExample(example, assembly, workspace, context);
      }
      return examples.length;
    },
  },
};

/** Fails if what is installed is not what an example asks for: without an index pip can install nothing. */
async function checkRequirements(workspace: Workspace, examples: readonly string[]): Promise<void> {
  const requirements = examples.flatMap(example => ['--requirement', path.join(example, 'python', 'requirements.txt')]);
  await run('venv/bin/pip', ['install', '--quiet', '--no-index', ...requirements], { directory: workspace.consumer('python') });
}

/** Gives the folder of each example's cloud assembly. */
async function synthesizeExamples(
  workspace: Workspace, examples: readonly string[], context: object = CONTEXT, folder = 'assemblies',
): Promise<string[]> {
  const directory = workspace.consumer('python');
  const assemblies = examples.map(example => path.join(directory, folder, path.basename(example)));
  const runs = examples.flatMap((example, index) => [path.join(example, 'python', 'app.py'), assemblies[index]]);
  await run(path.join(directory, 'venv', 'bin', 'python'), [path.join(directory, 'examples.py'), ...runs], {
    // Below it are the lockfile and the esbuild that functions are bundled with.
    directory: workspace.project,
    environment: {
      ...workspace.appEnvironment(),
      CDK_CONTEXT_JSON: JSON.stringify(context),
      PATH: `${path.dirname(workspace.tool('esbuild'))}${path.delimiter}${process.env.PATH}`,
    },
  });
  return assemblies;
}
