import { PROPERTIES, REGION, SesWorld } from './ses-world';
import { randomNumbers } from '../../../bench/statistics';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { ServiceError } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { ACCOUNT, STACK_ID } from '../world';

const OWNER = ownerTagValue(STACK_ID, 'Thing');
const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}:multi-region-endpoint/mail`;
const FOREIGN = { region: REGION, name: 'mail', secondaryRegion: 'eu-central-1' };

/** The tags of the endpoint 'mail' as SES has them. */
function tagsOf(world: SesWorld): Record<string, string> {
  const { Tags } = world.dispatcher.dispatch('SESv2', 'ListTagsForResource', { ResourceArn: ARN }, { region: REGION });
  return Object.fromEntries(Tags.map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]));
}

/** Answers one call of an operation with an error. */
function failingOnce(operation: string, error: ServiceError) {
  let left = 1;
  return (call: { operation: string }) => call.operation === operation && left-- > 0 ? { before: error } : undefined;
}

function throttlingOnce(operation: string) {
  return failingOnce(operation, new ServiceError('TooManyRequestsException', 'Later.', 429));
}

describe('create', () => {
  test('answers the id of a READY endpoint, once', async () => {
    const world = new SesWorld();

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail', Data: { SecondaryRegion: 'eu-central-1' } });
    expect(answer.Data.EndpointId).toMatch(/^\w+\.\w+$/);
    expect(answer.bodies).toHaveLength(1);
    expect(answer.after).toBeGreaterThanOrEqual(70);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('sets the owner tag and the declared tags in the create call', async () => {
    const world = new SesWorld();

    await world.create({ Tags: { team: 'mail' } });

    expect(tagsOf(world)).toEqual({ team: 'mail', [OWNER_TAG_KEY]: OWNER });
    expect(world.calls('TagResource')).toHaveLength(0);
  });

  test('tolerates that SES does not find the endpoint it has just made', async () => {
    const world = new SesWorld({}, new SesSimulator({ notFoundAfterCreateSeconds: 20 }));

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
  });

  test('believes READY only when it is seen twice in a row', async () => {
    const looks = async (readyFlaps: number) => {
      const world = new SesWorld({}, new SesSimulator({ readyFlaps }));
      expect((await world.create()).Status).toBe('SUCCESS');
      return world.calls('GetMultiRegionEndpoint').length;
    };
    // READY, CREATING, READY, READY instead of READY, READY.
    expect(await looks(1)).toBe(await looks(0) + 2);
  });

  test('a FAILED endpoint is an error with the real id, and the delete removes the wreck', async () => {
    const world = new SesWorld();
    world.ses.failNext('mail');

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/eu-west-1 and eu-central-1.*FAILED.*service-linked role/);
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual([]);
  });

  test("somebody else's endpoint of the same name is an error that names the way out, and stays", async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);

    const answer = await world.create();

    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/'mail' exists in eu-west-1.*another endpointName.*fromEndpointName/);
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(world.endpoints()).toEqual(['mail READY']);
    expect(world.calls('DeleteMultiRegionEndpoint')).toHaveLength(0);
  });

  test('waits for an earlier endpoint of the same name to go away', async () => {
    const world = new SesWorld();
    world.ses.seed({ ...FOREIGN, state: 'DELETING', at: world.clock.now() });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  describe('of what an earlier deployment has kept', () => {
    test.each(['eu-central-1', 'us-east-1'])('(with secondary Region %s) is refused with the way out', async secondaryRegion => {
      const world = new SesWorld();
      world.ses.seed({ ...FOREIGN, secondaryRegion, tags: { [OWNER_TAG_KEY]: OWNER } });

      const answer = await world.create();

      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
      expect(answer.Reason).toMatch(/endpoint mail was created by an earlier deployment.*has been kept.*deploy once with adopt: 'mail'/);
      expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(0);
    });

    test('leaves it alone, and so does the Delete of that create', async () => {
      const world = new SesWorld();
      world.ses.seed({ ...FOREIGN, tags: { [OWNER_TAG_KEY]: OWNER } });
      const { PhysicalResourceId } = await world.create();

      expect(await world.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
      expect(await world.delete('Game-Thing-1A2B3C')).toMatchObject({ Status: 'SUCCESS' });
      expect(world.endpoints()).toEqual(['mail READY']);
    });
  });

  test('an endpoint that vanishes while it is being made is an error', async () => {
    const world: SesWorld = new SesWorld({
      interceptors: [({ at, operation }) => operation === 'GetMultiRegionEndpoint' && at > started + 30_000
        ? { before: new ServiceError('NotFoundException', 'Not found.', 404) } : undefined],
    });
    const started = world.clock.now();

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/vanished before it was ready.*CloudTrail/);
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
  });

  test('one absent read of an endpoint that was seen is nothing', async () => {
    const absent = [3, 5];
    let reads = 0;
    const world = new SesWorld({
      interceptors: [({ operation }) => operation === 'GetMultiRegionEndpoint' && absent.includes(++reads)
        ? { before: new ServiceError('NotFoundException', 'Not found.', 404) } : undefined],
    });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
  });

  test('a secondary Region that is the primary one is refused before any change', async () => {
    const world = new SesWorld();

    const answer = await world.create({ SecondaryRegion: REGION });

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(/eu-west-1.*primary Region.*another secondary Region/);
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(0);
  });

  test.each([
    [{ EndpointName: 'has space' }, /EndpointName.*'?has space.*1 to 64/],
    [{ EndpointName: '' }, /EndpointName.*non-empty/],
    [{ EndpointName: 'x'.repeat(65) }, /EndpointName.*1 to 64/],
    [{ SecondaryRegion: 'Europe!' }, /SecondaryRegion.*name of a Region/],
    [{ Tags: 'a=b' }, /Tags.*map of strings/],
    [{ Schema: '2' }, /schema version "2".*same version/],
    [{ Sekundary: 'x' }, /does not know.*Sekundary/],
  ])('refuses the properties %j before any call', async (properties, message) => {
    const world = new SesWorld();

    const answer = await world.create(properties);

    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(message);
    expect(world.calls()).toEqual([]);
  });

  test.each([
    ['BadRequestException', 400], ['LimitExceededException', 400],
  ])('%s is passed on in the words of SES', async (name, status) => {
    const world = new SesWorld({ interceptors: [failingOnce('CreateMultiRegionEndpoint', new ServiceError(name, 'No more.', status))] });

    const answer = await world.create();

    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(`${name}: No more.`);
  });

  test.each([
    ['TooManyRequestsException', 429], ['InternalFailure', 500], ['ServiceUnavailable', 503],
  ])('%s is waited for', async (name, status) => {
    const world = new SesWorld({ interceptors: [failingOnce('CreateMultiRegionEndpoint', new ServiceError(name, 'Later.', status))] });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('a denial is believed only when the permissions had time to take effect', async () => {
    const denied = new ServiceError('AccessDeniedException', 'User is not authorized to perform: ses:GetMultiRegionEndpoint', 403);
    const young = new SesWorld({ interceptors: [failingOnce('GetMultiRegionEndpoint', denied)] });
    expect(await young.create()).toMatchObject({ Status: 'SUCCESS' });

    const world = new SesWorld({ interceptors: [call => call.operation === 'GetMultiRegionEndpoint' ? { before: denied } : undefined] });
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/not authorized to perform: ses:GetMultiRegionEndpoint.*lacks this permission/);
    expect(answer.after).toBeGreaterThan(80);
    expect(answer.after).toBeLessThan(300);
  });
});

describe('under a rate that all share', () => {
  const COUNT = 60;
  const names = Array.from({ length: COUNT }, (_, index) => `mail-${index}`);

  function rest(name: string) {
    return { logicalId: name, requestId: `create-${name}` };
  }

  test('many endpoints at once are all made and all deleted', async () => {
    const world = new SesWorld({ random: randomNumbers(1) });

    const created = await world.clock.run(Promise.all(names.map(name =>
      world.send(world.createOptions({ EndpointName: name }, rest(name))))));
    const deleted = await world.clock.run(Promise.all(names.map(name => world.send({
      ...world.createOptions({ EndpointName: name }, { ...rest(name), requestId: `delete-${name}` }),
      operation: 'Delete', physicalId: `endpoint/${name}`,
    }))));

    expect(new Set(created.map(answer => answer.Status))).toEqual(new Set(['SUCCESS']));
    expect(new Set(deleted.map(answer => answer.Status))).toEqual(new Set(['SUCCESS']));
    expect(world.endpoints()).toEqual([]);
  });
});

describe('update', () => {
  test('changes tags in place and at once, and leaves those of others and the owner tag alone', async () => {
    const world = new SesWorld();
    const created = await world.create({ Tags: { team: 'mail', stage: 'test' } });
    world.dispatcher.dispatch('SESv2', 'TagResource', { ResourceArn: ARN, Tags: [{ Key: 'cost', Value: '7' }] }, { region: REGION });
    await world.pass(30);
    const executions = world.executions.size;

    const answer = await world.update({ Tags: { team: 'mail', stage: 'test' } }, { Tags: { team: 'post' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail', Data: created.Data, after: 0 });
    expect(tagsOf(world)).toEqual({ team: 'post', cost: '7', [OWNER_TAG_KEY]: OWNER });
    expect(world.executions.size).toBe(executions + 1);
  });

  test('does nothing when nothing differs', async () => {
    const world = new SesWorld();
    await world.create({ Tags: { team: 'mail' } });

    await world.update({ Tags: { team: 'mail' } }, { Tags: { team: 'mail' } });

    expect(world.calls('TagResource')).toEqual([]);
    expect(world.calls('UntagResource')).toEqual([]);
  });

  test('another name makes another endpoint and answers its id; the old one is deleted by the clean-up', async () => {
    const world = new SesWorld();
    await world.create();

    const answer = await world.update({}, { EndpointName: 'post', SecondaryRegion: 'us-east-1' });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/post', Data: { SecondaryRegion: 'us-east-1' } });
    expect(world.endpoints().sort()).toEqual(['mail READY', 'post READY']);
    expect(await world.delete('endpoint/mail')).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual(['post READY']);
  });

  test('the same name with another Region is refused with the way out', async () => {
    const world = new SesWorld();
    await world.create();

    const answer = await world.update({}, { SecondaryRegion: 'us-east-1' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/eu-central-1.*Change endpointName together with secondaryRegion/);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('a secondary Region that turns out to be the primary one is refused', async () => {
    const world = new SesWorld();
    await world.create();

    expect(await world.update({}, { SecondaryRegion: REGION })).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: 'endpoint/mail', Reason: expect.stringMatching(/primary Region. Choose another/),
    });
  });

  test('a replacement that FAILED is removed by the update itself', async () => {
    const world = new SesWorld();
    await world.create();
    world.ses.failNext('post');

    const answer = await world.update({}, { EndpointName: 'post' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/'post'.*FAILED/);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('a replacement whose name somebody else has leaves both alone', async () => {
    const world = new SesWorld();
    await world.create();
    world.ses.seed({ ...FOREIGN, name: 'post' });

    const answer = await world.update({}, { EndpointName: 'post' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(world.endpoints().sort()).toEqual(['mail READY', 'post READY']);
  });

  test('taking back a cancelled replacement removes what that had made', async () => {
    const world = new SesWorld();
    await world.create();
    void world.send({
      operation: 'Update', type: 'Custom::MultiRegionEndpoint', physicalId: 'endpoint/mail',
      oldProperties: PROPERTIES, properties: { ...PROPERTIES, EndpointName: 'post' },
    });
    await world.pass(20);

    const answer = await world.update({ EndpointName: 'post' }, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(2);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('a cancelled replacement that is delivered after it was taken back makes nothing', async () => {
    const world = new SesWorld();
    await world.create();
    const cancelled = world.send({
      operation: 'Update', type: 'Custom::MultiRegionEndpoint', physicalId: 'endpoint/mail', deliveries: [40],
      oldProperties: PROPERTIES, properties: { ...PROPERTIES, EndpointName: 'post' },
    });
    await world.pass(1);

    const answer = await world.update({ EndpointName: 'post' }, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
    expect(await world.clock.run(cancelled)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/later request/) });
    expect(world.calls('CreateMultiRegionEndpoint')).toHaveLength(1);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('an endpoint that was deleted outside is made again under its name', async () => {
    const world = new SesWorld();
    const created = await world.create();
    world.dispatcher.dispatch('SESv2', 'DeleteMultiRegionEndpoint', { EndpointName: 'mail' }, { region: REGION });
    await world.pass(60);

    const answer = await world.update({}, { Tags: { team: 'mail' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Data.EndpointId).not.toBe(created.Data.EndpointId);
    expect(world.endpoints()).toEqual(['mail READY']);
  });

  test('an endpoint that somebody else has re-created is left alone', async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);

    const answer = await world.update({}, { Tags: { team: 'mail' } });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.Reason).toMatch(/'mail' exists in eu-west-1 and does not belong to this stack and logical id, so it is left alone/);
    expect(tagsOf(world)).toEqual({});
  });
});

describe('delete', () => {
  test('ends when SES does not find the endpoint any more', async () => {
    const world = new SesWorld({}, new SesSimulator({ readyAfterDelete: 1, deletionSeconds: 40 }));
    await world.create();

    const answer = await world.delete();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'endpoint/mail' });
    expect(answer.after).toBeGreaterThanOrEqual(40);
    expect(world.endpoints()).toEqual([]);
  });

  test('a missing endpoint is success after a second look, concluded by an execution that a repetition finds', async () => {
    const world = new SesWorld();

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', after: 10 });
    expect(world.executions.size).toBe(1);
  });

  test("leaves alone what does not carry this resource's tag", async () => {
    const world = new SesWorld();
    world.ses.seed({ ...FOREIGN, tags: { [OWNER_TAG_KEY]: ownerTagValue(STACK_ID, 'OtherThing') } });

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual(['mail READY']);
    expect(world.log()).toMatch(/Left the endpoint alone/);
  });

  test('properties that no create got past have left nothing', async () => {
    const world = new SesWorld();

    expect(await world.delete('Game-Thing-1A2B3C', { EndpointName: 'has space' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls()).toEqual([]);
  });
});

describe('delete under throttling', () => {
  test('tries again, and looks again before that', async () => {
    const world = new SesWorld({ interceptors: [throttlingOnce('DeleteMultiRegionEndpoint')] });
    await world.create();

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('DeleteMultiRegionEndpoint')).toHaveLength(2);
    expect(world.endpoints()).toEqual([]);
  });

  test('does not insist longer than its look can be believed, and looks again', async () => {
    const until = 60_000;
    const world: SesWorld = new SesWorld({
      interceptors: [({ at, operation }) => operation === 'DeleteMultiRegionEndpoint' && at < deletedAt + until
        ? { before: new ServiceError('TooManyRequestsException', 'Later.', 429) } : undefined],
    });
    await world.create();
    const deletedAt = world.clock.now();

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    const calls = world.calls();
    const firstDelete = calls.indexOf('DeleteMultiRegionEndpoint');
    const looks = calls.slice(firstDelete, calls.lastIndexOf('DeleteMultiRegionEndpoint')).filter(call => call === 'GetMultiRegionEndpoint');
    expect(looks.length).toBeGreaterThan(1);
    expect(world.endpoints()).toEqual([]);
  });
});

describe('lookup', () => {
  test('waits until an endpoint that was made elsewhere is READY and answers what it is', async () => {
    const world = new SesWorld();
    world.ses.seed({ ...FOREIGN, state: 'CREATING', at: world.clock.now() });

    const answer = await world.lookup();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'lookup:mail', Data: { SecondaryRegion: 'eu-central-1' } });
    expect(answer.Data.EndpointId).toMatch(/\./);
    expect(new Set(world.calls())).toEqual(new Set(['GetMultiRegionEndpoint']));
  });

  test('of a READY endpoint is answered in the first step, with one look', async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);

    expect(await world.lookup()).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(world.calls()).toEqual(['GetMultiRegionEndpoint']);
  });

  test('of a missing endpoint waits a minute, then says so', async () => {
    const world = new SesWorld();

    const answer = await world.lookup();

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(/no SES multi-region endpoint 'mail' in eu-west-1.*primary Region/);
    expect(answer.after).toBeGreaterThanOrEqual(60);
  });

  test('of a FAILED endpoint is an error', async () => {
    const world = new SesWorld();
    world.ses.seed({ ...FOREIGN, state: 'FAILED' });

    expect(await world.lookup()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/FAILED/) });
  });

  test('never deletes the endpoint', async () => {
    const world = new SesWorld();
    world.ses.seed(FOREIGN);

    expect(await world.lookup({ operation: 'Delete', physicalId: 'lookup:mail' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.endpoints()).toEqual(['mail READY']);
    expect(world.calls()).toEqual([]);
  });
});
