import { Engine, event, FUNCTION_ARN, READY, REQUESTED_AT, update } from './engine';
import { toyWorld } from './toy';
import type { Outcome } from '../../../lambda/lifecycle/handler';

/*
 * The function around the steps: how a request gets its execution, and how its answer leaves.
 */
const WAITING: Outcome = { status: 'waiting', until: 'it', seconds: 8, physicalId: 'id' };
const failing = (name: string, message = 'not now') => Object.assign(new Error(message), { name });

describe('a request', () => {
  test('starts its execution, which is told the function, and does nothing else', async () => {
    const engine = new Engine(async () => READY);
    await engine.invoke(event());
    expect(engine.answers).toEqual([]);
    expect(engine.methods).toEqual([]);
    expect(engine.started).toMatchObject([{
      name: expect.stringMatching(/-Create-/), input: { functionArn: FUNCTION_ARN, waitSeconds: 0, done: false, progress: { steps: 0, memory: {} } },
    }]);
    expect(engine.log).toEqual([['INFO', 'Started the execution', { execution: engine.started[0].name }]]);
  });

  test('that is delivered again finds its execution, and changes and answers nothing, however late', async () => {
    const engine = new Engine(async () => READY, { waiter: { start: async () => 'exists' } });
    await engine.pass(3700);
    await engine.invoke(update());
    expect(engine.answers).toEqual([]);
    expect(engine.methods).toEqual([]);
    expect(engine.log).toEqual([['INFO', 'The execution exists already', { execution: expect.stringMatching(/-Update-/) }]]);
  });

  test.each([310, 600])('whose update is at work is left to that when it is delivered again after %i s', async seconds => {
    const { service, world } = toyWorld();
    service.creationSeconds = 1200;
    const answer = await world.update({}, {}, { deliveries: [0, seconds] });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(answer.after).toBeGreaterThan(1200);
    expect(answer.bodies).toHaveLength(1);
    expect(service.calls).toEqual(['create desk']);
  });

  test('to delete what was never created looks for what updates have left since', async () => {
    const engine = new Engine(async () => ({ status: 'gone' }));
    await engine.conclude(await engine.begin(event({ RequestType: 'Delete', PhysicalResourceId: 'nothing-created:r' })));
    expect(engine.methods).toEqual(['delete']);
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'nothing-created:r' }]);
  });

  test('for a resource type that the function does not know is answered by its execution', async () => {
    const engine = new Engine(async () => READY);
    expect(await engine.invoke(await engine.begin(event({ ResourceType: 'Custom::Other' })))).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([{
      Status: 'FAILED', Reason: expect.stringMatching(/'Custom::Other' is not known to this function, which serves Custom::Thing, Custom::Second\. Deploy .*same version/),
    }]);
  });
});

describe('a state machine that does not start', () => {
  const starting = (name: string, failures = Infinity) => new Engine(async () => WAITING, {
    waiter: {
      start: async () => {
        if (failures-- > 0) {
          throw failing(name);
        }
        return 'started';
      },
    },
  });

  test.each(['ThrottlingException', 'AccessDeniedException', 'TimeoutError'])('after %s is tried again in the same invocation', async name => {
    const engine = starting(name, 3);
    await engine.invoke(event());
    expect(engine.answers).toEqual([]);
    expect(engine.clock.now() - REQUESTED_AT).toBe(3 * 3500);
  });

  test('is left to the repetition by Lambda while that may help', async () => {
    const engine = starting('ThrottlingException');
    await expect(engine.invoke(event())).rejects.toThrow('not now');
    expect(engine.answers).toEqual([]);
    expect((engine.clock.now() - REQUESTED_AT) / 1000).toBe(35);
  });

  test.each([[150, 1], [114, 0]])('%i s after the request is answered %i times', async (seconds, answers) => {
    const engine = starting('ThrottlingException');
    await engine.pass(seconds);
    await engine.invoke(event()).catch(() => undefined);
    expect(engine.answers).toHaveLength(answers);
  });

  test.each([
    ['Create', 'ThrottlingException', 'id-not-known:r'], ['Create', 'AccessDeniedException', 'nothing-created:r'],
    ['Delete', 'AccessDeniedException', 'id'], ['Update', 'AccessDeniedException', 'id'],
  ] as const)('for good answers a %s after %s with the id %s', async (RequestType, name, id) => {
    const engine = starting(name);
    await engine.pass(200);
    await engine.invoke(event({ RequestType, PhysicalResourceId: RequestType === 'Create' ? undefined : 'id' }));
    expect(engine.answers).toMatchObject([{
      Status: 'FAILED', PhysicalResourceId: id,
      Reason: `'Thing': the state machine that waits could not be started: ${name}: not now. Nothing was created or deleted. Check the permissions `
        + 'of the function (boundary, service control policy) and deploy again.',
    }]);
  });

  test('because there is none is answered at once', async () => {
    const engine = starting('StateMachineDoesNotExist');
    await engine.invoke(event());
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'id-not-known:r' }]);
    expect(engine.clock.now()).toBe(REQUESTED_AT);
  });

  test('because that is denied leaves a create whose rollback needs no state machine', async () => {
    const engine = starting('AccessDeniedException');
    await engine.pass(200);
    await engine.invoke(event());
    const [{ PhysicalResourceId }] = engine.answers;
    await engine.invoke(event({ RequestType: 'Delete', PhysicalResourceId }));
    expect(engine.answers[1]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  });
});

describe('the log', () => {
  test('says what is waited for', async () => {
    const engine = new Engine(async () => WAITING);
    await engine.invoke(await engine.begin(event()));
    expect(engine.log.at(-1)).toEqual(['INFO', 'Waiting for it', { attempt: 1, waitSeconds: 8, physicalId: 'id' }]);
  });

  test.each([[200, 'Answered'], [403, 'Answer not taken']])('says, when the URL gives %i: %s', async (status, words) => {
    const engine = new Engine(async () => READY, { responseStatus: () => status });
    await engine.conclude(await engine.begin(event()));
    expect(engine.log.at(-1)).toEqual(['INFO', words, { status: 'SUCCESS', physicalId: 'id', reason: undefined }]);
  });

  test('says a failure as an error', async () => {
    const engine = new Engine(async () => { throw new Error('broken'); });
    await engine.conclude(await engine.begin(event()));
    expect(engine.log.at(-1)).toEqual(['ERROR', 'Answered', expect.objectContaining({ status: 'FAILED', reason: expect.stringMatching(/broken/) })]);
  });
});

describe('a step that kept failing', () => {
  const abandoned = async (fault: object) => {
    const engine = new Engine(async () => WAITING);
    const output = await engine.invoke({ ...await engine.invoke(await engine.begin(event())), fault });
    return { output, steps: engine.methods, answer: engine.answers[0] };
  };

  test('is answered with the id of what was seen and the message of the error, without its trace, and ends the execution', async () => {
    const { answer, output, steps } = await abandoned({ Error: 'Lambda.Unknown', Cause: '{"errorMessage":"out of memory","trace":["at x"]}' });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'id' });
    expect(answer.Reason).toBe("'Thing': the function kept failing with Lambda.Unknown: out of memory. Its log group has the details; "
      + 'deploy again when the cause is mended.');
    expect(output).toMatchObject({ done: true, waitSeconds: 0 });
    expect(steps).toHaveLength(1);
  });

  test.each([[undefined], ['no JSON'], ['{"errorMessage":5}'], ['{}']])('of which the cause is %p is answered without it', async Cause => {
    expect((await abandoned({ Cause })).answer.Reason).toMatch(/kept failing with an unknown error\. Its log group/);
  });

  test('is answered with 500 characters of a long message', async () => {
    const Cause = JSON.stringify({ errorMessage: 'x'.repeat(501) });
    expect((await abandoned({ Error: 'E', Cause })).answer.Reason).toContain(`with E: ${'x'.repeat(500)}. Its`);
  });
});

test('an answer that nobody takes ends the invocation some seconds before its time-out', async () => {
  const engine = new Engine(async () => READY, { responseStatus: () => 500 });
  await expect(engine.conclude(await engine.begin(event()))).rejects.toThrow(/could not be delivered/);
  const seconds = (engine.clock.now() - REQUESTED_AT) / 1000;
  expect(seconds).toBeGreaterThan(40);
  expect(seconds).toBeLessThan(52);
});

test.each(['arn::lambda:eu-west-1:1:function:f', 'arn:aws:lambda::1:function:f', 'arn:aws:lambda:eu-west-1::function:f', 'f'])(
  'a function can not tell its place from %p', async arn => {
    const engine = new Engine(async () => READY);
    await expect(engine.invoke(await engine.begin(event()), arn)).rejects.toThrow(`'${arn}' is not the ARN of a function.`);
  });
