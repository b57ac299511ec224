import { ALIAS, FLEET, MANAGED_AD } from './apps/desktops';
import { GAME, PROTECTED_GAME } from './apps/game';
import { GENERATED_NAMES, MAIL, PIPELINE } from './apps/mail';
import { CROSS_REGION, EXPORT, NESTED } from './apps/stacks';
import { changesIn, CorpusApp } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse } from '../../cli/rehearse';

/*
 * Apps of the kinds that users have, and what a rehearsal says of changes of them.
 */
const CORPUS: readonly CorpusApp[] = [
  GAME, PROTECTED_GAME, MAIL, GENERATED_NAMES, PIPELINE, EXPORT, CROSS_REGION, NESTED, MANAGED_AD, FLEET, ALIAS,
];

jest.setTimeout(120_000);
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
