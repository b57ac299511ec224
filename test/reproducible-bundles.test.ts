import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const PROJECT = path.resolve(__dirname, '..');
const BUNDLES = 'assets/lambda';

interface Tasks {
  readonly tasks: Readonly<Record<string, { readonly steps: readonly { readonly execArgs: string[] }[] }>>;
}

let directory: string;
beforeEach(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-')); });
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** Makes the bundle elsewhere, with the very commands of the project's task. */
function bundleAgain(service: string): Buffer {
  const { tasks } = JSON.parse(fs.readFileSync(path.join(PROJECT, '.projen/tasks.json'), 'utf8')) as Tasks;
  for (const { execArgs: [tool, ...args] } of tasks[`bundle:lambda/${service}/index`].steps) {
    const elsewhere = args.map(part => part.replace(`${BUNDLES}/${service}/index`, directory));
    execFileSync(path.join(PROJECT, 'node_modules/.bin', tool), elsewhere, { cwd: PROJECT, stdio: 'ignore' });
  }
  return fs.readFileSync(path.join(directory, 'index.js'));
}

test.each(['ses', 'global-accelerator', 'workspaces'])('the bundle of %s is the same, byte for byte, whenever it is made', service => {
  expect(bundleAgain(service).equals(fs.readFileSync(path.join(PROJECT, BUNDLES, service, 'index/index.js')))).toBe(true);
});
