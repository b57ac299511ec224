import { SandboxAccount } from './sandbox-account';
import { GLOBAL_ACCELERATOR } from '../../integ/global-accelerator/scenarios';
import { GlobalAcceleratorSimulator, type GlobalAcceleratorSimulatorOptions } from '../../sandbox/services/global-accelerator';
import { deployedSubnets } from '../../sandbox/services/global-accelerator-subnets';

/** The scenarios against the simulator. */
let account: SandboxAccount;
afterEach(() => account.stop());

async function run(name: string, options: GlobalAcceleratorSimulatorOptions = {}) {
  const subnets = deployedSubnets(() => account.sandbox.cloudFormation.stacks);
  account = await new SandboxAccount({ services: [new GlobalAcceleratorSimulator({ subnets, ...options })] }).start();
  const findings = await GLOBAL_ACCELERATOR.scenarios.find(scenario => scenario.name === name)!.run(account);
  expect(await GLOBAL_ACCELERATOR.leftovers(account)).toEqual([]);
  return findings;
}

test('a game', async () => {
  expect(await run('game')).toEqual({
    'traffic-permissions': { result: 'as assumed', seen: 'added, allowed, removed' },
    'port-formula': { result: 'as assumed', seen: '44' },
    'half-update': { result: 'as assumed', seen: 'all as before' },
  });
});

test('an accelerator', async () => {
  expect(await run('accelerator', { associatedEndpointGroupLagSeconds: 30, disabledLagSeconds: 60 })).toEqual({
    'idempotency-token': { result: 'as assumed', seen: 'again: the same; with another name: the same; after the delete: the same' },
    'deployed': { result: 'as assumed', seen: expect.stringMatching(/DEPLOYED after \d+ s/) },
    'tagging': { result: 'as assumed', seen: expect.stringMatching(/^DEPLOYED; listed after \d s$/) },
    'port-ranges': { result: expect.any(String), seen: expect.stringMatching(/overlap: InvalidPortRangeException/) },
    'busy': { result: 'as assumed', seen: expect.stringMatching(/listener: AssociatedEndpointGroupFoundException, \d+ s/) },
  });
});

test('an accelerator in another world', async () => {
  expect(await run('accelerator', { tokenRetentionSeconds: 0, statusLagSeconds: 30 })).toMatchObject({
    'idempotency-token': { result: 'not as assumed', seen: expect.stringMatching(/^again: another one/) },
    'deployed': { result: 'not as assumed' },
  });
});
