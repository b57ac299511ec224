import { waiter, waiterInput } from './world';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { LightInterpreter } from '../../../sandbox/step-functions/light-interpreter';

describe('the light interpreter', () => {
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
