import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/*
 * integ-runner's comparison without the runner: the newest one that npm has (2.197.10) reads cloud assemblies up to schema 53, and
 * the oldest AWS CDK that the library supports writes schema 54. The apps and their snapshots are where the runner looks for them.
 * UPDATE_INTEG=1 accepts what has changed.
 */
const ROOT = path.resolve(__dirname, '..', '..');
const APPS = path.join(ROOT, 'integ', 'apps');
const FLAGS = path.join(ROOT, 'node_modules', 'aws-cdk-lib', 'recommended-feature-flags.json');

/** As the runner synthesizes: all recommended flags, and nothing that depends on where the app is. */
const CONTEXT = {
  ...JSON.parse(fs.readFileSync(FLAGS, 'utf8')),
  'aws:cdk:enable-path-metadata': false,
  'aws:cdk:enable-asset-metadata': false,
  'aws:cdk:version-reporting': false,
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-stack-trace': true,
};

const apps = fs.readdirSync(APPS).filter(file => /^integ\..*\.ts$/.test(file) && fs.statSync(path.join(APPS, file)).isFile());
const snapshotOf = (app: string) => path.join(APPS, `${app}.snapshot`);

/**
 * A bundle has another hash after each change of a handler, which is not what these snapshots are for; assertions have the time
 * as their salt.
 */
const lasting = (text: string) => text.replace(/[0-9a-f]{64}/g, '<hash>').replace(/"salt": "\d+"/g, '"salt": "<time>"');

function readAssembly(directory: string): Record<string, unknown> {
  const files = fs.readdirSync(directory).filter(file => file.endsWith('.template.json') || file === 'integ.json').sort();
  return Object.fromEntries(files.map(file => [file, JSON.parse(lasting(fs.readFileSync(path.join(directory, file), 'utf8')))]));
}

function synthesize(app: string, outdir: string): void {
  const before = { ...process.env };
  Object.assign(process.env, { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(CONTEXT) });
  try {
    jest.requireActual(path.join(APPS, app));
  } finally {
    process.env = before;
  }
}

/** What the runner keeps: all but the bundles; and no stack traces, which have the paths of this machine. */
function keep(outdir: string, snapshot: string): void {
  fs.rmSync(snapshot, { recursive: true, force: true });
  fs.cpSync(outdir, snapshot, { recursive: true, filter: file => !path.basename(file).startsWith('asset.') });
  for (const name of fs.readdirSync(snapshot).filter(file => file.endsWith('.metadata.json'))) {
    const metadata = JSON.parse(fs.readFileSync(path.join(snapshot, name), 'utf8'), (key, value) => key === 'trace' ? undefined : value);
    fs.writeFileSync(path.join(snapshot, name), JSON.stringify(metadata, undefined, 2));
  }
}

const services = fs.readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
  .flatMap(entry => entry.isDirectory() && !['lifecycle', 'wire'].includes(entry.name) ? entry.name : []);

test.each(services)('%s has an app for integ-runner', service => {
  expect(apps).toContain(`integ.${service}.ts`);
});

test.each(apps)('%s is as its snapshot', app => {
  const outdir = fs.mkdtempSync(path.join(tmpdir(), 'integ-'));
  synthesize(app, outdir);
  if (process.env.UPDATE_INTEG) {
    keep(outdir, snapshotOf(app));
  }

  expect(readAssembly(outdir)).toEqual(readAssembly(snapshotOf(app)));
  fs.rmSync(outdir, { recursive: true });
});

test.each(apps)('the snapshot of %s has no path of the machine that made it', app => {
  for (const file of fs.readdirSync(snapshotOf(app))) {
    expect(fs.readFileSync(path.join(snapshotOf(app), file), 'utf8')).not.toMatch(/node_modules|\/src\//);
  }
});

test.each(apps)('%s names no account, and leaves nothing behind', app => {
  const files = readAssembly(snapshotOf(app)) as Record<string, { readonly Resources?: Record<string, { readonly DeletionPolicy?: string }> }>;
  expect(JSON.stringify(files)).not.toMatch(/[^0-9a-f-]\d{12}[^0-9a-f-]/);
  const resources = Object.values(files).flatMap(({ Resources = {} }) => Object.values(Resources));
  expect(resources.map(({ DeletionPolicy }) => DeletionPolicy)).not.toContain('Retain');
});
