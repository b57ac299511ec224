import { Engine, event, READY, REQUESTED_AT, update } from './engine';
import { executionOf, requestAt } from './executions';
import { ResourceError } from '../../../lambda/lifecycle/errors';
import type { Outcome, StepContext } from '../../../lambda/lifecycle/handler';
import { OtherVersionError } from '../../../lambda/lifecycle/properties';

/*
 * One step of an execution: what it is told, when it answers what, and what it writes down.
 */
const WAITING: Outcome = { status: 'waiting', until: 'it', seconds: 8 };
const REMOVAL = event({ RequestType: 'Delete', PhysicalResourceId: 'id' });
const failing = (name: string, message = 'no') => Object.assign(new Error(message), { name });
const permanent = () => failing('ValidationException', 'bad');

describe('an answer', () => {
  test('is kept before it is given, so a step that is repeated after it does not act again', async () => {
    const engine = new Engine(async () => READY);
    const kept = await engine.invoke(await engine.begin(event()));
    expect(engine.answers).toEqual([]);
    expect(kept).toMatchObject({ done: false, waitSeconds: 0, progress: { until: 'the answer to be kept', pendingAnswer: { status: 'SUCCESS' } } });

    expect(await engine.invoke(kept)).toMatchObject({ done: true });
    await engine.invoke(kept);
    expect(engine.methods).toEqual(['create']);
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { A: '1' } }, { Status: 'SUCCESS' }]);
  });

  test('of what only reads is given at once', async () => {
    const engine = new Engine(async () => READY, { handler: { readsOnly: true } });
    expect(await engine.invoke(await engine.begin(event()))).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('of a delete has the id that was deleted', async () => {
    const engine = new Engine(async () => ({ status: 'gone' }));
    await engine.conclude(await engine.begin(REMOVAL));
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id' }]);
  });
});

describe('the id of a failed create', () => {
  const idAfter = async (step: (context: StepContext<unknown>) => Promise<Outcome>) => {
    const engine = new Engine(step);
    await engine.conclude(await engine.begin(event()));
    expect(engine.answers).toMatchObject([{ Status: 'FAILED' }]);
    return engine.answers[0].PhysicalResourceId;
  };

  test.each<[string, () => Error]>([['refused', () => new ResourceError('no')], ['for good', permanent]])(
    'says that nothing was created, when nothing was written down (%s)', async (_, error) => {
      expect(await idAfter(async () => { throw error(); })).toBe('nothing-created:r');
    });

  test.each<[string, () => Error]>([['refused', () => new ResourceError('no')], ['for good', permanent]])(
    'says that none is known, when it was about to create (%s)', async (_, error) => {
      expect(await idAfter(async context => {
        context.changing();
        throw error();
      })).toBe('id-not-known:r');
    });

  test.each([
    ['that was found', (context: StepContext<unknown>) => { context.found('seen'); throw permanent(); }],
    ['that the error has', () => { throw new ResourceError('no', 'seen'); }],
  ])('is the one %s', async (_, fail) => {
    expect(await idAfter(async context => {
      context.changing();
      return fail(context);
    })).toBe('seen');
  });
});

test('a failed update keeps its id, whatever was found', async () => {
  const engine = new Engine(async () => { throw new ResourceError('no', 'other'); });
  await engine.conclude(await engine.begin(update()));
  expect(engine.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'id', Reason: 'Thing (Custom::Thing): no' }]);
});

describe('an error', () => {
  test.each([['ThrottlingException'], ['TimeoutError']])('that may pass (%s) is waited for, longer each time, and what was remembered stays', async name => {
    const engine = new Engine(async ({ remember }) => {
      remember({ looked: true });
      throw failing(name, 'busy');
    });
    const first = await engine.invoke(await engine.begin(event()));
    expect(first).toMatchObject({ done: false, waitSeconds: 5, progress: { steps: 1, recentFailures: 1, lastError: `${name}: busy`, memory: { looked: true } } });
    expect(engine.log.at(-2)).toEqual(['WARN', 'Trying again after an error that may pass', { error: `${name}: busy`, recentFailures: 1 }]);
    const second = await engine.invoke(first);
    expect(engine.contexts[1].memory).toEqual({ looked: true });
    expect(second).toMatchObject({ waitSeconds: 8, progress: { recentFailures: 2 } });
  });

  test('leaves its mark on the waits after it for a while', async () => {
    const engine = new Engine(async () => ({ ...WAITING, seconds: 4 }));
    const input = await engine.begin(event());
    const next = await engine.invoke({ ...input, progress: { ...input.progress, recentFailures: 4 } });
    expect(next).toMatchObject({ waitSeconds: Math.ceil(4 * 1.5 ** 3), progress: { recentFailures: 3 } });
  });

  test('that is a denial is believed after a minute and a half, and then said with what may deny it', async () => {
    const engine = new Engine(async () => { throw failing('AccessDeniedException', 'not you'); });
    const input = await engine.begin(event());
    await engine.pass(89);
    const next = await engine.invoke(input);
    expect(next).toMatchObject({ done: false, progress: { recentFailures: 1 } });
    await engine.pass(1);
    await engine.conclude(next);
    expect(engine.answers).toMatchObject([{ Reason: 'Thing (Custom::Thing): AccessDeniedException: not you. The role of the function lacks '
      + 'this permission, or a service control policy or permissions boundary denies it.' }]);
  });
});

describe('a handler', () => {
  test('is told where it is, what was before, and until when', async () => {
    const engine = new Engine(async () => READY);
    await engine.invoke(await engine.begin(update({ ResourceProperties: { Schema: '1', TimeoutSeconds: '300' } })));
    expect(engine.contexts[0]).toMatchObject({
      operation: 'Update', physicalId: 'id', logicalId: 'Thing', requestId: 'r', oldProperties: { Old: '1' }, requestedAt: REQUESTED_AT,
      location: { partition: 'aws-cn', region: 'cn-north-1', accountId: '111122223333' }, deadline: REQUESTED_AT + 300_000,
    });
  });

  test('is not told of old properties that nobody can read', async () => {
    const parse = (raw: Readonly<Record<string, unknown>>) => {
      if (raw.Old) {
        throw new ResourceError('What is Old?');
      }
      return raw;
    };
    const engine = new Engine(async () => READY, { handler: { parse } });
    await engine.invoke(await engine.begin(update()));
    expect(engine.contexts[0].oldProperties).toBeUndefined();
  });

  test('is told of old properties of a newer version as far as they can be read', async () => {
    const parse = ({ Old, ...raw }: Readonly<Record<string, unknown>>) => {
      if (Old) {
        throw new OtherVersionError('What is Old?', raw);
      }
      return raw;
    };
    const engine = new Engine(async () => READY, { handler: { parse } });
    await engine.invoke(await engine.begin(update()));
    expect(engine.contexts[0].oldProperties).toEqual({ Schema: '1' });
  });

  test('remembers from step to step', async () => {
    const engine = new Engine(async ({ memory }) => ({ ...WAITING, physicalId: 'id', memory: { looks: Number(memory.looks ?? 0) + 1 } }));
    const next = await engine.invoke(await engine.begin(event()));
    expect(next).toMatchObject({ waitSeconds: 8, done: false, progress: { steps: 1, physicalId: 'id', until: 'it', memory: { looks: 1 } } });
    expect(await engine.invoke(next)).toMatchObject({ progress: { steps: 2, memory: { looks: 2 } } });
  });

  test('looks several times in one step while it only looks, and the looks are near', async () => {
    let looks = 0;
    const engine = new Engine(async () => ++looks < 4 ? { ...WAITING, seconds: 5, isLook: true } : READY);
    const next = await engine.invoke(await engine.begin(event()));
    expect(next).toMatchObject({ progress: { pendingAnswer: { status: 'SUCCESS' } } });
    expect((engine.clock.now() - REQUESTED_AT) / 1000).toBe(15);
  });

  test.each([[{ seconds: 7, isLook: true }, 1], [{ seconds: 5 }, 1], [{ seconds: 5, isLook: true }, 8]])(
    'that waits %j makes %i looks in a step', async (wait, looks) => {
      const engine = new Engine(async () => ({ ...WAITING, ...wait }));
      await engine.invoke(await engine.begin(event()));
      expect(engine.methods).toHaveLength(looks);
    });
});

describe('the deadline', () => {
  /** A step so many seconds after the request, of an execution that has been alone since the third second. */
  const stepAt = async (seconds: number, changes: object = {}) => {
    const engine = new Engine(async () => ({ ...WAITING, seconds: 500 }));
    const input = await engine.begin(event());
    await engine.pass(seconds);
    const entry = { startedAt: REQUESTED_AT, aloneSince: REQUESTED_AT + 3000 };
    const next = await engine.invoke({ ...input, progress: { ...input.progress, changed: true, entry, ...changes } });
    return { engine, next };
  };

  test('counts from when the execution was alone, and no wait is longer', async () => {
    const { engine, next } = await stepAt(602.5);
    expect(next).toMatchObject({ done: false, waitSeconds: 1 });
    expect(engine.methods).toHaveLength(1);
  });

  test('ends the operation with what was waited for and the last error', async () => {
    const { engine, next } = await stepAt(603, { until: 'it to be READY', lastError: 'ThrottlingException: Rate exceeded' });
    await engine.invoke(next);
    expect(engine.methods).toEqual([]);
    expect(engine.answers).toMatchObject([{
      Status: 'FAILED', PhysicalResourceId: 'id-not-known:r', Reason: 'Thing (Custom::Thing): the create was not finished within 10 minutes while '
        + "waiting for it to be READY. The last error was: ThrottlingException: Rate exceeded. Look at the service's own state of the resource, then "
        + "deploy again; a longer 'timeout' can be set on the construct.",
    }]);
  });

  test('says no more than is known', async () => {
    const { engine, next } = await stepAt(603, { physicalId: 'seen' });
    await engine.invoke(next);
    expect(engine.answers).toMatchObject([{ PhysicalResourceId: 'seen', Reason: expect.stringMatching(/within 10 minutes\. Look at/) }]);
  });
});

describe('an execution', () => {
  test('of a request that CloudFormation has given up changes nothing', async () => {
    const engine = new Engine(async () => READY, {
      waiter: { executions: async () => [executionOf(requestAt(10))] },
    });
    await engine.conclude(await engine.begin(event()));
    expect(engine.methods).toEqual([]);
    expect(engine.answers).toMatchObject([{
      Status: 'FAILED', PhysicalResourceId: 'nothing-created:r', Reason: expect.stringMatching(/later request for this resource, so this one changes nothing/),
    }]);
  });

  test('of what only reads does not ask who else is there', async () => {
    const executions = jest.fn(async () => [executionOf(requestAt(10))]);
    const engine = new Engine(async () => READY, { handler: { readsOnly: true }, waiter: { executions } });
    await engine.invoke(await engine.begin(event()));
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(executions).not.toHaveBeenCalled();
  });

  test('stops what works on an earlier request, and begins when that is over', async () => {
    let list = [executionOf(requestAt(-10))];
    const engine = new Engine(async () => WAITING, { waiter: { executions: async () => list } });
    const next = await engine.invoke(await engine.begin(update()));
    expect(next).toMatchObject({ waitSeconds: 65, progress: { until: 'the steps of earlier requests to end' } });
    expect(engine.methods).toEqual([]);
    list = [];
    await engine.pass(65);
    await engine.invoke(next);
    expect(engine.methods).toEqual(['update']);
  });

  test.each([[undefined, {}], [true, { made: true }]])(
    'that finds an earlier one at its end forgets what it has seen, but not what it has created (changed: %p)', async (changed, memory) => {
      let list: ReturnType<typeof executionOf>[] = [];
      const engine = new Engine(async context => {
        list = [executionOf(requestAt(-10))];
        if (changed) {
          context.changing();
        }
        context.remember({ made: true });
        return READY;
      }, { waiter: { executions: async () => list } });
      const next = await engine.invoke(await engine.begin(update()));
      expect(next).toMatchObject({ done: false, waitSeconds: 65 });
      expect(next!.progress.memory).toEqual(memory);
    });

  test('answers only when the list has shown it, or a minute has passed', async () => {
    const engine = new Engine(async () => READY, { waiter: { executions: async () => [] } });
    const next = await engine.invoke(await engine.begin(update()));
    expect(next).toMatchObject({ done: false, waitSeconds: 2, progress: { until: 'the list of executions to show this one' } });
    await engine.pass(65);
    expect(await engine.invoke(next)).toMatchObject({ progress: { pendingAnswer: { status: 'SUCCESS' } } });
  });
});

describe('a delete of an id that is not known', () => {
  const removing = (step: (context: StepContext<unknown>) => Promise<Outcome>, waiter: object = {}, handler: object = {}) =>
    new Engine(step, { handler: { recognizes: () => false, ...handler }, waiter });
  const asking = async (waiter: object, seconds = 65, removal = REMOVAL) => {
    const answers: boolean[] = [];
    const engine = removing(async context => {
      answers.push(await context.createWasAbandoned(() => true));
      return { status: 'gone' };
    }, waiter);
    const input = await engine.begin(removal);
    const waits = await engine.invoke(input);
    expect(waits).toMatchObject({ waitSeconds: 65, progress: { until: 'certainty that no step of the create is still at work' } });
    await engine.pass(seconds);
    await engine.invoke(waits);
    return answers;
  };
  const create = executionOf(requestAt(-10, 'Create'), false);

  test.each([[{ progress: { changed: true } }, true], [{ progress: {} }, false], [{}, false]])(
    'learns from what the create has written down, %j, whether it was about to create: %s', async (written, expected) => {
      const lastInputOf = jest.fn(async () => written);
      expect(await asking({ executions: async () => [create], lastInputOf })).toEqual([expected]);
      expect(lastInputOf).toHaveBeenCalledWith(create.name);
    });

  test.each([['this', true], ['another', false]])(
    'of a create that failed takes what is there for its own if the last create was %s one: %s', async (last, expected) => {
      const written = { progress: { changed: true }, request: { requestId: last } };
      const removal = event({ RequestType: 'Delete', PhysicalResourceId: 'id-not-known:this' });
      expect(await asking({ executions: async () => [create], lastInputOf: async () => written }, 65, removal)).toEqual([expected]);
    });

  test('takes an update for one that has changed something', async () => {
    expect(await asking({ executions: async () => [executionOf(requestAt(-5), false), create] })).toEqual([true]);
  });

  test('believes a list that shows this one and no create', async () => {
    const own = executionOf(requestAt(0, 'Delete', { RequestId: 'r', ResponseURL: REMOVAL.ResponseURL, PhysicalResourceId: 'id' }));
    expect(await asking({ executions: async () => [own] })).toEqual([false]);
  });

  test('does not believe a list that does not show this one', async () => {
    expect(await asking({ executions: async () => [] })).toEqual([true]);
  });
});

describe('the one before, for an update', () => {
  const asking = async (written: object, predecessor = executionOf(requestAt(-10), false)) => {
    let answer: boolean | undefined;
    const engine = new Engine(async context => {
      answer = await context.takesBack();
      return WAITING;
    }, { waiter: { executions: async () => [predecessor], lastInputOf: async () => written } });
    const next = await engine.invoke(await engine.begin(update({ ResourceProperties: { A: '1' }, OldResourceProperties: { A: '2' } })));
    return { answer, tookBack: next!.progress.tookBack };
  };
  const there = { properties: { A: '2' }, oldProperties: { A: '1' } };

  test('is taken back by its reverse, and that is written down', async () => {
    expect(await asking({ request: there })).toEqual({ answer: true, tookBack: true });
  });

  test.each([
    [{ request: { ...there, properties: { A: '3' } } }], [{ request: { ...there, oldProperties: { A: '3' } } }], [{}],
    [{ request: there, progress: { tookBack: true } }],
  ])('is not taken back where it was %j', async written => {
    expect(await asking(written)).toEqual({ answer: false, tookBack: false });
  });

  test('is not taken back where it is a create', async () => {
    expect(await asking({ request: there }, executionOf(requestAt(-10, 'Create'), false))).toEqual({ answer: false, tookBack: false });
  });
});

describe('the share of a rate', () => {
  const crowd = (running: number) => Array.from({ length: running }, (_, n) => executionOf(requestAt(-10, 'Create', { LogicalResourceId: `Other${n}` })));
  const calling = (others: number) => {
    const calls: number[] = [];
    const engine = new Engine(async context => {
      await context.paced({ look: async () => calls.push(context.clock.now()) }).look();
      return WAITING;
    }, { rate: { perSecond: 1, burst: 5 }, waiter: { executions: async () => crowd(others) } });
    return { calls, engine };
  };

  test('makes who comes behind many wait for the turn, and calls nothing before', async () => {
    const { calls, engine } = calling(20);
    const next = await engine.invoke(await engine.begin(update()));
    expect(calls).toEqual([]);
    // Of 42 first calls 5 may come at once, the others come at 95 % of the rate.
    expect(next).toMatchObject({ done: false, waitSeconds: 39, progress: { until: 'its turn among 21 requests', steps: 0 } });
    await engine.pass(39);
    const after = await engine.invoke(next);
    expect(calls).toHaveLength(1);
    expect(after).toMatchObject({ progress: { used: { calls: 1 } } });
  });

  test('lets a turn that is near come in the same step', async () => {
    const { calls, engine } = calling(2);
    await engine.invoke(await engine.begin(update()));
    expect(calls).toHaveLength(1);
    expect(calls[0] - REQUESTED_AT).toBeGreaterThan(1000);
  });

  test('is calculated again from time to time, and a later request is noticed then', async () => {
    let list = crowd(0);
    const engine = new Engine(async () => WAITING, { rate: { perSecond: 1, burst: 5 }, waiter: { executions: async () => list } });
    const next = await engine.invoke(await engine.begin(update()));
    list = [executionOf(requestAt(10))];
    await engine.pass(30);
    expect(await engine.invoke(next)).toMatchObject({ progress: { pendingAnswer: { status: 'FAILED', reason: expect.stringMatching(/later request/) } } });
    expect(engine.methods).toHaveLength(1);
  });

  test('is nobody\'s where no rate is published', async () => {
    let port: object | undefined;
    const engine = new Engine(async context => {
      const mine = {};
      port = context.paced(mine) === mine ? mine : undefined;
      return WAITING;
    });
    await engine.invoke(await engine.begin(update()));
    expect(port).toEqual({});
  });
});
