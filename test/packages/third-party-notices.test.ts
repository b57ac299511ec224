import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { NOTICES_FILE, thirdPartyNotices } from '../../scripts/third-party-notices';

const PROJECT = path.resolve(__dirname, '..', '..');
const directories: string[] = [];

afterAll(() => directories.splice(0).forEach(directory => fs.rmSync(directory, { recursive: true })));

test('the notices are those of the bundles', () => {
  expect(fs.readFileSync(path.join(PROJECT, NOTICES_FILE), 'utf8')).toBe(thirdPartyNotices(PROJECT));
});

test('names each package of which something is in a bundle, once, and each text once', () => {
  const project = projectWith({
    'node_modules/zebra': { license: 'MIT', text: 'free' },
    'node_modules/@scope/ant': { license: 'MIT', text: 'free' },
    'node_modules/zebra/node_modules/bee': { license: 'ISC', text: 'also free' },
  });
  bundle(project, 'one', ['src/own.ts', 'node_modules/zebra/a.js', 'node_modules/@scope/ant/lib/b.js']);
  bundle(project, 'two', ['node_modules/zebra/c.js', 'node_modules/zebra/node_modules/bee/d.js']);

  const notices = thirdPartyNotices(project);

  expect(notices.match(/^- .*$/gm)).toEqual(['- @scope/ant 1.0.0: MIT', '- bee 1.0.0: ISC', '- zebra 1.0.0: MIT']);
  expect(notices.match(/^free$/gm)).toHaveLength(1);
  expect(notices).toContain('@scope/ant 1.0.0\nzebra 1.0.0\n');
});

test('leaves out what the bundler has thrown away', () => {
  const project = projectWith({ 'node_modules/used': { license: 'MIT', text: 'free' } });
  bundle(project, 'one', ['node_modules/used/a.js'], ['node_modules/unused/b.js']);
  expect(thirdPartyNotices(project)).not.toContain('unused');
});

test('refuses a package without a licence text', () => {
  const project = projectWith({ 'node_modules/secret': { license: 'MIT' } });
  bundle(project, 'one', ['node_modules/secret/a.js']);
  expect(() => thirdPartyNotices(project)).toThrow('secret 1.0.0 is in a bundle, but node_modules/secret has no licence file.');
});

test('refuses a project whose bundles were not made', () => {
  const project = projectWith({});
  fs.mkdirSync(path.join(project, 'assets'));
  expect(() => thirdPartyNotices(project)).toThrow('Run `npx projen bundle` first.');
});

function projectWith(packages: Readonly<Record<string, { readonly license: string; readonly text?: string }>>): string {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), 'notices-'));
  directories.push(project);
  for (const [directory, { license, text }] of Object.entries(packages)) {
    const location = path.join(project, directory);
    fs.mkdirSync(location, { recursive: true });
    const name = directory.split('node_modules/').at(-1);
    fs.writeFileSync(path.join(location, 'package.json'), JSON.stringify({ name, version: '1.0.0', license }));
    if (text !== undefined) {
      fs.writeFileSync(path.join(location, 'LICENSE'), `${text}\n`);
    }
  }
  return project;
}

function bundle(project: string, name: string, used: readonly string[], unused: readonly string[] = []): void {
  const directory = path.join(project, 'assets', name);
  fs.mkdirSync(directory, { recursive: true });
  const inputs = Object.fromEntries([
    ...used.map(file => [file, { bytesInOutput: 1 }]), ...unused.map(file => [file, { bytesInOutput: 0 }]),
  ]);
  fs.writeFileSync(path.join(directory, 'index.meta.json'), JSON.stringify({ outputs: { 'index.js': { inputs } } }));
}
