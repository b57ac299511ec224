import { arnIn, KINDS, KindWorld } from './accelerator-world';
import { ServiceError } from '../../../sandbox/services/service';
import { CHILD_TAG_PREFIX } from '../../../src/wire/global-accelerator';

/*
 * The fifteen failure scenarios that every resource type has to survive (docs/architecture.md), on the three of Global
 * Accelerator. 11 (logical ids) is pinned in test/global-accelerator; 14 (provider outlives its resources) and 15
 * (RETAIN) are shown on whole stacks in test/sandbox.
 */
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';

/** The same numbers from 0 to 1 every time. */
function chances(): () => number {
  let state = 7;
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
}

describe.each(KINDS)('%s', (name, kind) => {
  const isChild = name !== 'CustomRoutingAccelerator';
  const creates = (world: KindWorld) => world.successful(kind.createOperation).length - foreigners(world);
  /** What `prepare` has created with the same operation. */
  const foreigners = (world: KindWorld) => world.dispatcher.calls.filter(call =>
    call.operation === kind.createOperation && String(call.input.IdempotencyToken).startsWith('foreign-')).length;
  const entries = (world: KindWorld) => {
    const arn = world.existing('CustomRoutingAccelerator')[0];
    return arn === undefined ? [] : Object.keys(world.tagsOf(arn)).filter(key => key.startsWith(CHILD_TAG_PREFIX));
  };

  describe('1. the same request twice', () => {
    test('at the same moment: created once, the same answer', async () => {
      const world = new KindWorld(kind);

      const answer = await world.create({}, { deliveries: [0, 0.1, 4] });

      expect(answer.Status).toBe('SUCCESS');
      expect(creates(world)).toBe(1);
      expect(world.executions.size).toBe(1);
      expect(new Set(answer.bodies).size).toBe(1);
    });

    test('after the end, when it is still there: the execution that has answered is found, and nothing is made again', async () => {
      const world = new KindWorld(kind);
      const answer = await world.clock.run(world.send(world.createOptions({}, { deliveries: [0, 900] })));
      await world.pass(1200);

      expect(answer.Status).toBe('SUCCESS');
      expect(answer.bodies).toHaveLength(1);
      expect(world.executions.size).toBe(1);
      expect(creates(world)).toBe(1);
    });

    test('after the stack has deleted it: nothing is made again', async () => {
      const world = new KindWorld(kind);
      const answer = await world.clock.run(world.send(world.createOptions({}, { deliveries: [0, 1400] })));
      expect(answer.Status).toBe('SUCCESS');
      await world.delete(answer.PhysicalResourceId);
      await world.pass(3000);

      expect(world.all()).toEqual([]);
      expect(creates(world)).toBe(1);
    });

    test('a repeated delete does not touch what the stack has re-created', async () => {
      const world = new KindWorld(kind);
      const first = await world.create();
      const deleted = await world.clock.run(world.send({
        operation: 'Delete', type: kind.type, physicalId: first.PhysicalResourceId, properties: world.properties, deliveries: [0, 900],
      }));
      expect(deleted.Status).toBe('SUCCESS');
      const second = await world.create();
      expect(second.Status).toBe('SUCCESS');
      await world.pass(1200);

      expect(world.all()).toEqual([arnIn(second)]);
    });

    test('an update that is repeated long after changes nothing any more', async () => {
      const world = new KindWorld(kind);
      const { PhysicalResourceId } = await world.create();
      const first = world.send(world.updateOptions(PhysicalResourceId, {}, kind.change, { deliveries: [0, 1200] }));
      expect((await world.clock.run(first)).Status).toBe('SUCCESS');
      expect((await world.update(PhysicalResourceId, kind.change, {})).Status).toBe('SUCCESS');
      const calls = world.calls().length;
      await world.pass(1500);

      expect(world.calls()).toHaveLength(calls);
    });
  });

  describe('2. the function dies', () => {
    test.each(Array.from({ length: 16 }, (_, index) => index + 1))(
      'at service call %i of a create, before and after its effect: there is one', async atCall => {
        for (const effect of [false, true]) {
          const world = new KindWorld(kind);
          world.crashAt({ atCall, effect });

          const answer = await world.create();

          expect(answer).toMatchObject({ Status: 'SUCCESS' });
          expect(world.all()).toEqual([arnIn(answer)]);
        }
      });

    test.each([1, 2, 3, 4, 5, 6, 7, 8])('at service call %i of a delete: nothing is left', async atCall => {
      for (const effect of [false, true]) {
        const world = new KindWorld(kind);
        const { PhysicalResourceId } = await world.create();
        world.crashAt({ atCall, effect });

        expect(await world.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
        expect(world.all()).toEqual([]);
        expect(entries(world)).toEqual([]);
      }
    });

    test('in a create whose results nobody sees for a while: there is one', async () => {
      for (const atCall of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const world = new KindWorld(kind);
        world.settings.notFoundAfterCreateSeconds = 20;
        world.crashAt({ atCall, effect: true });

        const answer = await world.create();

        expect(answer).toMatchObject({ Status: 'SUCCESS' });
        expect(world.all()).toEqual([arnIn(answer)]);
      }
    });
  });

  describe('3. rollback before the id is known', () => {
    test.each([0, 1, 3, 5, 12, 30, 100])('a create that is cancelled after %i s leaves nothing', async seconds => {
      const world = new KindWorld(kind);
      await world.pass(60);
      const cancelled = world.send(world.createOptions());
      await world.pass(seconds);

      expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED });
      void cancelled;
      await world.pass(900);
      expect(world.all()).toEqual([]);
      expect(entries(world)).toEqual([]);
    });

    test.each([1, 2, 3, 4, 5, 6, 7, 8])('a create that dies for good at service call %i leaves nothing', async atCall => {
      for (const effect of [false, true]) {
        const world = new KindWorld(kind);
        await world.pass(60);
        const revive = world.dieAt({ atCall, effect });
        void world.send(world.createOptions());
        await world.pass(60);
        revive();

        expect(await world.clock.run(world.send({
          operation: 'Delete', type: kind.type, physicalId: INVENTED, properties: world.properties,
        }))).toMatchObject({ Status: 'SUCCESS' });
        expect(world.all()).toEqual([]);
        expect(entries(world)).toEqual([]);
      }
    });

    test.each([30, 100, 140, 600, 3000])('a create that is delivered %i s late, after its delete, makes nothing', async late => {
      const world = new KindWorld(kind);
      const abandoned = world.send(world.createOptions({}, { deliveries: [late] }));

      expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
      void abandoned;
      await world.pass(900);
      await world.pass(300);
      expect(world.all()).toEqual([]);
      expect(entries(world)).toEqual([]);
    });

    test("an invented id never leads to somebody else's", async () => {
      const world = new KindWorld(kind);
      const foreign = kind.foreign(world, world.properties);

      expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.all()).toEqual([foreign]);
    });
  });

  test('4. delete while the create is under way waits and leaves nothing', async () => {
    const world = new KindWorld(kind, { deploymentSeconds: 100 });
    await world.pass(200);
    const abandoned = world.send(world.createOptions());
    await world.pass(40);
    expect(world.all()).toHaveLength(1);

    const answer = await world.delete(INVENTED);

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(answer.after).toBeGreaterThan(60);
    void abandoned;
    await world.pass(900);
    expect(world.all()).toEqual([]);
  });

  test('4. errors of things that are gone and of work that is under way are waited for', async () => {
    const world = new KindWorld(kind, {
      strictTransactions: true, associatedEndpointGroupLagSeconds: 90, associatedListenerLagSeconds: 90, disabledLagSeconds: 120,
    });
    const created = await world.create();
    expect(created).toMatchObject({ Status: 'SUCCESS' });

    expect(await world.delete(created.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  if (isChild) {
    test('5. what stands in the way is refused at once and left alone', async () => {
      const world = new KindWorld(kind);
      const foreign = kind.foreign(world, world.properties);
      await world.pass(60);

      const answer = await world.create();

      expect(answer).toMatchObject({ Status: 'FAILED' });
      expect(answer.after).toBeLessThan(5);
      expect(answer.Reason).toMatch(/is in the way .*Choose another place, or import the/);
      expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
      expect(world.all()).toEqual([foreign]);
      expect(entries(world)).toEqual([]);
    });
  } else {
    test('5. one of an earlier deployment that was kept is not taken over and not deleted', async () => {
      const world = new KindWorld(kind);
      const kept = await world.create();
      await world.pass(3600);

      const answer = await world.create();

      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has been kept, so it is neither taken over/) });
      expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
      expect(world.all()).toEqual([arnIn(kept)]);
    });
  }

  test('6. throttling and internal errors make it slower and nothing worse', async () => {
    const faults = [
      new ServiceError('ThrottlingException', 'Slow down.', 400), new ServiceError('InternalServiceErrorException', 'Oh.', 400),
    ];
    const world = new KindWorld(kind);
    const chance = chances();
    world.dispatcher.interceptors.push(() => chance() < 0.3 ? { before: faults[chance() < 0.5 ? 0 : 1] } : undefined);

    const created = await world.create();
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.delete(created.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    world.dispatcher.interceptors.pop();
    expect(world.all()).toEqual([]);
  });

  test('6. answers that are lost do no harm', async () => {
    const world = new KindWorld(kind);
    const chance = chances();
    world.dispatcher.interceptors.push(() => chance() < 0.3 ? { after: 'lost' } : undefined);

    const created = await world.create();
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toHaveLength(1);
    expect(await world.delete(created.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    world.dispatcher.interceptors.pop();
    expect(world.all()).toEqual([]);
  });

  test('7. what was deleted outside is re-created by an update, keeps its id, and is success for a delete', async () => {
    const world = new KindWorld(kind);
    const { PhysicalResourceId } = await world.create();
    await world.deleteOutside();
    expect(world.all()).toEqual([]);

    const updated = await world.update(PhysicalResourceId, {}, kind.change);

    expect(updated).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect(world.all()).toEqual([arnIn(updated)]);
    expect(await world.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
    expect(await world.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  });

  test('8. one that can not be finished is answered with its real id, so that the delete removes it', async () => {
    const world = new KindWorld(kind, { deploymentSeconds: 7200 });
    await world.pass(7300);
    const answer = await world.create();
    const [arn] = world.all();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(`#${arn.split('/').at(-1)}$`) });
    await world.pass(7200);
    world.settings.deploymentSeconds = 10;
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  describe('9. answers', () => {
    test('every attribute is in every successful answer, and the id names the place', async () => {
      const world = new KindWorld(kind);
      const created = await world.create();
      const updated = await world.update(created.PhysicalResourceId, {}, {});

      expect(Object.keys(created.Data).sort()).toEqual(kind.attributes);
      expect(Object.values(created.Data).every(value => value !== '')).toBe(true);
      expect(created.PhysicalResourceId).toMatch(/^(accelerator|listener|endpoint-group)\//);
      expect(updated).toMatchObject({ Data: created.Data, PhysicalResourceId: created.PhysicalResourceId });
    });

    test('an answer that S3 does not take at once is sent again', async () => {
      const world = new KindWorld(kind, {}, { responseStatus: attempt => [503, 500, 200][attempt] ?? 200 });

      expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    });

    test('a reason is cut and has no stack trace; the URL is nowhere', async () => {
      const world = new KindWorld(kind);
      world.dispatcher.interceptors.push(() => ({ before: new ServiceError('InvalidArgumentException', `${'x'.repeat(5000)} at foo.js:1`, 400) }));

      const answer = await world.create();

      expect(answer.Status).toBe('FAILED');
      expect(Buffer.byteLength(answer.bodies[0])).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(answer.Reason!)).toBeLessThanOrEqual(1000);
      expect(world.log() + answer.bodies[0]).not.toMatch(/5ec7e7|X-Amz-Signature|response\.test/);
    });
  });

  describe('10. clock', () => {
    test('one that is not ready in time is answered before CloudFormation gives up', async () => {
      const world = new KindWorld(kind, { deploymentSeconds: 7200 });
      await world.pass(7300);

      const answer = await world.create({ TimeoutSeconds: 300 });

      expect(answer).toMatchObject({ Status: 'FAILED' });
      expect(answer.Reason).toMatch(/not finished within 5 minutes while waiting for .* to be DEPLOYED/);
      expect(answer.after).toBeCloseTo(300, -1);
    });

    test('a create that is delivered after its deadline does nothing', async () => {
      const world = new KindWorld(kind);
      const calls = world.calls().length;

      expect(await world.create({}, { deliveries: [3700] })).toMatchObject({ Status: 'FAILED' });
      expect(world.calls()).toHaveLength(calls);
    });
  });

  test('12. properties of an unknown schema are refused on create; a delete needs none', async () => {
    const world = new KindWorld(kind);
    const { PhysicalResourceId } = await world.create();
    const calls = world.calls().length;

    expect(await world.create({ Schema: '0' })).toMatchObject({ Status: 'FAILED' });
    expect(world.calls()).toHaveLength(calls);
    expect(await world.delete(PhysicalResourceId, { Schema: '99', Unknown: 'x' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  test('13. a create that failed answers an id whose delete touches nothing else', async () => {
    const world = new KindWorld(kind);
    const foreign = kind.foreign(world, world.properties);
    await world.pass(60);
    const answer = await world.create();
    if (answer.Status === 'SUCCESS') {
      // An accelerator collides with nothing; only its own may be deleted.
      await world.delete(answer.PhysicalResourceId);
    } else {
      expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
    }
    expect(world.all()).toEqual([foreign]);
  });
});
