import { LibraryInterpreter } from './library-interpreter';
import { oneCall, waiter, waiterInput, World } from './world';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { InvocationResult } from '../../../sandbox/lambda/lambda-service';
import { Interpreter } from '../../../sandbox/step-functions/interpreter';
import { LightInterpreter } from '../../../sandbox/step-functions/light-interpreter';
import fc from '../../property';

type Answer =
  | { readonly kind: 'again' | 'done'; readonly waitSeconds: unknown; readonly afterSeconds: number }
  | { readonly kind: 'error'; readonly name: string; readonly service: boolean; readonly afterSeconds: number }
  | { readonly kind: 'payload'; readonly payload: unknown; readonly afterSeconds: number };

interface Script {
  readonly definition: Record<string, unknown>;
  readonly input: string;
  readonly answers: readonly Answer[];
  readonly stopAfterSeconds?: number;
  readonly deleteAfterSeconds?: number;
  readonly denied: boolean;
}

const TASK_FAILED = { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 };
const TIMEOUT = { ErrorEquals: ['States.Timeout', 'NoEndpoint'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 };
const TO_ABORT = { ErrorEquals: ['States.ALL'], Next: 'Abort' };

const DEFINITIONS = [
  waiter(),
  waiter({}, {}, { TimeoutSeconds: 600 }),
  waiter({ Retry: [TIMEOUT, TASK_FAILED] }),
  waiter({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }], Catch: [{ ...TO_ABORT, ErrorEquals: ['NoEndpoint'] }] }),
  waiter({ Catch: [{ ...TO_ABORT, ResultPath: '$.state.fault' }] }, { Retry: [{ ErrorEquals: ['States.ALL'] }] }),
  waiter({ Catch: [{ ...TO_ABORT, ResultPath: '$' }, TO_ABORT] }),
  oneCall(),
  oneCall({ ResultPath: '$.a.b', OutputPath: '$.a.b.Payload', TimeoutSeconds: 20 }),
  oneCall({ ResultPath: null }),
  oneCall({ ResultPath: '$', OutputPath: null }),
  oneCall({ Parameters: { 'FunctionName.$': '$.functionArn', 'Payload': { list: [{ 'id.$': '$.request.id' }, 1], fixed: null } } }),
  oneCall({ Parameters: { 'FunctionName': 'worker', 'Payload.$': '$.missing.member' } }),
  {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 7, Next: 'Choice' },
      Choice: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.done', BooleanEquals: true, Next: 'Succeed' },
          { Variable: '$.request.broken', BooleanEquals: false, Next: 'Fail' },
        ],
      },
      Succeed: { Type: 'Succeed' },
      Fail: { Type: 'Fail', Error: 'Broken', Cause: 'by hand' },
    },
  },
];

const waitSeconds = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 10, max: 100 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1.5, -1, 'soon', null) },
);
const afterSeconds = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 200 }));

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('again' as const, 'again' as const, 'done' as const), waitSeconds, afterSeconds }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('error' as const),
      name: fc.constantFrom('NoEndpoint', 'Sandbox.Timedout', 'TooManyRequestsException', ''),
      service: fc.boolean(),
      afterSeconds,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('payload' as const),
      payload: fc.constantFrom(null, 'text', [], { done: 'yes' }, 'x'.repeat(256 * 1024)),
      afterSeconds,
    }),
  },
);

const script: fc.Arbitrary<Script> = fc.record({
  definition: fc.constantFrom(...DEFINITIONS),
  input: fc.oneof(
    { weight: 9, arbitrary: fc.record({ waitSeconds, done: fc.boolean() }).map(waiterInput) },
    { weight: 1, arbitrary: fc.constantFrom('{}', '[]', 'null', '7', waiterInput({ waitSeconds: 0 }), waiterInput({ request: { broken: false } })) },
  ),
  answers: fc.array(answer, { minLength: 1, maxLength: 20 }),
  stopAfterSeconds: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined, freq: 4 }),
  deleteAfterSeconds: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined, freq: 4 }),
  denied: fc.boolean().map(denied => denied),
}).map(value => ({ ...value, denied: value.denied && value.answers.length % 5 === 0 }));

/** The same for the same moment, so that it does not matter how often an interpreter asks. */
function randomOf(clock: VirtualClock): () => number {
  return () => ((clock.now() * 7919) % 1009) / 1009;
}

async function respond(world: World, given: Answer, payload: any): Promise<InvocationResult> {
  await world.clock.sleep(given.afterSeconds * 1000);
  switch (given.kind) {
    case 'error': return { error: { errorType: given.name, errorMessage: 'no', service: given.service } };
    case 'payload': return { payload: given.payload };
    default: return { payload: { ...payload, waitSeconds: given.waitSeconds, done: given.kind === 'done' } };
  }
}

async function perform(given: Script, interpreter: (clock: VirtualClock) => Interpreter) {
  const world = new World({ interpreter });
  world.denied = given.denied;
  world.respond = (call, payload) => respond(world, given.answers[(call - 1) % given.answers.length], payload);
  const stateMachineArn = world.create(given.definition);
  const { executionArn } = world.api('StartExecution', { stateMachineArn, name: 'execution', input: given.input });
  if (given.stopAfterSeconds !== undefined) {
    world.clock.setTimeout(() => world.api('StopExecution', { executionArn }), given.stopAfterSeconds * 1000 + 500);
  }
  if (given.deleteAfterSeconds !== undefined) {
    world.clock.setTimeout(
      () => world.service.deleteStateMachine('eu-west-1', stateMachineArn), given.deleteAfterSeconds * 1000 + 500);
  }
  await world.wait(3600);
  const { status, stopDate, output, error, cause, history } = world.service.allExecutions()[0];
  return { status, stopDate, output, error, cause, history, calls: world.calls };
}

describe('the light interpreter', () => {
  test('does what the library does', async () => {
    const seen: Record<string, number> = {};
    await fc.assert(fc.asyncProperty(script, async given => {
      const library = await perform(given, clock => new LibraryInterpreter(clock, randomOf(clock)));
      const light = await perform(given, clock => new LightInterpreter(clock, randomOf(clock)));
      expect(light).toEqual(library);
      seen[library.status] = (seen[library.status] ?? 0) + 1;
    }), { numRuns: 400, seed: 2030 });
    expect(Object.keys(seen).sort()).toEqual(['ABORTED', 'FAILED', 'RUNNING', 'SUCCEEDED', 'TIMED_OUT']);
  });

  test('runs a thousand histories side by side', async () => {
    const definition = JSON.stringify(waiter());
    const clock = new VirtualClock(0);
    const machine = new LightInterpreter(clock).load(definition);
    let calls = 0;
    const histories = Array.from({ length: 1000 }, () => machine.start(waiterInput(), {}, {
      runTask: async ({ input }) => ({ Payload: { ...(input as any).Payload, done: ++calls % 10 === 0 } }),
      record: () => undefined,
    }).result);
    const results = await clock.run(Promise.all(histories));
    expect(new Set(results.map(result => result.status))).toEqual(new Set(['SUCCEEDED']));
    expect(calls).toBe(10_000);
  });

  test.each([
    ['an end', 1800, 'SUCCEEDED'],
    ['an abort', 10, 'ABORTED'],
  ])('leaves no timer behind after %s', async (_, abortAfterSeconds, status) => {
    const clock = new VirtualClock(0);
    const machine = new LightInterpreter(clock).load(JSON.stringify(waiter({}, {}, { TimeoutSeconds: 3600 })));
    const execution = machine.start(waiterInput(), {}, {
      runTask: async ({ input }) => ({ Payload: { ...(input as any).Payload, done: true } }),
      record: () => undefined,
    });
    const abort = clock.setTimeout(() => execution.abort(), abortAfterSeconds * 1000);
    expect(await clock.run(execution.result)).toMatchObject({ status });
    clock.clearTimeout(abort);
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('stands still');
    expect(clock.now()).toBe(Math.min(30, abortAfterSeconds) * 1000);
  });

  test.each([
    ['of another type', { StartAt: 'S', States: { S: { Type: 'Pass', End: true } } }, "State 'S' is of type Pass"],
    ['with another field', waiter({ ResultSelector: {} }), "State 'Step' has the field 'ResultSelector'"],
    ['with another path', waiter({ OutputPath: '$.a[0]' }), "The path '$.a[0]' is more than names joined by dots"],
    ['with the context object', waiter({ Parameters: { 'FunctionName.$': '$$.Execution.Id' } }), "The path '$$.Execution.Id'"],
    ['with an intrinsic function', waiter({ Parameters: { 'Payload.$': 'States.UUID()' } }), "The path 'States.UUID()'"],
    ['with another comparison', {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'C' }] } },
    }, "A choice of state 'C' has the field 'IsNull'"],
    ['with another retry', waiter({ Retry: [{ ErrorEquals: ['States.ALL'], Limit: 1 }] }), "has the field 'Limit'"],
    ['that is missing', waiter({ Next: 'Nowhere' }), "The state machine has no state 'Nowhere'."],
    ['in another query language', { QueryLanguage: 'JSONata', StartAt: 'S', States: {} }, 'Use JSONPath.'],
  ])('refuses a state %s', (_, definition, message) => {
    const interpreter = new LightInterpreter(new VirtualClock(0));
    expect(() => interpreter.load(JSON.stringify(definition))).toThrow(message);
  });
});
