import { Engine, event, READY, update, type EngineOptions } from './engine';
import { refusal, refusalForKept, ResourceError } from '../../../lambda/lifecycle/errors';
import type { Outcome, StepContext } from '../../../lambda/lifecycle/handler';
import type { Rivals } from '../../../lambda/lifecycle/ports';
import type { CloudFormationEvent } from '../../../lambda/lifecycle/request';

const WAITING: Outcome = { status: 'waiting', until: 'it', seconds: 5 };
/** So long after its execution was started, nobody still makes a call for an earlier request. */
const SEEN_SECONDS = 90;

/** Waiters that tell these rivals, one after the other, and count who asks. */
function asked(...rivals: Rivals[]): EngineOptions & { count(): number } {
  let count = 0;
  return {
    waiter: { rivals: async () => rivals[count++] ?? { successor: false, predecessor: false } },
    count: () => count,
  };
}

const PREDECESSOR: Rivals = { successor: false, predecessor: true };

const claiming = (what: 'claim' | 'claimChange') => async (context: StepContext<unknown>) => {
  await context[what]();
  return READY;
};

const permanent = () => Object.assign(new Error('bad'), { name: 'ValidationException' });

const REMOVAL = event({ RequestType: 'Delete', PhysicalResourceId: 'id' });

test.each([['create', event()], ['update', update()], ['delete', REMOVAL]])('%s is what the handler is called for', async (method, request) => {
  const engine = new Engine(claiming('claim'));
  await engine.invoke(await engine.begin(request));
  expect(engine.methods.at(-1)).toBe(method);
});

test('a delete is left to the execution, because it must conclude only once', async () => {
  const engine = new Engine(async () => READY);
  const input = await engine.begin(REMOVAL);
  expect(engine.methods).toEqual([]);
  expect(input).toMatchObject({ waitSeconds: 0, progress: { steps: 0 } });
});

test('a delete of what is only read is answered at once', async () => {
  const engine = new Engine(async () => ({ status: 'gone' }), { handler: { readsOnly: true } });
  await engine.invoke(REMOVAL);
  expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id' }]);
});

describe('claims', () => {
  test('of a young create need no look for a successor', async () => {
    const rivals = asked();
    const engine = new Engine(claiming('claim'), rivals);
    const input = await engine.begin(event());
    await engine.pass(60);
    await engine.invoke(input);
    expect(rivals.count()).toBe(0);
  });

  test('of a create that is older than a minute do', async () => {
    const rivals = asked();
    const engine = new Engine(claiming('claim'), rivals);
    const input = await engine.begin(event());
    await engine.pass(60.001);
    await engine.invoke(input);
    expect(rivals.count()).toBe(1);
  });

  test('of a change do even in a young create', async () => {
    const rivals = asked();
    const engine = new Engine(claiming('claimChange'), rivals);
    await engine.invoke(await engine.begin(event()));
    expect(rivals.count()).toBe(1);
  });

  test('of an update do, however young, and it looks once more before it concludes', async () => {
    const rivals = asked();
    const engine = new Engine(claiming('claim'), rivals);
    await engine.invoke(await engine.begin(update()));
    expect(rivals.count()).toBe(2);
  });

  test.each(['claim', 'claimChange'] as const)('of a delete (%s) never do: it is the last request', async what => {
    const rivals = asked({ successor: true, predecessor: true });
    const engine = new Engine(claiming(what), rivals);
    const input = await engine.begin(REMOVAL);
    await engine.pass(100);
    expect(await engine.invoke(input)).toMatchObject({ progress: { verdict: { status: 'SUCCESS' } } });
    expect(rivals.count()).toBe(0);
  });
});

describe('an answer of an execution', () => {
  test('is kept before it is given, so that a repeated step does not look again', async () => {
    const engine = new Engine(claiming('claim'));
    const kept = await engine.invoke(await engine.begin(event()));
    expect(engine.answers).toEqual([]);
    expect(kept).toMatchObject({ done: false, waitSeconds: 0, progress: { until: 'the answer to be kept', verdict: { status: 'SUCCESS' } } });
    expect(engine.log.at(-1)!.slice(0, 2)).toEqual(['INFO', 'Waiting for the answer to be kept']);

    const steps = engine.methods.length;
    expect(await engine.invoke(kept)).toMatchObject({ done: true });
    expect(engine.methods).toHaveLength(steps);
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'id' }]);
  });

  test.each<[string, (context: StepContext<unknown>) => Promise<Outcome>, CloudFormationEvent, object]>([
    ['of a delete', async () => ({ status: 'gone' }), REMOVAL, { status: 'SUCCESS' }],
    ['of a create that has found all as it is wanted', async () => READY, event(), { status: 'SUCCESS' }],
    ['that is a failure after a change', async context => {
      await context.claim();
      throw permanent();
    }, event(), { status: 'FAILED' }],
    ['that nothing was created', async () => { throw refusal('no'); }, event(), { status: 'FAILED', physicalId: 'nothing-created:r' }],
    ['that nothing was created, when another worker may be about to create something', async context => {
      await context.claim();
      throw refusal('no');
    }, event(), { status: 'FAILED', physicalId: 'id-not-known:r' }],
    ['that an earlier one is kept, which no Delete may find', async context => {
      await context.claim();
      throw refusalForKept('no');
    }, event(), { status: 'FAILED', physicalId: 'nothing-created:r' }],
    ['that is a failure without a change', async () => { throw permanent(); }, update(), { status: 'FAILED' }],
  ])('%s is kept as well', async (_, step, request, verdict) => {
    const engine = new Engine(step);
    expect(await engine.invoke(await engine.begin(request))).toMatchObject({ done: false, progress: { verdict } });
    expect(engine.answers).toEqual([]);
  });

  test('that only reads is given at once', async () => {
    let there = false;
    const engine = new Engine(async () => there ? READY : { status: 'waiting', until: 'it', seconds: 5 }, { handler: { readsOnly: true } });
    const input = await engine.begin(event());
    there = true;
    expect(await engine.invoke(input)).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});

describe('a create that is over when the invocation looks', () => {
  test.each<[string, () => Promise<Outcome>, object]>([
    ['ready', async () => READY, { Status: 'SUCCESS', PhysicalResourceId: 'id' }],
    ['failed', async () => { throw new ResourceError('no'); }, { Status: 'FAILED', Reason: 'Thing (Custom::Thing): no' }],
    ['refused', async () => { throw permanent(); }, { Status: 'FAILED', Reason: 'Thing (Custom::Thing): ValidationException: bad.' }],
  ])('(%s) may have been made by its execution, which has to end and so answers', async (_, look, answer) => {
    const engine = new Engine(look);
    const input = await engine.begin(event());
    expect(engine.answers).toEqual([]);
    expect(input).toMatchObject({ waitSeconds: 0, done: false, progress: { steps: 0 } });
    expect(await engine.conclude(input)).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([answer]);
  });

  test('because its properties cannot be read is answered at once', async () => {
    const engine = new Engine(async () => READY, { handler: { parse: () => { throw refusal('odd'); } } });
    await engine.invoke(event());
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: 'Thing (Custom::Thing): odd' }]);
    expect(engine.started).toEqual([]);
  });
});

describe('an answer of the invocation', () => {
  test('is given at once', async () => {
    const engine = new Engine(async () => { throw new ResourceError('no'); });
    await engine.invoke(update({ OldResourceProperties: { Schema: '1' } }));
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', Reason: 'Thing (Custom::Thing): no' }]);
  });

  test('that an update is refused is given at once', async () => {
    const engine = new Engine(async () => { throw refusal('no'); });
    await engine.invoke(update({ OldResourceProperties: { Schema: '1' } }));
    expect(engine.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'id' }]);
  });
});

describe('an update that finds everything as it is wanted', () => {
  test('though it was declared differently, concludes when no abandoned update can be under way any more', async () => {
    const engine = new Engine(async () => READY);
    const input = await engine.begin(update());
    const held = await engine.invoke({ ...input, progress: { ...input.progress, memory: { looked: true } } });
    expect(held).toMatchObject({ done: false, waitSeconds: SEEN_SECONDS, progress: { steps: 1, memory: {} } });
    expect(held!.progress).toMatchObject({ memory: {}, until: 'certainty that no abandoned update is still under way' });
    expect(engine.log.at(-1)![1]).toBe('Waiting for certainty that no abandoned update is still under way');

    await engine.pass(SEEN_SECONDS - 0.5);
    expect(await engine.invoke(held)).toMatchObject({ done: false, waitSeconds: 1 });
    await engine.pass(0.5);
    expect(await engine.conclude(held)).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('counts from when its execution was started', async () => {
    const engine = new Engine(async () => READY);
    await engine.pass(40);
    const input = await engine.begin(update());
    await engine.pass(10);
    expect(await engine.invoke(input)).toMatchObject({ waitSeconds: SEEN_SECONDS - 10 });
  });

  test('and was declared the same is answered at once', async () => {
    const engine = new Engine(async () => READY);
    await engine.invoke(update({ OldResourceProperties: { Schema: '1' } }));
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('is answered at once where nothing ever changes', async () => {
    const engine = new Engine(async () => READY, { handler: { readsOnly: true } });
    await engine.invoke(update());
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('and was declared in a form that nobody can read is held like a change', async () => {
    const parse = (raw: Readonly<Record<string, unknown>>) => {
      if (raw.Old) {
        throw refusal('What is Old?');
      }
      return raw;
    };
    const engine = new Engine(async () => READY, { handler: { parse } });
    const input = await engine.begin(update());
    expect(await engine.invoke(input)).toMatchObject({ done: false, waitSeconds: SEEN_SECONDS });
    expect(engine.contexts[0].oldProperties).toBeUndefined();
  });
});

describe('an update that has changed something', () => {
  test('does not wait for others when there were none', async () => {
    const engine = new Engine(claiming('claimChange'));
    expect(await engine.invoke(await engine.begin(update()))).toMatchObject({ waitSeconds: 0, progress: { verdict: { status: 'SUCCESS' } } });
  });

  test('waits when an earlier request shows at work only after the change', async () => {
    const engine = new Engine(claiming('claimChange'), asked({ successor: false, predecessor: false }, PREDECESSOR));
    expect(await engine.invoke(await engine.begin(update())))
      .toMatchObject({ done: false, waitSeconds: SEEN_SECONDS, progress: { contested: true } });
  });

  test('waits when an earlier request was seen at work, even if that has ended meanwhile', async () => {
    let steps = 0;
    const engine = new Engine(async context => {
      await context.claimChange();
      return ++steps === 1 ? WAITING : READY;
    }, asked(PREDECESSOR));
    const next = await engine.invoke(await engine.begin(update()));
    expect(next!.progress).toMatchObject({ changed: true, contested: true });
    expect(await engine.invoke(next)).toMatchObject({ done: false, waitSeconds: SEEN_SECONDS, progress: { contested: true } });
  });

  test('and has taken longer than that looks afresh before it concludes', async () => {
    const engine = new Engine(async context => {
      await context.claimChange();
      context.remember({ tagged: true });
      return READY;
    }, asked(PREDECESSOR));
    const input = await engine.begin(update());
    await engine.pass(SEEN_SECONDS + 300);
    const held = await engine.invoke(input);
    expect(held).toMatchObject({ waitSeconds: 0, progress: { memory: {}, looksAfresh: true } });
    expect(await engine.invoke(held)).toMatchObject({ progress: { verdict: { status: 'SUCCESS' } } });
    expect(engine.contexts.map(({ memory }) => memory)).toEqual([{}, {}]);
  });

  test('and still waits for the service is not held', async () => {
    const engine = new Engine(async context => {
      await context.claimChange();
      return WAITING;
    }, asked(PREDECESSOR));
    expect(await engine.invoke(await engine.begin(update()))).toMatchObject({ waitSeconds: 5, progress: { until: 'it' } });
  });
});

test('a create is never held', async () => {
  const engine = new Engine(claiming('claimChange'), asked(PREDECESSOR));
  expect(await engine.invoke(await engine.begin(event()))).toMatchObject({ progress: { verdict: { status: 'SUCCESS' } } });
});

describe('the end of the quiet period', () => {
  const quietSeconds = ({ quietUntil, requestedAt }: StepContext<unknown>) => (quietUntil - requestedAt) / 1000;

  test('is two and a half minutes after a request that was handed over at once', async () => {
    const engine = new Engine(async () => WAITING);
    const input = await engine.begin(REMOVAL);
    await engine.pass(30);
    await engine.invoke(input);
    expect(engine.contexts.map(quietSeconds)).toEqual([150]);
  });

  test('is later when the request was handed over late', async () => {
    const engine = new Engine(async () => WAITING);
    await engine.pass(100);
    const input = await engine.begin(REMOVAL);
    await engine.pass(30);
    await engine.invoke(input);
    expect(engine.contexts.map(quietSeconds)).toEqual([190]);
  });

  test('is reckoned from the moment in an invocation, which was not handed over yet', async () => {
    const engine = new Engine(async () => WAITING);
    await engine.pass(100);
    await engine.invoke(event());
    expect(engine.contexts.map(quietSeconds)).toEqual([190]);
  });
});

describe('a late update', () => {
  test('is one that arrives more than five minutes after its request', async () => {
    const engine = new Engine(async () => READY);
    await engine.pass(300);
    await engine.invoke(update());
    expect(engine.answers).toEqual([]);
  });

  test('is not one that began in time and goes on', async () => {
    const engine = new Engine(async () => READY);
    const input = await engine.begin(update());
    await engine.pass(400);
    const last = await engine.invoke(input);
    expect(last).toMatchObject({ waitSeconds: 0 });
    expect(await engine.conclude(last)).toMatchObject({ done: true });
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});

describe('a delete with properties that cannot be read, of an id that nobody answered', () => {
  const parse = () => { throw refusal('What is this?'); };
  const removal = (Schema: string) => event({ RequestType: 'Delete', PhysicalResourceId: 'invented', ResourceProperties: { Schema } });

  test('is of something that never was', async () => {
    const engine = new Engine(async () => READY, { handler: { parse, recognizes: () => false } });
    await engine.invoke(removal('1'));
    expect(engine.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'invented' }]);
  });

  test('may be of something that another version of the function made', async () => {
    const engine = new Engine(async () => READY, { handler: { parse, recognizes: () => false } });
    await engine.invoke(removal('2'));
    expect(engine.answers).toMatchObject([{ Status: 'FAILED' }]);
  });

  test('is not without its id being looked at', async () => {
    const engine = new Engine(async () => READY, { handler: { parse, recognizes: () => true } });
    await engine.invoke(removal('1'));
    expect(engine.answers).toMatchObject([{ Status: 'FAILED' }]);
  });
});

describe('a failed step', () => {
  test('is answered with the id that was found', async () => {
    const engine = new Engine(async context => {
      context.found('seen');
      throw permanent();
    });
    await engine.conclude(await engine.begin(event()));
    expect(engine.answers).toMatchObject([{
      Status: 'FAILED', PhysicalResourceId: 'seen', Reason: 'Thing (Custom::Thing): ValidationException: bad.',
    }]);
  });

  test('is answered with an id that says that none is known', async () => {
    const engine = new Engine(async () => { throw permanent(); });
    await engine.conclude(await engine.begin(event()));
    expect(engine.answers).toMatchObject([{ PhysicalResourceId: 'id-not-known:r' }]);
  });

  test('is tried again after an error that may pass, and that is logged', async () => {
    const engine = new Engine(async () => { throw Object.assign(new Error('busy'), { name: 'ThrottlingException' }); });
    const { progress, waitSeconds } = await engine.begin(event());
    expect(engine.log[0]).toEqual([
      'WARN', 'Trying again after an error that may pass', { error: 'ThrottlingException: busy', troubles: 1 },
    ]);
    expect(progress).toMatchObject({ steps: 1, troubles: 1, lastError: 'ThrottlingException: busy' });
    expect(waitSeconds).toBe(5);
  });

  test('is tried again after a denial for a minute and a half, and then says what may deny it', async () => {
    const engine = new Engine(async () => { throw Object.assign(new Error('not you'), { name: 'AccessDeniedException' }); });
    const input = await engine.begin(event());
    await engine.pass(89);
    expect(await engine.invoke(input)).toMatchObject({ done: false });
    await engine.pass(1);
    await engine.conclude(input);
    expect(engine.answers).toMatchObject([{ Reason: 'Thing (Custom::Thing): AccessDeniedException: not you. The role of the function lacks '
      + 'this permission, or a service control policy or permissions boundary denies it.' }]);
  });
});

test('the end of the time says no more than is known', async () => {
  const engine = new Engine(async () => READY);
  await engine.pass(600);
  await engine.invoke(event());
  expect(engine.methods).toEqual([]);
  expect(engine.answers).toMatchObject([{
    Status: 'FAILED', Reason: "Thing (Custom::Thing): the create was not finished within 10 minutes. Look at the service's own state of the "
      + "resource, then deploy again; a longer 'timeout' can be set on the construct.",
  }]);
});
