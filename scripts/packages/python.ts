import type { Language } from './language';
import { run, succeeds } from './process';
import { onlyEntry } from './workspace';

export const python: Language = {
  name: 'Python',

  async missing() {
    if (!await succeeds('python3', ['--version'])) {
      return 'there is no python3 on the PATH';
    }
    return await succeeds('python3', ['-c', 'import venv, ensurepip'])
      ? undefined
      : 'python3 has no modules venv and ensurepip (on Debian: the package python3-venv)';
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
  },
};
