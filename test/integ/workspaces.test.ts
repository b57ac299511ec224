import { SandboxAccount } from './sandbox-account';
import { WORKSPACES } from '../../integ/workspaces/scenarios';
import { WorkSpacesSimulator, type WorkSpacesSimulatorOptions } from '../../sandbox/services/workspaces';

/** The scenarios against the simulator. */
const INPUTS = { primaryWorkspace: 'ws-0123abcde', primaryRegion: 'us-east-1', directory: 'd-9367000001' };

let account: SandboxAccount;
afterEach(() => account.stop());

async function run(name: string, options: WorkSpacesSimulatorOptions = { standbyQuota: 10 }) {
  const simulator = new WorkSpacesSimulator(options);
  account = await new SandboxAccount({ services: [simulator] }, INPUTS).start();
  simulator.seedDirectory({ region: account.region, directoryId: INPUTS.directory });
  simulator.seedWorkspace({ region: INPUTS.primaryRegion, workspaceId: INPUTS.primaryWorkspace, directoryId: 'd-9067000001', userName: 'ada' });
  const findings = await WORKSPACES.scenarios.find(scenario => scenario.name === name)!.run(account);
  expect(await WORKSPACES.leftovers(account)).toEqual([]);
  return findings;
}

test('a standby of the construct', async () => {
  expect(await run('standby')).toEqual({
    'standby-permissions': { result: 'as assumed', seen: 'created' },
    'final-state': { result: 'as assumed', seen: expect.stringMatching(/^AVAILABLE after \d+ minutes$/) },
    'replication-target': { result: 'as assumed', seen: 'taken' },
    'replication-side': { result: 'as assumed', seen: expect.stringMatching(/^standby: PRIMARY_AS_SOURCE, .*primary: PRIMARY_AS_SOURCE/) },
  });
});

test('a standby by calls', async () => {
  expect(await run('calls')).toEqual({
    'visible': { result: 'as assumed', seen: expect.stringMatching(/^seen after \d+ s, related after \d+ s$/) },
    'standby-tags': { result: 'as assumed', seen: 'yes' },
    'error-codes': { result: 'as assumed', seen: expect.stringMatching(/^exists: ResourceExists/) },
    'terminate-gone': { result: 'as assumed', seen: expect.stringMatching(/gone after \d+ s$/) },
  });
});

test('a standby in another world', async () => {
  const worlds = await run('standby', { standbyQuota: 10, replicationTarget: 'primary' });
  expect(worlds).toMatchObject({ 'replication-target': { result: 'not as assumed' }, 'replication-side': { result: 'could not tell' } });
});

test('a relation that shows late', async () => {
  expect(await run('calls', { standbyQuota: 10, relationLagSeconds: 300 })).toMatchObject({ visible: { result: 'not as assumed' } });
});

test('a quota of 0', async () => {
  expect(await run('quota', {})).toEqual({ 'quota-zero': { result: 'measured', seen: expect.any(String) } });
});
