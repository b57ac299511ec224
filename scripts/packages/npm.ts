import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Language } from './language';
import { run } from './process';
import { checkJestSnippet } from './rehearsing';
import { onlyEntry, type Workspace } from './workspace';

const SOURCES_OF_THE_LIBRARY = '../../../src';

/** It asks for `git+https:` in the repository's URL, which PyPI and Maven would show as a link that no browser opens. */
const ACCEPTED_FINDING = 'INVALID_REPOSITORY_VALUE';

/** The tarball, checked by publint and are-the-types-wrong, with a consumer that is compiled against its declarations. */
export const npm: Language = {
  name: 'npm',

  missing: async () => undefined,

  async build(workspace) {
    const tarball = onlyEntry(await workspace.pacmak('js'), '.tgz');
    await lint(tarball);
    await run(workspace.tool('attw'), [tarball]);
  },

  consumer: {
    checkSnippet: checkJestSnippet,

    async install(workspace) {
      const directory = workspace.consumer('typescript');
      fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true }));
      await run('npm', [
        'install', '--prefer-offline', '--no-audit', '--no-fund', onlyEntry(workspace.packagesOf('js'), '.tgz'),
        `aws-cdk-lib@${workspace.cdkVersion}`, `constructs@${workspace.constructsVersion}`,
      ], { directory });
    },

    async synthesize(workspace) {
      const directory = workspace.consumer('typescript');
      importThePackage(path.join(directory, 'app.ts'), workspace.assembly().name);
      await run(workspace.tool('tsc'), [
        '--strict', '--target', 'es2022', '--module', 'node16', '--skipLibCheck',
        '--types', 'node', '--typeRoots', path.join(workspace.project, 'node_modules', '@types'), 'app.ts',
      ], { directory });
      return workspace.synthesize(process.execPath, ['app.js'], directory);
    },
  },
};

/** The same app on the sources of the library: what all languages are compared with. */
export function synthesizeSources(workspace: Workspace): Promise<string> {
  return workspace.synthesize(workspace.tool('ts-node'), [
    '--transpile-only', '--project', path.join(workspace.project, 'test', 'tsconfig.json'),
    path.join(workspace.consumerSources('typescript'), 'app.ts'),
  ], workspace.project);
}

function importThePackage(file: string, name: string): void {
  const [before, after, ...more] = fs.readFileSync(file, 'utf8').split(`'${SOURCES_OF_THE_LIBRARY}'`);
  if (after === undefined || more.length > 0) {
    throw new Error(`${file} should import the library in one line, from '${SOURCES_OF_THE_LIBRARY}'.`);
  }
  fs.writeFileSync(file, `${before}'${name}'${after}`);
}

/** Fails at suggestions too: the command line of publint fails at errors only. */
async function lint(tarball: string): Promise<void> {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const content = fs.readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) },
  });
  const findings = messages.filter(({ code }) => code !== ACCEPTED_FINDING);
  if (findings.length > 0) {
    throw new Error(`publint: ${findings.map(message => formatMessage(message, pkg, { color: false })).join('\n')}`);
  }
}
