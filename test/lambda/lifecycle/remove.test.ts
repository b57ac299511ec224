import { toyWorld, TIMING, type Toy } from './toy';
import { waiting } from '../../../lambda/lifecycle/handler';
import type { Observation } from '../../../lambda/lifecycle/model';

/*
 * How the lifecycle removes, on a toy of which the test says what each look shows.
 */
const ABSENT: Observation<Toy> = { is: 'absent' };
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';
const NEWER = { Schema: '2', Wheels: '4' };

describe('a delete', () => {
  test('removes, waits until it is gone, and believes one look then', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.deletionSeconds = 12;

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', after: 15 });
    expect(service.calls).toEqual(['remove desk']);
    expect(service.inventory()).toEqual([]);
  });

  test('never reads more of the properties than the place: an older function deletes what a newer one made', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    expect(await world.delete('toy/desk', { ...NEWER, Place: undefined })).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('of what is not there looks a second time before it believes that', async () => {
    const { service, world } = toyWorld();
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', after: TIMING.absentSeconds });
    expect(service.looks).toHaveLength(2);
  });

  test('of what one look has missed removes it', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.nextLooks.push(ABSENT);
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('waits for what is leaving already', async () => {
    const { service, world } = toyWorld();
    service.add('desk', { state: 'leaving', goneAt: world.clock.now() / 1000 + 12 });
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', after: 15 });
    expect(service.calls).toEqual([]);
  });

  test('leaves alone what belongs to somebody else, and says so', async () => {
    const { service, world } = toyWorld();
    service.add('desk', { tags: {} });
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual(['desk ready']);
    expect(world.log()).toMatch(/"WARN","message":"Left the toy alone: it does not belong to this stack and logical id".*"place":"desk"/);
  });

  describe('of what has no owner tag', () => {
    const UNTAGGED: Observation<Toy> = { is: 'foreign', refusal: 'Not ours.', untagged: 'Toy id1' };

    test('succeeds if that has come in the place of what it has removed', async () => {
      const { service, world } = toyWorld();
      service.add('desk');
      service.nextLooks.push('look', ...Array(9).fill(UNTAGGED));
      expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
      expect(service.calls).toEqual(['remove desk']);
    });

    test('fails and says so if CloudFormation holds the place, rather than leave it in silence', async () => {
      const { service, world } = toyWorld();
      service.add('desk');
      service.nextLooks.push(...Array(9).fill(UNTAGGED));
      const answer = await world.delete();
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/Toy id1 does not carry the tag cdk-multi-region:owner=[0-9a-f]{64}, .* left alone/) });
      expect(answer.after).toBeGreaterThanOrEqual(30);
      expect(service.calls).toEqual([]);
    });

    test('removes it if the tag was only late', async () => {
      const { service, world } = toyWorld();
      service.add('desk');
      service.nextLooks.push(UNTAGGED);
      expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
      expect(service.inventory()).toEqual([]);
    });

    test('succeeds under an id that CloudFormation has invented: a create may have met it', async () => {
      const { service, world } = toyWorld();
      service.add('desk');
      service.nextLooks.push(UNTAGGED);
      expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
      expect(service.inventory()).toEqual(['desk ready']);
    });
  });

  test('waits while it is unclear whose it is, and does what clears it up', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    let resolved = 0;
    service.nextLooks.push(
      { is: 'unclear', waiting: waiting('its tags', 5), resolve: async () => { resolved++; } }, { is: 'unclear', waiting: waiting('its tags', 5) });
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', after: 15 });
    expect(resolved).toBe(1);
    expect(service.inventory()).toEqual([]);
  });

  test('removes the proof of ownership when it is gone, and waits for that', async () => {
    const forget = jest.fn().mockResolvedValueOnce(waiting('the proof to go away', 7)).mockResolvedValue(undefined);
    const { service, world } = toyWorld({ forget });
    service.add('desk');
    service.trap = call => call === 'remove desk' && expect(forget).not.toHaveBeenCalled();

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', after: 12 });
    expect(forget).toHaveBeenCalledTimes(2);
  });

  test('of what was gone before removes the proof of ownership as well', async () => {
    const forget = jest.fn(async () => undefined);
    const { world } = toyWorld({ forget });
    await world.delete();
    expect(forget).toHaveBeenCalledTimes(1);
  });

  test('tries again what was throttled', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.trap = call => {
      if (call === 'remove desk' && service.calls.length < 4) {
        throw Object.assign(new Error('Slow down.'), { name: 'ThrottlingException' });
      }
    };
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('fails with what the service does not permit', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.trap = call => {
      if (call === 'remove desk') {
        throw Object.assign(new Error('It is protected.'), { name: 'ValidationException' });
      }
    };
    expect(await world.delete()).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: 'toy/desk', Reason: 'Thing (Custom::Toy): ValidationException: It is protected..',
    });
  });

  test('looks with the hint of the id first, then with that of what it has seen', async () => {
    const { service, world } = toyWorld({ keepsHint: true });
    service.add('desk');
    await world.delete('toy/desk#old');
    expect(service.looks).toEqual(['desk old', 'desk id1']);
  });

  test('of a thing without a hint goes on with that of the id', async () => {
    const { service, world } = toyWorld({ without: ['hintOf'] });
    service.add('desk', { state: 'leaving', goneAt: world.clock.now() / 1000 + 4 });
    await world.delete('toy/desk#old');
    expect(service.looks).toEqual(['desk old', 'desk old']);
  });
});

describe('a delete of an id that is not known', () => {
  test.each([[{}], [NEWER]])('removes what the abandoned create has created, with properties %j', async properties => {
    const { service, world } = toyWorld();
    service.creationSeconds = 600;
    void world.send(world.creation());
    await world.pass(20);

    const answer = await world.delete(INVENTED, properties);

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED });
    expect(service.calls).toEqual(['create desk', 'remove desk']);
    expect(service.inventory()).toEqual([]);
  });

  test('waits until no step of the create can be at work: a call that is still to come is met', async () => {
    const { service, world } = toyWorld();
    service.trap = call => {
      if (call === 'create desk') {
        service.trap = () => undefined;
        void world.clock.sleep(55_000).then(() => service.add('desk'));
        throw Object.assign(new Error('The answer was lost.'), { name: 'TimeoutError' });
      }
    };
    void world.send(world.creation());
    await world.pass(1);

    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(300);
    expect(service.inventory()).toEqual([]);
  });

  test('leaves alone what was kept, when the create never came so far as to create', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.nextLooks.push(...Array<Observation<Toy>>(200).fill({ is: 'unclear', waiting: waiting('its tags', 5) }));
    void world.send(world.creation());
    await world.pass(30);
    service.nextLooks.length = 0;

    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual(['desk ready']);
    expect(service.calls).toEqual([]);
  });

  test('of a create that never came has nothing to do, and does not look', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    expect(await world.delete(INVENTED)).toMatchObject({ Status: 'SUCCESS' });
    expect(service.looks).toEqual([]);
  });

  test('removes what an update has created after a failed create', async () => {
    const { service, world } = toyWorld();
    await world.update({}, {}, { physicalId: 'id-not-known:r' });
    expect(service.inventory()).toEqual(['desk ready']);
    expect(await world.delete('id-not-known:r')).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('whose properties do not say where has nothing to do', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    expect(await world.delete(INVENTED, { Place: undefined })).toMatchObject({ Status: 'SUCCESS' });
    expect(service.looks).toEqual([]);
  });
});

test('two deletes of one resource side by side do not stop each other', async () => {
  const { service, world } = toyWorld();
  service.deletionSeconds = 20;
  service.add('desk');
  service.add('shelf');
  const removal = (place: string) => world.send({
    operation: 'Delete', type: 'Custom::Toy', physicalId: `toy/${place}`, properties: { Place: place }, requestId: place,
  });

  const answers = await world.clock.run(Promise.all([removal('desk'), removal('shelf')]));

  expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect(service.inventory()).toEqual([]);
});
