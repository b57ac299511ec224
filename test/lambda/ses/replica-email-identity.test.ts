import { DOMAIN, PARENT_REGION, REPLICA_ID, REPLICA_REGION, ReplicaWorld } from './replica-world';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { ServiceError } from '../../../sandbox/services/service';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { ACCOUNT, STACK_ID } from '../world';

const OWNER = ownerTagValue(STACK_ID, 'Thing');
const OURS = { [OWNER_TAG_KEY]: OWNER };
const ARN = `arn:aws:ses:${REPLICA_REGION}:${ACCOUNT}:identity/${DOMAIN}`;
const ORIGIN = 'AWS_SES_EU_WEST_1';
const PRESENT = { region: REPLICA_REGION, name: DOMAIN, dkimOrigin: ORIGIN };

describe('create', () => {
  test('answers when the DKIM key is verified, from a replica in the other Region', async () => {
    const world = new ReplicaWorld();

    const answer = await world.createReplica();

    expect(answer).toMatchObject({
      Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID, Data: { EmailIdentity: DOMAIN, EmailIdentityArn: ARN, DkimStatus: 'SUCCESS' },
    });
    expect(answer.after).toBeGreaterThanOrEqual(60);
    expect(world.ses.identities.find(REPLICA_REGION, DOMAIN)).toMatchObject({ dkimOrigin: ORIGIN });
    expect(world.calls('CreateEmailIdentity')).toHaveLength(1);
  });

  test('takes a subdomain for an identity like any other, with a parent of the same name', async () => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ region: PARENT_REGION, name: 'news.example.com' });

    expect(await world.createReplica({ EmailIdentity: 'news.example.com' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual(['news.example.com SUCCESS']);
  });

  test('sets the owner tag and the declared tags in the create call', async () => {
    const world = new ReplicaWorld();

    await world.createReplica({ Tags: { team: 'mail' } });

    expect(world.tagsOfReplica()).toEqual({ team: 'mail', ...OURS });
    expect(world.calls('TagResource')).toHaveLength(0);
  });

  test('does not wait for the DKIM key if it need not', async () => {
    const world = new ReplicaWorld();

    const answer = await world.createReplica({ WaitForDkim: false });

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { DkimStatus: 'PENDING' } });
    expect(answer.after).toBeLessThan(30);
  });

  test('says what it waited for in vain, and the delete removes it', async () => {
    const world = new ReplicaWorld({ identities: { verificationSeconds: 100_000 } });

    const answer = await world.createReplica({ TimeoutSeconds: 300 });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: REPLICA_ID });
    expect(answer.Reason).toMatch(/waiting for the DKIM key of identity 'example\.com' in eu-central-1 to be verified \(it is PENDING\)/);
    expect(await world.deleteReplica(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
  });

  test.each(['TEMPORARY_FAILURE', 'NOT_STARTED', 'PENDING'] as const)('waits while the status is %s', async dkimStatus => {
    const world = new ReplicaWorld({ identities: { verificationSeconds: 0 } });
    const pending = world.send(world.replicaOptions());
    await world.pass(3);
    world.ses.identities.find(REPLICA_REGION, DOMAIN)!.dkimStatus = dkimStatus;
    await world.pass(100);
    world.ses.identities.find(REPLICA_REGION, DOMAIN)!.dkimStatus = 'SUCCESS';

    const answer = await world.clock.run(pending);

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(answer.after).toBeGreaterThan(100);
  });

  test.each([
    ['HOST_NOT_FOUND', /FAILED, HOST_NOT_FOUND.*Check that the three CNAME records of the parent are published.*waitForDkim: false/],
    [undefined, /it is FAILED\).*Check that the three CNAME records/],
  ] as const)('fails when SES could not verify the key: %s', async (error, text) => {
    const world = new ReplicaWorld();
    world.ses.identities.failNext(DOMAIN, error);

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: REPLICA_ID });
    expect(answer.Reason).toMatch(text);
    expect(world.calls('CreateEmailIdentity')).toHaveLength(1);
  });

  test.each([
    ['EXTERNAL', /REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED.*only keys of Easy DKIM/],
    ['AWS_SES_US_EAST_1', /REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED.*is a replica itself/],
  ])('fails at once for a parent with DKIM of %s', async (dkimOrigin, text) => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ region: PARENT_REGION, name: DOMAIN, dkimOrigin });

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(text) });
    expect(answer.after).toBeLessThan(120);
  });

  test.each([true, false])('tells of a parent that does not exist (refused at once: %s)', async refusesWrongParents => {
    const world = new ReplicaWorld({ identities: { refusesWrongParents } });
    world.ses.identities.lose(PARENT_REGION, DOMAIN);

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(refusesWrongParents
      ? /In eu-central-1: Email identity example\.com does not exist.*Check that the parent 'example\.com' exists in eu-west-1, has Easy DKIM/
      : /REPLICATION_PRIMARY_NOT_FOUND.*Create the parent first/);
    expect(await world.deleteReplica(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
  });

  test('creates again what failed because a permission was not in force yet', async () => {
    const replicationDeniedUntil = new ReplicaWorld().clock.now() + 40_000;
    const world = new ReplicaWorld({ identities: { verificationSeconds: 5, replicationDeniedUntil } });

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID });
    expect(world.calls('CreateEmailIdentity')).toHaveLength(2);
    expect(world.replicas()).toEqual(['example.com SUCCESS']);
  });

  test('gives up when the permission is missing for minutes, and the delete leaves nothing', async () => {
    const world = new ReplicaWorld({ identities: { verificationSeconds: 5, replicationDeniedUntil: Infinity } });

    const answer = await world.createReplica();

    expect(answer.Reason).toMatch(/REPLICATION_ACCESS_DENIED\)\. Let the role of the function call ses:ReplicateEmailIdentityDKIMSigningKey/);
    expect(answer.after).toBeLessThan(400);
    await world.deleteReplica(answer.PhysicalResourceId);
    expect(world.replicas()).toEqual([]);
  });

  test.each<Record<string, string>>([{}, { [OWNER_TAG_KEY]: 'somebody-else' }])("leaves somebody else's identity alone and names the way out (tags %j)", async tags => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ region: REPLICA_REGION, name: DOMAIN, tags });

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toMatch(/'example\.com' exists in eu-central-1 and does not belong.*'identities' of grants\.sendEmail\(\).*adopt: 'example\.com'/);
    await world.deleteReplica(answer.PhysicalResourceId);
    await world.deleteReplica();
    expect(world.tagsOfReplica()).toEqual(tags);
    expect(world.calls('CreateEmailIdentity')).toHaveLength(0);
  });

  test('refuses what an earlier deployment has kept', async () => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ ...PRESENT, tags: OURS });

    expect((await world.createReplica()).Reason).toMatch(/has been kept.*adopt: 'example\.com'/);
  });

  test('refuses a replica in the Region of its parent', async () => {
    const world = new ReplicaWorld();

    expect((await world.createReplica({ ReplicaRegion: PARENT_REGION })).Reason).toMatch(/both in eu-west-1\. Choose another Region/);
    expect(world.calls()).toEqual([]);
  });

  test('waits for an identity and for tags that SES does not show yet', async () => {
    const world = new ReplicaWorld({ identities: { notFoundAfterCreateSeconds: 15, noTagsAfterCreateSeconds: 25 } });

    expect(await world.createReplica()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('CreateEmailIdentity')).toHaveLength(1);
  });

  test('knows what it has created when its step dies after the call, though its tags do not show yet', async () => {
    const world = new ReplicaWorld({ identities: { noTagsAfterCreateSeconds: 20 } });
    world.crashAt({ atCall: 2, effect: true });

    expect(await world.createReplica()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID });
    expect(world.calls('CreateEmailIdentity')).toHaveLength(2);
  });

  test('takes an untagged identity for foreign after a while', async () => {
    const world = new ReplicaWorld({ identities: { noTagsAfterCreateSeconds: 10_000 } });

    const answer = await world.createReplica();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/does not belong to this stack/) });
    expect(answer.after).toBeLessThan(60);
  });

  test('an error of SES names the Region', async () => {
    const world = new ReplicaWorld({}, {
      interceptors: [({ operation }) => operation === 'CreateEmailIdentity' ? { before: new ServiceError('LimitExceededException', 'Too many.') } : undefined],
    });

    expect((await world.createReplica()).Reason).toMatch(/LimitExceededException: In eu-central-1: Too many\./);
  });

  test.each(['TooManyRequestsException', 'ConcurrentModificationException'])('waits after %s', async name => {
    let left = 2;
    const world = new ReplicaWorld({}, {
      interceptors: [({ operation }) => /EmailIdentity$/.test(operation) && left-- > 0
        ? { before: new ServiceError(name, 'Later.', name.startsWith('Too') ? 429 : 500) } : undefined],
    });

    expect(await world.createReplica()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('update', () => {
  async function created(properties: object = {}, options: ConstructorParameters<typeof ReplicaWorld>[0] = {}): Promise<ReplicaWorld> {
    const world = new ReplicaWorld(options);
    expect((await world.createReplica(properties)).Status).toBe('SUCCESS');
    return world;
  }

  test('changes the tags that were declared, and no others', async () => {
    const world = await created({ Tags: { team: 'mail', stage: 'test' } });
    world.ses.identities.find(REPLICA_REGION, DOMAIN)!.tags.set('cost', 'centre');

    expect(await world.updateReplica({ Tags: { team: 'mail', stage: 'test' } }, { Tags: { team: 'post' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID });
    expect(world.tagsOfReplica()).toEqual({ team: 'post', cost: 'centre', ...OURS });
  });

  test('waits for the DKIM key as soon as it has to', async () => {
    const world = await created({ WaitForDkim: false }, { identities: { verificationSeconds: 200 } });

    const answer = await world.updateReplica({ WaitForDkim: false }, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { DkimStatus: 'SUCCESS' } });
    expect(answer.after).toBeGreaterThan(150);
  });

  test.each(['FAILED', 'TEMPORARY_FAILURE'] as const)('neither fails nor re-creates what became %s later, so that a rollback succeeds', async dkimStatus => {
    const world = await created();
    Object.assign(world.ses.identities.find(REPLICA_REGION, DOMAIN)!, { dkimStatus, error: 'HOST_NOT_FOUND' });

    expect(await world.updateReplica({}, { Tags: { team: 'post' } })).toMatchObject({ Status: 'SUCCESS', Data: { DkimStatus: dkimStatus } });
    expect(await world.updateReplica({ Tags: { team: 'post' } }, {})).toMatchObject({ Status: 'SUCCESS', Data: { DkimStatus: dkimStatus } });
    expect(world.calls('DeleteEmailIdentity')).toEqual([]);
    expect(world.tagsOfReplica()).toEqual(OURS);
  });

  test('refuses another parent, and the rollback succeeds', async () => {
    const world = await created();

    expect((await world.updateReplica({}, { ParentRegion: 'us-east-1' })).Reason).toMatch(
      /replicated from eu-west-1, and SES documents no change.*declare it with the parent in us-east-1 in the next/);
    expect(await world.updateReplica({ ParentRegion: 'us-east-1' }, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual(['example.com SUCCESS']);
  });

  test('puts another replica beside the old one for another domain or Region', async () => {
    const world = await created();

    const answer = await world.updateReplica({}, { ReplicaRegion: 'us-east-1' });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `identity/us-east-1/${DOMAIN}` });
    expect(await world.deleteReplica()).toMatchObject({ Status: 'SUCCESS' });
    expect([world.replicas(), world.replicas('us-east-1')]).toEqual([[], ['example.com SUCCESS']]);
  });

  test('removes what it has put there when that fails', async () => {
    const world = await created();
    world.ses.identities.failNext(DOMAIN, 'TYPE_NOT_FOUND');

    expect(await world.updateReplica({}, { ReplicaRegion: 'us-east-1' })).toMatchObject({ Status: 'FAILED', PhysicalResourceId: REPLICA_ID });
    expect([world.replicas(), world.replicas('us-east-1')]).toEqual([['example.com SUCCESS'], []]);
  });

  test('creates again what somebody has deleted', async () => {
    const world = await created();
    world.ses.identities.lose(REPLICA_REGION, DOMAIN);

    expect(await world.updateReplica({}, { Tags: { team: 'post' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID });
    expect(world.replicas()).toEqual(['example.com SUCCESS']);
  });
});

describe('delete', () => {
  test('removes the replica, whatever the properties say', async () => {
    const world = new ReplicaWorld();
    await world.createReplica();

    expect(await world.deleteReplica(REPLICA_ID, { ReplicaRegion: 'us-east-1', Odd: '1', Schema: '9' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
    expect(world.replicas(PARENT_REGION)).toEqual(['example.com SUCCESS']);
  });

  test('has nothing to do when it is gone', async () => {
    expect(await new ReplicaWorld().deleteReplica()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('finds what a cancelled create has left under an id that CloudFormation invented', async () => {
    const world = new ReplicaWorld();
    void world.send(world.replicaOptions());
    await world.pass(12);
    expect(world.replicas()).toEqual(['example.com PENDING']);

    expect(await world.deleteReplica('Mail-Replica-1A2B3C')).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
  });

  test('finds what a moment ago was created and does not show yet', async () => {
    const world = new ReplicaWorld({ identities: { notFoundAfterCreateSeconds: 15 } });
    world.ses.identities.seed({ ...PRESENT, tags: OURS, createdAt: world.clock.now() });

    expect(await world.deleteReplica()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
  });

  test('waits for the tags of what a moment ago may have been created', async () => {
    const world = new ReplicaWorld({ identities: { noTagsAfterCreateSeconds: 15 } });
    world.ses.identities.seed({ ...PRESENT, tags: OURS, createdAt: world.clock.now() });

    expect(await world.deleteReplica()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.replicas()).toEqual([]);
  });
});

describe('adoption', () => {
  test.each([DOMAIN, ARN])('takes over a replica by its name or ARN: %s', async Adopt => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ ...PRESENT, tags: { [OWNER_TAG_KEY]: 'another stack', cost: 'centre' } });

    expect(await world.createReplica({ Adopt })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: REPLICA_ID });
    expect(world.tagsOfReplica()).toEqual({ cost: 'centre', ...OURS });
    expect(world.calls('CreateEmailIdentity')).toEqual([]);
  });

  test.each(['AWS_SES', 'EXTERNAL', 'AWS_SES_US_EAST_1'])('refuses an identity whose DKIM key comes from %s', async dkimOrigin => {
    const world = new ReplicaWorld();
    world.ses.identities.seed({ ...PRESENT, dkimOrigin });

    expect((await world.createReplica({ Adopt: DOMAIN })).Reason).toMatch(
      new RegExp(`its DKIM key is not replicated from eu-west-1: SES says ${dkimOrigin}, not AWS_SES_EU_WEST_1\\. Nothing was changed`));
    expect(world.tagsOfReplica()).toEqual({});
  });

  test('refuses another name, and what does not exist', async () => {
    const world = new ReplicaWorld();

    expect((await world.createReplica({ Adopt: 'example.org' })).Reason).toMatch(/'adopt' is example\.org, but the replica is declared as 'example\.com' in eu-central-1/);
    expect((await world.createReplica({ Adopt: DOMAIN })).Reason).toMatch(/There is no identity 'example\.com' that could be adopted/);
  });
});
