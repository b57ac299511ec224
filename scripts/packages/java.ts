import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Language } from './language';
import { run, succeeds } from './process';
import type { Workspace } from './workspace';

const LOCAL_REPOSITORY = path.join(os.homedir(), '.m2', 'repository');

export const java: Language = {
  name: 'Java',

  async missing() {
    for (const [program, argument] of [['javac', '-version'], ['mvn', '--version']]) {
      if (!await succeeds(program, [argument])) {
        return `there is no ${program} on the PATH`;
      }
    }
    return undefined;
  },

  build: async workspace => void await workspace.pacmak('java'),

  consumer: {
    async install(workspace) {
      forgetPackage(workspace);
      await run('mvn', mavenArguments(workspace, 'compile'), { directory: workspace.consumer('java') });
    },

    async synthesize(workspace) {
      const assembly = await workspace.synthesize('mvn', mavenArguments(workspace, 'exec:java'), workspace.consumer('java'));
      forgetPackage(workspace);
      return assembly;
    },
  },
};

function mavenArguments(workspace: Workspace, goal: string): string[] {
  return [
    '--batch-mode', '--quiet', goal,
    `-Dmaven.repo.local=${LOCAL_REPOSITORY}`,
    `-Dpacked.repository=${pathToFileURL(workspace.packagesOf('java')).href}`,
    `-Dpacked.version=${workspace.version}`,
    `-Dcdk.version=${workspace.cdkVersion}`,
    `-Dconstructs.version=${workspace.constructsVersion}`,
  ];
}

/** Maven keeps a version that it has seen, and the version of an unreleased package is always the same. */
function forgetPackage(workspace: Workspace): void {
  const { groupId, artifactId } = workspace.assembly().targets.java.maven;
  const kept = path.join(LOCAL_REPOSITORY, ...groupId.split('.'), artifactId, workspace.version);
  fs.rmSync(kept, { recursive: true, force: true });
}
