import { Engine, event, FUNCTION_ARN, READY, REQUESTED_AT } from './engine';

/** Its creates are answered in the invocation. */
const READS_ONLY = { handler: { readsOnly: true } };

test('what is only read and finished at once is answered at once, without the state machine', async () => {
  const engine = new Engine(async () => READY, READS_ONLY);
  await engine.invoke(event());
  expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { A: '1' } }]);
  expect(engine.started).toEqual([]);
});

test('what is not finished goes on in the state machine, which is told the function', async () => {
  const engine = new Engine(async ({ memory }) => ({
    status: 'waiting', until: 'it', seconds: 8, physicalId: 'id', memory: { looks: Number(memory.looks ?? 0) + 1 },
  }));
  await engine.invoke(event());
  expect(engine.answers).toEqual([]);
  const { input } = engine.started[0];
  expect(input).toMatchObject({
    functionArn: FUNCTION_ARN, waitSeconds: 8, done: false, progress: { steps: 1, physicalId: 'id', until: 'it', memory: { looks: 1 } },
  });
  expect(await engine.invoke(input)).toMatchObject({ done: false, progress: { steps: 2, memory: { looks: 2 } }, functionArn: FUNCTION_ARN });
});

test('a step in the state machine that is done answers and ends the execution', async () => {
  let ready = false;
  const engine = new Engine(async () => ready ? READY : { status: 'waiting', until: 'it', seconds: 5 });
  await engine.invoke(event());
  ready = true;
  expect(await engine.conclude(engine.started[0].input)).toMatchObject({ done: true });
  expect(engine.answers).toHaveLength(1);
});

test('what creates or deletes waits for the execution of the request', async () => {
  let created = 0;
  const engine = new Engine(async context => {
    await context.claim();
    created++;
    return READY;
  });
  await engine.invoke(event());
  expect(created).toBe(0);
  expect(engine.started[0].input).toMatchObject({ waitSeconds: 0, progress: { steps: 0 } });
  await engine.invoke(engine.started[0].input);
  expect(created).toBe(1);
});

test('an old create asks whether it has a successor, and gives way to it', async () => {
  const engine = new Engine(async context => {
    await context.claim();
    return READY;
  }, { waiter: { rivals: async () => ({ successor: true, predecessor: false }) } });
  await engine.invoke(event());
  await engine.pass(61);
  await engine.conclude(engine.started[0].input);
  expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/later request for Thing .* changes nothing any more/) }]);
});

test('a second delivery of a request leaves it to the first one', async () => {
  const engine = new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), { waiter: { start: async () => 'exists' } });
  await engine.invoke(event());
  expect(engine.answers).toEqual([]);
  expect(engine.log.at(-1)).toEqual([
    'INFO', 'Another worker has this request already; leaving it alone', { execution: expect.stringMatching(/-Create-/) },
  ]);
});

describe('a state machine that does not start', () => {
  const failing = (name: string) => {
    let left = 3;
    return new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), {
      waiter: {
        start: async () => {
          if (left-- > 0) {
            throw Object.assign(new Error('not now'), { name });
          }
          return 'started';
        },
      },
    });
  };
  test.each(['ThrottlingException', 'AccessDeniedException', 'TimeoutError'])('after %s is tried again in the same invocation', async name => {
    const engine = failing(name);
    await engine.invoke(event());
    expect(engine.answers).toEqual([]);
    expect(engine.clock.now() - REQUESTED_AT).toBe(3 * 3500);
  });

  test('is left to the repetition by Lambda while that may help', async () => {
    const engine = new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 5 }), {
      waiter: { start: async () => { throw Object.assign(new Error('not now'), { name: 'ThrottlingException' }); } },
    });
    await expect(engine.invoke(event())).rejects.toThrow('not now');
    await engine.pass(200);
    await engine.invoke(event());
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/could not be started: ThrottlingException/) }]);
  });

  test('for good is answered at once', async () => {
    const engine = failing('StateMachineDoesNotExist');
    await engine.invoke(event());
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/StateMachineDoesNotExist.*deploy again/) }]);
  });
});

test('what a step remembers outlives its throttling, and the wait grows', async () => {
  const throttled = Object.assign(new Error('Slow down.'), { name: 'TooManyRequestsException' });
  const engine = new Engine(async ({ remember }) => {
    remember({ looked: true });
    throw throttled;
  });
  await engine.invoke(event());
  const { input } = engine.started[0];
  expect(input.progress).toMatchObject({ troubles: 1, memory: { looked: true } });

  const next = await engine.invoke(input);
  expect(engine.contexts[1].memory).toEqual({ looked: true });
  expect(next!.progress.troubles).toBe(2);
  expect(next!.waitSeconds).toBeGreaterThan(input.waitSeconds);
});

test('after much throttling a good step does not make the waits short at once', async () => {
  const engine = new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 4 }));
  await engine.invoke(event());
  const { input } = engine.started[0];

  const next = await engine.invoke({ ...input, progress: { ...input.progress, troubles: 4 } });

  expect(next!.progress.troubles).toBe(3);
  expect(next!.waitSeconds).toBe(Math.ceil(4 * 1.5 ** 3));
});

test('a resource type that the function does not know is answered', async () => {
  const engine = new Engine(async () => READY);
  await engine.invoke(event({ ResourceType: 'Custom::Other' }));
  expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/'Custom::Other' is not known to this function, which serves Custom::Thing, Custom::Second\. Deploy .*same version/) }]);
});

test('an update that arrives late changes nothing', async () => {
  const engine = new Engine(async () => READY);
  await engine.pass(301);
  await engine.invoke(event({ RequestType: 'Update', PhysicalResourceId: 'id' }));
  expect(engine.contexts).toEqual([]);
  expect(engine.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'id', Reason: expect.stringMatching(/ reached the function 5 minutes late, .*over; nothing was changed\. .*deploy again\.$/) }]);
});

test('a handler is told where it is, what was before, and until when', async () => {
  const engine = new Engine(async () => READY);
  await engine.invoke(event({
    RequestType: 'Update', PhysicalResourceId: 'id', ResourceProperties: { Schema: '1', TimeoutSeconds: '300' },
    OldResourceProperties: { Schema: '1', Old: '1' },
  }));
  await engine.invoke(engine.started[0].input);
  expect(engine.contexts[0]).toMatchObject({
    operation: 'Update', physicalId: 'id', logicalId: 'Thing', requestId: 'r', oldProperties: { Old: '1' },
    place: { partition: 'aws-cn', region: 'cn-north-1', accountId: '111122223333' },
    deadline: Date.UTC(2026, 0, 15, 12, 5),
  });
});

test('a delete of what was never created needs no handler', async () => {
  const engine = new Engine(async () => READY);
  await engine.invoke(event({ RequestType: 'Delete', PhysicalResourceId: 'nothing-created:r' }));
  expect(engine.contexts).toEqual([]);
  expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'nothing-created:r' }]);
});

test('the end of the time is said with what was waited for and the last error', async () => {
  let throttled = false;
  const engine = new Engine(async () => {
    if (throttled) {
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
    return { status: 'waiting', until: 'it to be READY', seconds: 500 };
  });
  await engine.invoke(event());
  throttled = true;
  let input = engine.started[0].input;
  for (let step = 0; step < 20 && !input.done; step++) {
    await engine.pass(input.waitSeconds);
    input = await engine.invoke(input);
  }
  expect(engine.answers).toMatchObject([{
    Status: 'FAILED', Reason: expect.stringMatching(/within 10 minutes while waiting for it to be READY.*last error was: ThrottlingException/),
  }]);
});

describe('the log', () => {
  test('says what is waited for, and nothing of another worker when there is none', async () => {
    const engine = new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 8, physicalId: 'id' }));
    await engine.invoke(event());
    expect(engine.log).toEqual([['INFO', 'Waiting for it', { attempt: 1, waitSeconds: 8, physicalId: 'id' }]]);
  });

  test('says that the state machine is waited for', async () => {
    const engine = new Engine(async context => context.claim().then(() => READY));
    await engine.invoke(event());
    expect(engine.log[0].slice(0, 2)).toEqual(['INFO', 'Waiting for the state machine']);
  });

  test('says what was answered', async () => {
    const engine = new Engine(async () => READY, READS_ONLY);
    await engine.invoke(event());
    expect(engine.log).toEqual([['INFO', 'Answered', { status: 'SUCCESS', physicalId: 'id', reason: undefined }]]);
  });

  test('says a failure as an error', async () => {
    const engine = new Engine(async () => { throw new Error('broken'); }, READS_ONLY);
    await engine.invoke(event());
    expect(engine.log).toEqual([['ERROR', 'Answered', expect.objectContaining({ status: 'FAILED', reason: expect.stringMatching(/broken/) })]]);
  });

  test('says that an answer was not taken', async () => {
    const engine = new Engine(async () => READY, { ...READS_ONLY, responseStatus: () => 403 });
    await engine.invoke(event());
    expect(engine.log.at(-1)!.slice(0, 2)).toEqual(['INFO', 'Answer not taken']);
  });
});

describe('a step that kept failing', () => {
  const abandoned = async (fault: object) => {
    const engine = new Engine(async () => ({ status: 'waiting', until: 'it', seconds: 5, physicalId: 'id' }));
    const output = await engine.invoke({ ...await engine.begin(event()), fault });
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
  const engine = new Engine(async () => READY, { ...READS_ONLY, responseStatus: () => 500 });
  await expect(engine.invoke(event())).rejects.toThrow(/could not be delivered/);
  const seconds = (engine.clock.now() - REQUESTED_AT) / 1000;
  expect(seconds).toBeGreaterThan(40);
  expect(seconds).toBeLessThan(52);
});

test.each(['arn::lambda:eu-west-1:1:function:f', 'arn:aws:lambda::1:function:f', 'arn:aws:lambda:eu-west-1::function:f', 'f'])(
  'a function cannot tell its place from %p', async arn => {
    await expect(new Engine(async () => READY).invoke(event(), arn)).rejects.toThrow(`'${arn}' is not the ARN of a function.`);
  });
