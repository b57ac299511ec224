import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import { LightInterpreter } from '../../sandbox/step-functions/light-interpreter';
import { StateError, type MachineResult } from '../../sandbox/step-functions/interpreter';
import { waiterDefinition } from '../../src/lifecycle/waiter-definition';

const THROTTLED = 'Lambda.TooManyRequestsException';
/** The longest time that an operation may take. */
const LONGEST_SECONDS = 3540;

interface Run {
  readonly result: MachineResult;
  /** Seconds after the start. */
  readonly endedAt: number;
  readonly calls: number;
}

/** Runs the machine whose first step fails with an error until some time, and is done after that. */
async function run(error: string, untilSeconds: number, seed: number): Promise<Run> {
  const clock = new VirtualClock(0);
  let random = seed;
  const machine = new LightInterpreter(clock, () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647)
    .load(waiterDefinition().replace('${AWS::Partition}', 'aws'));
  let calls = 0;
  const running = machine.start(JSON.stringify({ functionArn: 'f', waitSeconds: 10, done: false }), {}, {
    record: () => undefined,
    runTask: async ({ input }) => {
      calls++;
      const { Payload: state } = input as any;
      if (clock.now() < untilSeconds * 1000) {
        throw new StateError(error, 'not now');
      }
      return { Payload: { ...state, done: true } };
    },
  });
  const result = await clock.run(running.result);
  return { result, endedAt: clock.now() / 1000, calls };
}

const SEEDS = [1, 2, 3, 4, 5];

test.each(SEEDS)('a function that is throttled for as long as an operation may take gets its step all the same, seed %i', async seed => {
  const { result, endedAt } = await run(THROTTLED, LONGEST_SECONDS, seed);

  // The function goes on all the same: test/cases/lifecycle.test.ts, L24.
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { done: true, fault: { Error: THROTTLED } } });
  // Soon after it is possible again.
  expect(endedAt).toBeLessThan(LONGEST_SECONDS + 60);
});

test.each([
  'Lambda.ServiceException', 'Lambda.SdkClientException', 'Lambda.ENINotReadyException', 'Lambda.EFSMountTimeoutException',
  'Sandbox.Timedout', 'States.Timeout',
])('so does one that fails so long with %s, and it gets to know why', async error => {
  const { result } = await run(error, LONGEST_SECONDS, 1);
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { done: true, fault: { Error: error } } });
});

test.each(SEEDS)('throttling does not turn into a flood of calls, seed %i', async seed => {
  expect((await run(THROTTLED, LONGEST_SECONDS, seed)).calls).toBeLessThan(LONGEST_SECONDS / 8);
});

test.each(SEEDS)('a function that keeps crashing is told so within ten minutes, seed %i', async seed => {
  const { result, endedAt } = await run('Runtime.ExitError', 300, seed);
  expect(endedAt).toBeLessThan(600);
  expect(result).toMatchObject({ status: 'SUCCEEDED' });

  const { result: later } = await run('Runtime.ExitError', 600, seed);
  expect(later).toMatchObject({ output: { fault: { Error: 'Runtime.ExitError' } } });
});

test('an execution ends even if the function never runs again', async () => {
  const { result, endedAt } = await run(THROTTLED, 10_000, 1);
  expect(result).toEqual({ status: 'TIMED_OUT' });
  expect(endedAt).toBe(7200);
});
