import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { FLEET } from './apps/desktops';
import { GAME, PROTECTED_GAME } from './apps/game';
import { CROSS_REGION, EXPORT } from './apps/stacks';
import { CorpusApp } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse, RehearsalOptions, Report } from '../../cli/rehearse';
import { SesSimulator } from '../../sandbox/services/ses';
import { MultiRegionEndpoint } from '../../src';

/*
 * Every member of the JSON is in the chapter, and every member that the chapter names is in some JSON.
 */
const CHAPTER = readFileSync(resolve(__dirname, '../../docs/rehearsing.md'), 'utf8');

const change = ({ build, from }: CorpusApp, to: object, options?: RehearsalOptions) =>
  rehearse(synth(app => build(app, from)), synth(app => build(app, to)), options);

/** Paths of all members, such as `stacks[].failure.reason`. */
function membersIn(value: unknown, path: string = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => membersIn(item, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, child]) => {
    // Attributes have names of their own.
    const own = path.endsWith('.attributes') ? `${path}.` : [path, name].filter(Boolean).join('.');
    return [own, ...membersIn(child, own)].map(member => member.replace('..', '.').replace(/\.$/, ''));
  });
}

/** Of the table in the chapter: the members of the first column and, below them, those of the second one up to a bracket. */
function documentedMembers(): string[] {
  const [table] = /^\| member .*?\n\n/ms.exec(CHAPTER.slice(CHAPTER.indexOf('\n## JSON')))!;
  return table.split('\n').filter(line => line.startsWith('| `')).flatMap(line => {
    const [, owners, text] = line.split('|');
    const names = [...owners.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const prefix = names[0].replace(/\.[^.]+$/, '');
    const paths = names.map(name => name.startsWith('.') ? prefix + name : name);
    const below = [...text.replace(/\([^)]*\)/g, '').matchAll(/`([a-zA-Z]+)`/g)].map(([, name]) => name);
    return [...paths.map(path => path.replace(/\[\]$/, '')), ...paths.length > 1 ? [] : below.map(name => `${paths[0]}.${name}`)];
  });
}

const VALUES = /^(outcome\.(harmless|disruptive|fails)|.*\.RETAIN|.*\.MultiRegionParameter)$/;

test('the chapter and the reports have the same members', async () => {
  const kept = (app: App) => {
    const stack = new Stack(app, 'Mail', { env: { region: 'eu-west-1', account: '111122223333' } });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'us-east-1', removalPolicy: RemovalPolicy.RETAIN });
  };
  const reports: Report[] = [
    await change(GAME, { lastPort: 7779 }),
    await change(PROTECTED_GAME, { protect: true, lastPort: 7779 }),
    await change(FLEET, { members: 3 }),
    await change(CROSS_REGION, { secondaryRegion: 'us-east-1' }),
    await change(EXPORT, { secondaryRegion: 'us-east-1' }),
    await rehearse(undefined, synth(kept), { failAt: 'Mail' }),
  ];
  expect(reports.at(-1)!.leftovers).toEqual([{ type: 'MultiRegionEndpoint', region: 'eu-west-1', id: expect.any(String) }]);
  jest.spyOn(SesSimulator.prototype as any, 'create').mockImplementation(() => { throw new TypeError('Oops'); });
  reports.push(await rehearse(undefined, synth(kept)));
  jest.restoreAllMocks();
  const members = new Set(reports.flatMap(report => membersIn(JSON.parse(JSON.stringify(report)))));
  const documented = new Set(documentedMembers().filter(name => !VALUES.test(name)));
  expect({ undocumented: [...members].filter(name => !documented.has(name)), missing: [...documented].filter(name => !members.has(name)) })
    .toEqual({ undocumented: [], missing: [] });
  removeAssemblies();
});
