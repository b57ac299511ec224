import { LibraryInterpreter } from './library-interpreter';
import { oneCall, waiter, waiterInput, World } from '../sandbox/step-functions/world';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import { InvocationResult } from '../../sandbox/lambda/lambda-service';
import { Interpreter } from '../../sandbox/step-functions/interpreter';
import { LightInterpreter } from '../../sandbox/step-functions/light-interpreter';
import fc from '../property';

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

test('the light interpreter does what the library does', async () => {
  const seen: Record<string, number> = {};
  await fc.assert(fc.asyncProperty(script, async given => {
    const library = await perform(given, clock => new LibraryInterpreter(clock, randomOf(clock)));
    const light = await perform(given, clock => new LightInterpreter(clock, randomOf(clock)));
    expect(light).toEqual(library);
    seen[library.status] = (seen[library.status] ?? 0) + 1;
  }), { numRuns: 400, seed: 2030 });
  expect(Object.keys(seen).sort()).toEqual(['ABORTED', 'FAILED', 'RUNNING', 'SUCCEEDED', 'TIMED_OUT']);
});
