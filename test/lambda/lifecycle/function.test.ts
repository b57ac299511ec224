import { lifecycleFunction, type LifecycleFunction } from '../../../lambda/lifecycle/function';
import type { Outcome, ResourceHandler, StepContext } from '../../../lambda/lifecycle/handler';
import type { Runtime, Waiter } from '../../../lambda/lifecycle/ports';
import type { CloudFormationEvent } from '../../../lambda/lifecycle/request';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';

const FUNCTION_ARN = 'arn:aws-cn:lambda:cn-north-1:111122223333:function:f';
const URL = 'https://b.test/?X-Amz-Date=20260115T120000Z&X-Amz-Signature=5ec7e7';

function event(changes: Partial<CloudFormationEvent> = {}): CloudFormationEvent {
  return {
    RequestType: 'Create', ResponseURL: URL, StackId: 's', RequestId: 'r', LogicalResourceId: 'Thing', ResourceType: 'Custom::Thing',
    ResourceProperties: { Schema: '1' }, ...changes,
  };
}

/** An engine with one handler, of which a test says what each operation does. */
class Bench {
  public readonly clock = new VirtualClock(Date.UTC(2026, 0, 15, 12));
  public readonly answers: any[] = [];
  public readonly started: { name: string; input: any }[] = [];
  public readonly contexts: StepContext<unknown>[] = [];
  private readonly worker: LifecycleFunction;

  constructor(step: (context: StepContext<unknown>) => Promise<Outcome>, waiter: Partial<Waiter> = {}) {
    const run = (context: StepContext<unknown>) => {
      this.contexts.push(context);
      return step(context);
    };
    const handler: ResourceHandler<unknown> = {
      defaultTimeoutSeconds: 600, parse: raw => raw, recognizes: () => true, create: run, update: run, delete: run,
    };
    const runtime: Runtime = {
      clock: this.clock, random: () => 0.5, log: { write: () => undefined },
      transport: { put: async (_, body) => { this.answers.push(JSON.parse(body)); return 200; } },
      waiter: {
        start: async (name, input) => { this.started.push({ name, input }); return 'started'; },
        rivals: async () => ({ successor: false, predecessor: false }),
        ...waiter,
      },
    };
    this.worker = lifecycleFunction({ 'Custom::Thing': handler }, () => runtime);
  }

  public invoke(input: unknown) {
    return this.clock.run(this.worker(input, { invokedFunctionArn: FUNCTION_ARN }));
  }
}

const READY: Outcome = { status: 'ready', physicalId: 'id', attributes: { A: '1' } };

test('what is finished at once is answered at once, without the state machine', async () => {
  const bench = new Bench(async () => READY);
  await bench.invoke(event());
  expect(bench.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { A: '1' } }]);
  expect(bench.started).toEqual([]);
});

test('what is not finished goes on in the state machine, which is told the function', async () => {
  const bench = new Bench(async ({ memory }) => ({
    status: 'waiting', until: 'it', seconds: 8, physicalId: 'id', memory: { looks: Number(memory.looks ?? 0) + 1 },
  }));
  await bench.invoke(event());
  expect(bench.answers).toEqual([]);
  const { input } = bench.started[0];
  expect(input).toMatchObject({
    functionArn: FUNCTION_ARN, waitSeconds: 8, done: false, progress: { steps: 1, physicalId: 'id', until: 'it', memory: { looks: 1 } },
  });
  expect(await bench.invoke(input)).toMatchObject({ done: false, progress: { steps: 2, memory: { looks: 2 } }, functionArn: FUNCTION_ARN });
});

test('a step in the state machine that is done answers and ends the execution', async () => {
  let ready = false;
  const bench = new Bench(async () => ready ? READY : { status: 'waiting', until: 'it', seconds: 5 });
  await bench.invoke(event());
  ready = true;
  expect(await bench.invoke(bench.started[0].input)).toMatchObject({ done: true });
  expect(bench.answers).toHaveLength(1);
});

test('what creates or deletes waits for the execution of the request', async () => {
  let created = 0;
  const bench = new Bench(async context => {
    await context.claim();
    created++;
    return READY;
  });
  await bench.invoke(event());
  expect(created).toBe(0);
  expect(bench.started[0].input).toMatchObject({ waitSeconds: 0, progress: { steps: 0 } });
  await bench.invoke(bench.started[0].input);
  expect(created).toBe(1);
});

test('an old create asks whether it has a successor, and gives way to it', async () => {
  const bench = new Bench(async context => {
    await context.claim();
    return READY;
  }, { rivals: async () => ({ successor: true, predecessor: false }) });
  await bench.invoke(event());
  await bench.clock.run(bench.clock.sleep(61_000));
  await bench.invoke(bench.started[0].input);
  expect(bench.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/later request for Thing .* changes nothing any more/) }]);
});

test('a second delivery of a request leaves it to the first one', async () => {
  const bench = new Bench(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), { start: async () => 'exists' });
  await bench.invoke(event());
  expect(bench.answers).toEqual([]);
});

describe('a state machine that does not start', () => {
  const failing = (name: string) => {
    let left = 3;
    return new Bench(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), {
      start: async () => {
        if (left-- > 0) {
          throw Object.assign(new Error('not now'), { name });
        }
        return 'started';
      },
    });
  };
  test.each(['ThrottlingException', 'AccessDeniedException', 'TimeoutError'])('after %s is tried again in the same invocation', async name => {
    const bench = failing(name);
    await bench.invoke(event());
    expect(bench.answers).toEqual([]);
  });

  test('is left to the repetition by Lambda while that may help', async () => {
    const bench = new Bench(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), {
      start: async () => { throw Object.assign(new Error('not now'), { name: 'ThrottlingException' }); },
    });
    await expect(bench.invoke(event())).rejects.toThrow('not now');
    await bench.clock.run(bench.clock.sleep(200_000));
    await bench.invoke(event());
    expect(bench.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/could not be started: ThrottlingException/) }]);
  });

  test('for good is answered at once', async () => {
    const bench = failing('StateMachineDoesNotExist');
    await bench.invoke(event());
    expect(bench.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/StateMachineDoesNotExist.*deploy again/) }]);
  });
});

test('what a step remembers outlives its throttling, and the wait grows', async () => {
  const throttled = Object.assign(new Error('Slow down.'), { name: 'TooManyRequestsException' });
  const bench = new Bench(async ({ remember }) => {
    remember({ looked: true });
    throw throttled;
  });
  await bench.invoke(event());
  const { input } = bench.started[0];
  expect(input.progress).toMatchObject({ troubles: 1, memory: { looked: true } });

  const next = await bench.invoke(input);
  expect(bench.contexts[1].memory).toEqual({ looked: true });
  expect(next!.progress.troubles).toBe(2);
  expect(next!.waitSeconds).toBeGreaterThan(input.waitSeconds);
});

test('after much throttling a good step does not make the waits short at once', async () => {
  const bench = new Bench(async () => ({ status: 'waiting', until: 'it', seconds: 4 }));
  await bench.invoke(event());
  const { input } = bench.started[0];

  const next = await bench.invoke({ ...input, progress: { ...input.progress, troubles: 4 } });

  expect(next!.progress.troubles).toBe(3);
  expect(next!.waitSeconds).toBe(Math.ceil(4 * 1.5 ** 3));
});

test('a resource type that the function does not know is answered', async () => {
  const bench = new Bench(async () => READY);
  await bench.invoke(event({ ResourceType: 'Custom::Other' }));
  expect(bench.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/'Custom::Other' is not known.*serves Custom::Thing/) }]);
});

test('an update that arrives late changes nothing', async () => {
  const bench = new Bench(async () => READY);
  await bench.clock.run(bench.clock.sleep(301_000));
  await bench.invoke(event({ RequestType: 'Update', PhysicalResourceId: 'id' }));
  expect(bench.contexts).toEqual([]);
  expect(bench.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'id', Reason: expect.stringMatching(/5 minutes late/) }]);
});

test('a handler is told where it is, what was before, and until when', async () => {
  const bench = new Bench(async () => READY);
  await bench.invoke(event({
    RequestType: 'Update', PhysicalResourceId: 'id', ResourceProperties: { Schema: '1', TimeoutSeconds: '300' },
    OldResourceProperties: { Schema: '1', Old: '1' },
  }));
  await bench.invoke(bench.started[0].input);
  expect(bench.contexts[0]).toMatchObject({
    operation: 'Update', physicalId: 'id', logicalId: 'Thing', requestId: 'r', oldProperties: { Old: '1' },
    place: { partition: 'aws-cn', region: 'cn-north-1', accountId: '111122223333' },
    deadline: Date.UTC(2026, 0, 15, 12, 5),
  });
});

test('a delete of what was never created needs no handler', async () => {
  const bench = new Bench(async () => READY);
  await bench.invoke(event({ RequestType: 'Delete', PhysicalResourceId: 'nothing-created:r' }));
  expect(bench.contexts).toEqual([]);
  expect(bench.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'nothing-created:r' }]);
});

test('the end of the time is said with what was waited for and the last error', async () => {
  let throttled = false;
  const bench = new Bench(async () => {
    if (throttled) {
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
    return { status: 'waiting', until: 'it to be READY', seconds: 500 };
  });
  await bench.invoke(event());
  throttled = true;
  let input = bench.started[0].input;
  for (let step = 0; step < 20 && !input.done; step++) {
    await bench.clock.run(bench.clock.sleep(input.waitSeconds * 1000));
    input = await bench.invoke(input);
  }
  expect(bench.answers).toMatchObject([{
    Status: 'FAILED', Reason: expect.stringMatching(/within 10 minutes while waiting for it to be READY.*last error was: ThrottlingException/),
  }]);
});
