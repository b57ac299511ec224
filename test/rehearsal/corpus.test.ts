import { join } from 'node:path';
import { ALIAS, FLEET, MANAGED_AD } from './apps/desktops';
import { GAME, PROTECTED_GAME } from './apps/game';
import { IMPORTS } from './apps/imports';
import { GENERATED_NAMES, MAIL, PIPELINE } from './apps/mail';
import { MANY_TYPES } from './apps/many-types';
import { CROSS_REGION, EXPORT, NESTED } from './apps/stacks';
import { TRAFFIC } from './apps/traffic';
import { ATTACHMENT, DATABASE, KEPT_PARAMETER, OWN_ATTACHMENT, PARAMETER } from './apps/values';
import { changesIn, CorpusApp, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { Report, rehearse } from '../../cli/rehearse';

/*
 * Apps of the kinds that users have, and what a rehearsal says of changes of them.
 */
const CORPUS: readonly CorpusApp[] = [
  GAME, PROTECTED_GAME, MAIL, GENERATED_NAMES, PIPELINE, EXPORT, CROSS_REGION, NESTED, MANAGED_AD, FLEET, ALIAS, MANY_TYPES, IMPORTS,
  PARAMETER, KEPT_PARAMETER, ATTACHMENT, OWN_ATTACHMENT, DATABASE, TRAFFIC,
];

afterAll(removeAssemblies);

describe.each(CORPUS)('$name', ({ build, from, changes }) => {
  let old: string;

  beforeAll(() => { old = synth(app => build(app, from)); });

  test.each(changes)('$what', async ({ to, outcome, changes: expected, see }) => {
    const report = await rehearse(old, synth(app => build(app, to)));

    expect({ outcome: report.outcome, changes: changesIn(report) }).toEqual({ outcome, changes: expected });
    see?.(report);
  });
});

test('a stack that got the value of a parameter at its deployment has the old one until the next', async () => {
  const version = (value: string) => synth(app => PARAMETER.build(app, { value }));
  const report = await rehearse(version('on'), version('off'), { stacks: ['Settings'] });
  expect(resource(report, 'Settings/Mode').staleIn).toEqual([{ stack: 'Reader', path: 'Function', type: 'AWS::Lambda::Function', deployed: false }]);
});

describe('an app in Python', () => {
  const assembly = (version: string) => join(__dirname, 'python', version);

  test.each<[string, Report['outcome'], Record<string, string>]>([
    ['moved', 'disruptive', { 'Game/Mail6A3D1F64': 'replaced' }],
    ['tagged', 'harmless', { 'Game/Mail6A3D1F64': 'changed in place' }],
    ['ports', 'disruptive', { 'Game/AccLG720D324D': 're-created in its place' }],
  ])('%s', async (version, outcome, changes) => {
    const report = await rehearse(assembly('old'), assembly(version));

    expect({ outcome: report.outcome, changes: changesIn(report) }).toEqual({ outcome, changes });
    // Its endpoint group has no subnets, so nothing is interrupted.
    expect(report.resources.flatMap(({ outages }) => outages)).toEqual([]);
    expect(report.resources.flatMap(({ effects }) => effects).join()).not.toContain('player loses');
  });
});
