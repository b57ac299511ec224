import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { goal, type Measure, type Row } from '../measure';
import { bundledServices, bundlePath, ROOT } from '../workspace';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

const CDK = join(ROOT, 'node_modules', 'aws-cdk-lib-newest');
/** The code of the functions that the peers bring along, as it lies in aws-cdk-lib; their users' own handlers come on top. */
const PEER_HANDLERS: Readonly<Record<string, string>> = {
  'provider framework': join(CDK, 'custom-resources', 'lib', 'provider-framework', 'runtime'),
  'AwsCustomResource': join(CDK, 'custom-resource-handlers', 'dist', 'custom-resources', 'aws-custom-resource-handler'),
  'CustomResourceProvider': join(CDK, 'custom-resource-handlers', 'dist', 'core', 'nodejs-entrypoint-handler'),
};

/** What an installation brings: `npm pack` of the last build. */
export const packed: Measure = {
  name: 'package',
  run: () => [...ourPackage(), ...handlers()],
};

function ourPackage(): Row[] {
  const child = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' });
  if (child.status !== 0) {
    throw new Error(`npm pack ended with ${child.status}:\n${child.stderr}`);
  }
  const [{ size, unpackedSize, entryCount }] = JSON.parse(child.stdout) as Packed[];
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as
    { dependencies?: object; peerDependencies?: object };
  const dependencyCount = Object.keys(dependencies).length;
  const row = (measure: string, unit: string, value: number): Row => ({ measure, subject: 'ours', unit, value });
  return [
    row('packed tarball', 'bytes', size),
    row('install size', 'bytes', unpackedSize),
    row('files', '', entryCount),
    { ...row('dependencies at run time, peers apart', '', dependencyCount), goal: goal(dependencyCount, 0) },
    row('peer dependencies', '', Object.keys(peerDependencies).length),
  ];
}

/** Ours hold the SDK's client and all that a service needs. */
function handlers(): Row[] {
  const row = (subject: string, value: number): Row => ({ measure: 'code of the functions that come along', subject, unit: 'bytes', value });
  return [
    ...bundledServices().map(service => row(`ours, ${service}, SDK client included`, statSync(bundlePath(service)).size)),
    ...Object.entries(PEER_HANDLERS).map(([peer, folder]) => row(`${peer}, without its user's code`, scriptBytes(folder))),
  ];
}

function scriptBytes(folder: string): number {
  const scripts = readdirSync(folder).filter(name => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
