import { PROPERTIES, REGION, SesWorld } from './ses-world';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { ServiceError } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../../src/wire/ses';
import { STACK_ID } from '../world';

/*
 * The fifteen failure scenarios that every resource type has to survive (docs/architecture.md), on MultiRegionEndpoint.
 * 11 (logical ids) is pinned in test/ses/provider.test.ts; 14 (provider outlives its resources) and 15 (RETAIN) are
 * shown on whole stacks in test/sandbox.
 */
const FOREIGN = { region: REGION, name: 'mail', secondaryRegion: 'eu-central-1' };
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';

describe('1. the same request twice', () => {
  test('at the same moment: one endpoint, the same answer', async () => {
    const world = new SesWorld();

    const answer = await world.create({}, { deliveries: [0, 0.1, 4] });

    expect(answer.Status).toBe('SUCCESS');
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
    expect(world.executions.size).toBe(1);
    expect(new Set(answer.bodies).size).toBe(1);
  });

  test('after the end, when the endpoint is still there: the same answer again', async () => {
    const world = new SesWorld();
    const first = world.send(world.createOptions({}, { deliveries: [0, 600] }));
    const answer = await world.clock.run(first);
    await world.pass(700);

    expect(new Set(answer.bodies).size).toBe(1);
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
  });

  test('after the stack has deleted the endpoint: nothing is made again', async () => {
    const world = new SesWorld();
    const answer = await world.clock.run(world.send(world.createOptions({}, { deliveries: [0, 400, 2000] })));
    expect(answer.Status).toBe('SUCCESS');
    await world.delete();
    await world.pass(3000);

    expect(world.endpoints()).toEqual([]);
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
  });

  test('a repeated delete does not touch an endpoint that the stack has re-created', async () => {
    const world = new SesWorld();
    await world.create();
    const deleted = world.send({
      operation: 'Delete', type: MULTI_REGION_ENDPOINT_TYPE, physicalId: 'endpoint/mail', properties: PROPERTIES, deliveries: [0, 900],
    });
    expect((await world.clock.run(deleted)).Status).toBe('SUCCESS');
    expect((await world.create()).Status).toBe('SUCCESS');
    await world.pass(1200);

    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('an update that was answered at once is repeated after a delete: nothing is made again', async () => {
    const world = new SesWorld({}, new SesSimulator({ deletionSeconds: 5 }));
    await world.create();
    await world.pass(60);
    const update = world.send({
      operation: 'Update', type: MULTI_REGION_ENDPOINT_TYPE, physicalId: 'endpoint/mail', deliveries: [0, 40],
      oldProperties: PROPERTIES, properties: PROPERTIES,
    });
    expect((await world.clock.run(update)).Status).toBe('SUCCESS');
    await world.delete();
    await world.pass(600);

    expect(world.endpoints()).toEqual([]);
  });

  test('an update that is repeated long after changes nothing any more', async () => {
    const world = new SesWorld();
    await world.create({ Tags: { team: 'a' } });
    await world.pass(60);
    const first = world.send({
      operation: 'Update', type: MULTI_REGION_ENDPOINT_TYPE, physicalId: 'endpoint/mail', deliveries: [0, 1200],
      oldProperties: { ...PROPERTIES, Tags: { team: 'a' } }, properties: { ...PROPERTIES, Tags: { team: 'b' } },
    });
    expect((await world.clock.run(first)).Status).toBe('SUCCESS');
    await world.pass(60);
    await world.update({ Tags: { team: 'b' } }, { Tags: { team: 'c' } });
    const tagged = world.calls('TagResource').length;
    await world.pass(1500);

    expect(world.calls('TagResource')).toHaveLength(tagged);
  });
});

describe('1. a refused create that is repeated when the name is free', () => {
  const free = (world: SesWorld) =>
    world.dispatcher.dispatch('SESv2', 'DeleteMultiRegionEndpoint', { EndpointName: 'mail' }, { region: REGION });

  test('by Lambda: makes nothing', async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);
    const refused = await world.clock.run(world.send(world.createOptions({}, { deliveries: [0, 600] })));
    expect(refused).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });

    free(world);
    await world.pass(1200);

    expect(world.calls('CreateMultiRegionEndpoint')).toEqual([]);
    expect(world.endpoints()).toEqual([]);
  });

  test('by Step Functions, since the function died after its answer: gives the same answer', async () => {
    const statuses = [500, 500, 200];
    const world = new SesWorld({
      responseStatus: attempt => {
        if (attempt === 0) {
          free(world);
        }
        return statuses[attempt] ?? 200;
      },
    });
    world.ses.seed(FOREIGN);

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(world.calls('CreateMultiRegionEndpoint')).toEqual([]);
  });
});

test('1. a name that is taken between the look and the create: the delete looks, and leaves it alone', async () => {
  const world = new SesWorld();
  world.dispatcher.interceptors.push(({ operation }) => {
    if (operation === 'CreateMultiRegionEndpoint' && world.endpoints().length === 0) {
      world.ses.seed(FOREIGN);
    }
    return undefined;
  });

  const answer = await world.create();

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^id-not-known:/) });
  expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(world.calls('DeleteMultiRegionEndpoint')).toEqual([]);
  expect(world.endpoints()).toHaveLength(1);
});

describe('2. the function dies in the middle of a create', () => {
  test.each([1, 2, 3, 4, 5, 6])('at service call %i, before and after its effect: one READY endpoint', async atCall => {
    for (const effect of [false, true]) {
      const world = new SesWorld();
      world.crashAt({ atCall, effect });

      expect(await world.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
      expect(world.endpoints()).toEqual(['mail READY']);
    }
  });

  test.each([1, 2, 3, 4, 5])('at service call %i of a delete: nothing is left', async atCall => {
    for (const effect of [false, true]) {
      const world = new SesWorld();
      await world.create();
      world.crashAt({ atCall, effect });

      expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
      expect(world.endpoints()).toEqual([]);
    }
  });
});

describe('2. a create whose answer was lost, while reads are stale', () => {
  /** Get says NotFound for the first reads, whatever there is. */
  const stale = (reads: number) => ({ operation }: { operation: string }) => operation === 'GetMultiRegionEndpoint' && reads-- > 0
    ? { before: new ServiceError('NotFoundException', 'Not found.', 404) } : undefined;

  test('takes AlreadyExists for a reason to look whose endpoint it is: our own', async () => {
    const world = new SesWorld({ interceptors: [stale(2)] });
    world.ses.seed({ ...FOREIGN, tags: { [OWNER_TAG_KEY]: ownerTagValue(STACK_ID, 'Thing') } });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
    expect(world.dispatcher.calls.map(call => call.outcome)).toContain('AlreadyExistsException');
  });

  test("or somebody else's", async () => {
    const world = new SesWorld({ interceptors: [stale(2)] });
    world.ses.seed(FOREIGN);

    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/does not belong to this stack/) });
    await world.delete(answer.PhysicalResourceId);
    expect(world.endpoints()).toEqual(['mail READY']);
  });
});

describe('3. rollback before the id is known', () => {
  test.each([0, 1, 5, 30, 100])('a create that is cancelled after %i s leaves nothing', async seconds => {
    const world = new SesWorld();
    void world.send(world.createOptions());
    await world.pass(seconds);

    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED });
    await world.pass(300);
    expect(world.endpoints()).toEqual([]);
  });

  test('a delete of an id that is not known concludes only when no step of the create can be at work', async () => {
    const world = new SesWorld();
    void world.send(world.createOptions({}, { deliveries: [7000] }));

    const answer = await world.delete(INVENTED);

    expect(answer.after).toBeGreaterThanOrEqual(65);
    expect(answer.after).toBeLessThan(90);
  });

  test('the shortest time-out is long enough for the waits of the engine', async () => {
    const world = new SesWorld();
    const times = { TimeoutSeconds: 120, ServiceTimeout: 2040 };
    void world.send(world.createOptions(times));
    await world.pass(15);

    const answer = await world.delete(INVENTED, times);

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(answer.after).toBeLessThan(300);
    expect(world.endpoints()).toEqual([]);
  });

  test.each([30, 100, 140, 600, 3000])('a create that is delivered %i s late, after its delete, makes nothing', async late => {
    const world = new SesWorld();
    const abandoned = world.send(world.createOptions({}, { deliveries: [late] }));

    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
    await world.clock.run(abandoned);
    await world.pass(300);
    expect(world.endpoints()).toEqual([]);
  });

  test('a delete that is delivered late leaves a trace for a create that is delivered even later', async () => {
    const world = new SesWorld();
    const abandoned = world.send(world.createOptions({}, { deliveries: [400] }));

    expect(await world.delete(INVENTED, {}, { deliveries: [200] })).toMatchObject({ Status: 'SUCCESS' });
    await world.clock.run(abandoned);
    await world.pass(300);
    expect(world.endpoints()).toEqual([]);
  });

  test("an invented id never leads to somebody else's endpoint", async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);

    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual(['mail READY']);
  });
});

test('4. delete while CREATING waits until SES lets the endpoint go', async () => {
  const world = new SesWorld({}, new SesSimulator({ creationSeconds: 200 }));
  void world.send(world.createOptions());
  await world.pass(10);

  const answer = await world.delete('endpoint/mail');

  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(answer.after).toBeGreaterThan(190);
  expect(world.dispatcher.calls.map(call => call.outcome)).toContain('ConcurrentModificationException');
  expect(world.log()).toMatch(/Waiting for endpoint 'mail', which SES is still working on, so that it can't be deleted yet/);
  expect(world.endpoints()).toEqual([]);
});

test('5. a replacement that would collide with what it replaces is refused at once', async () => {
  const world = new SesWorld();
  await world.create();

  const answer = await world.update({}, { SecondaryRegion: 'us-east-1' });

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail', after: 0 });
  expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
});

test('6. throttling makes it slower and nothing worse', async () => {
  let calls = 0;
  const world = new SesWorld({
    interceptors: [() => ++calls < 8 || calls % 4 === 0
      ? { before: new ServiceError('TooManyRequestsException', 'Slow down.', 429) } : undefined],
  });

  expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
  expect(world.endpoints()).toEqual([]);
});

test('7. what was deleted outside is made again by an update and is success for a delete', async () => {
  const world = new SesWorld();

  expect(await world.update({}, { Tags: { team: 'mail' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
  expect(world.endpoints()).toEqual(['mail READY']);
  expect(await new SesWorld().delete()).toMatchObject({ Status: 'SUCCESS' });
});

test('8. a FAILED endpoint is answered with its real id, so that the delete removes it', async () => {
  const world = new SesWorld();
  world.ses.failNext('mail');
  const answer = await world.create();

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
  await world.delete(answer.PhysicalResourceId);
  expect(world.endpoints()).toEqual([]);
});

test('8. also when it is FAILED at the first look, because the worker that made it has died', async () => {
  const world = new SesWorld({}, new SesSimulator({ creationSeconds: 0 }));
  world.ses.failNext('mail');
  world.crashAt({ atCall: 3, effect: true });

  expect(await world.create()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
});

describe('9. answers', () => {
  test('every attribute is in every successful answer', async () => {
    const world = new SesWorld();
    const created = await world.create();
    const updated = await world.update({}, {});

    expect(Object.keys(created.Data).sort()).toEqual(['EndpointId', 'EndpointName', 'SecondaryRegion']);
    expect(updated.Data).toEqual(created.Data);
  });

  test('an answer that S3 does not take at once is sent again', async () => {
    const world = new SesWorld({ responseStatus: attempt => [503, 500, 200][attempt] ?? 200 });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('an expired or used URL ends the work quietly', async () => {
    const world = new SesWorld({ responseStatus: () => 403 });
    void world.send(world.createOptions());
    await world.pass(300);

    expect([...world.executions.values()].map(execution => execution.running)).toEqual([false]);
    expect(world.log()).toMatch(/refused: its URL has expired or was used/);
  });

  test('a reason is cut and has no stack trace; the URL is nowhere', async () => {
    const long = new ServiceError('BadRequestException', `${'x'.repeat(5000)} at foo.js:1`, 400);
    const world = new SesWorld({ interceptors: [() => ({ before: long })] });

    const answer = await world.create();

    expect(Buffer.byteLength(answer.bodies[0])).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(answer.Reason!)).toBeLessThanOrEqual(1000);
    expect(world.log() + answer.bodies[0]).not.toMatch(/5ec7e7|X-Amz-Signature|response\.test/);
  });
});

describe('10. clock', () => {
  test('a create that is not ready in time is answered before CloudFormation gives up', async () => {
    const world = new SesWorld({}, new SesSimulator({ creationSeconds: 7200 }));

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/not finished within 30 minutes while waiting for endpoint 'mail' to become READY/);
    expect(answer.after).toBeGreaterThanOrEqual(1800);
    expect(answer.after).toBeLessThan(1860);
  });

  test("the declared time-out counts, and never more than CloudFormation's hour less a minute", async () => {
    for (const [TimeoutSeconds, expected] of [[300, 300], [99999, 3540]]) {
      const world = new SesWorld({}, new SesSimulator({ creationSeconds: 9999 }));
      expect((await world.create({ TimeoutSeconds })).after).toBeCloseTo(expected, -1);
    }
  });

  test('a create that is delivered after its deadline does nothing', async () => {
    const world = new SesWorld();

    const answer = await world.create({}, { deliveries: [3700] });

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(world.calls()).toEqual([]);
  });
});

describe('12. properties of another version', () => {
  const NEWER = { Schema: '2', Colour: 'blue' };

  test('are refused on create, before any call', async () => {
    const world = new SesWorld();

    expect(await world.create(NEWER)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(world.calls()).toEqual([]);
  });

  test.each([['endpoint/mail'], [INVENTED]])('are enough for a delete of %s: an older function deletes what a newer one made', async id => {
    const world = new SesWorld();
    const finished = world.createOptions();
    await (id === INVENTED ? cancelled(world, finished) : world.create());

    expect(await world.delete(id, NEWER)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(world.endpoints()).toEqual([]);
  });

  async function cancelled(world: SesWorld, request: Parameters<SesWorld['send']>[0]): Promise<void> {
    void world.send(request);
    await world.pass(30);
    expect(world.endpoints()).toHaveLength(1);
  }
});

test('13. a create that failed on what existed before answers an id whose delete touches nothing', async () => {
  const world = new SesWorld();
  world.ses.seed(FOREIGN);
  const { PhysicalResourceId } = await world.create();
  const calls = world.calls().length;

  expect(PhysicalResourceId).not.toBe('mail');
  expect(await world.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
  expect(world.calls()).toHaveLength(calls);
});

test('a function that keeps failing answers FAILED with the real id and no stack trace', async () => {
  const world = new SesWorld();
  const answer = world.send(world.createOptions());
  await world.pass(30);
  world.breakSteps('Cannot find module');

  expect(await world.clock.run(answer)).toMatchObject({
    Status: 'FAILED', PhysicalResourceId: 'endpoint/mail', Reason: expect.stringMatching(/kept failing with Error: Cannot find module\. Its log group/),
  });
});
