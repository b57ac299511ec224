import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './process';
import type { Workspace } from './workspace';

const CHAPTER = 'docs/rehearsing.md';

/** What shows that the snippet can fail: a change that interrupts. */
const CONTROLS = {
  js: `
test('another change does', () => {
  expect(rehearse(synth({ servers: 2 }), synth({ servers: 12 })).outcome).toBe('disruptive');
});
`,
  python: `

def test_another_change_does(tmp_path):
    report = rehearse(synth(tmp_path, "old", servers=2), synth(tmp_path, "new", servers=12))
    assert report["outcome"] == "disruptive"
`,
} as const;

/** Runs the snippet for jest in the folder of the consumer, where the package is installed. */
export async function checkJestSnippet(workspace: Workspace): Promise<void> {
  const directory = prepare(workspace, 'typescript', 'game.js');
  fs.writeFileSync(path.join(directory, 'game.test.js'), snippet(workspace, 'js'));
  await run(workspace.tool('jest'), ['--rootDir', directory, '--ci', '--testTimeout', '600000', '--testRegex', 'game\\.test\\.js$'], {
    directory, environment: workspace.appEnvironment(),
  });
}

/** Runs the snippet for pytest in the folder of the consumer; the program is that of the npm package, as the chapter says. */
export async function checkPytestSnippet(workspace: Workspace, program: string): Promise<void> {
  const directory = prepare(workspace, 'python', 'game.py');
  fs.writeFileSync(path.join(directory, 'test_game.py'), snippet(workspace, 'python'));
  const binaries = path.join(directory, 'node_modules', '.bin');
  fs.mkdirSync(binaries, { recursive: true });
  fs.symlinkSync(program, path.join(binaries, 'cdk-multi-region'));
  await run('venv/bin/pip', ['install', '--quiet', 'pytest'], { directory });
  await run('venv/bin/python', ['-m', 'pytest', '--quiet', 'test_game.py'], { directory, environment: workspace.appEnvironment() });
}

function prepare(workspace: Workspace, language: string, file: string): string {
  const directory = workspace.consumer(language);
  fs.copyFileSync(path.join(workspace.consumerSources('rehearsing'), file), path.join(directory, file));
  return directory;
}

function snippet(workspace: Workspace, language: keyof typeof CONTROLS): string {
  const chapter = fs.readFileSync(path.join(workspace.project, CHAPTER), 'utf8');
  const [, code] = new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\`\\n`, 's').exec(chapter) ?? [];
  if (code === undefined) {
    throw new Error(`${CHAPTER} has no snippet in ${language}.`);
  }
  return `${code}\n${CONTROLS[language]}`;
}
