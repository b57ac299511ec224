import { removeAssemblies, synth } from './synth';
import { rehearse } from '../../cli/rehearse';
import { FAULTS, FaultName } from '../../cli/rehearse/faults';
import { EXAMPLES } from '../examples-list';

/*
 * All examples, which have resources of every service, with everything that can go wrong.
 */
afterAll(removeAssemblies);

describe.each(EXAMPLES)('$name', ({ declare }) => {
  let assembly: string;

  beforeAll(() => { assembly = synth(declare); });

  test('is created', async () => {
    const report = await rehearse(undefined, assembly);
    expect(report).toMatchObject({ outcome: 'harmless', defects: [], leftovers: [] });
    expect(report.invented.map(({ kind }) => kind)).not.toContain('standby WorkSpace');
  });

  test.each(Object.keys(FAULTS) as FaultName[])('%s', async fault => {
    const report = await rehearse(undefined, assembly, { fault });
    expect(report).toMatchObject({ outcome: fault === 'service-fails' ? 'fails' : 'harmless', defects: [], leftovers: [] });
  });
});
