import {
  ALIAS, ASSOCIATION_ID, DIRECTORY, foreign, INVENTED, OTHER_DIRECTORY, OTHER_PRIMARY, OWNED, PRIMARY, PRIMARY_REGION, REGION, standbyId,
  WorkSpacesWorld,
} from './workspaces-world';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';

/*
 * Adoption of standbys, members of a fleet and associations, on the simulator.
 */
const STANDBY = 'ws-foreign01';
const RELATION = { region: PRIMARY_REGION, workspaceId: PRIMARY };
const OTHERS = { [OWNER_TAG_KEY]: 'another', team: 'a' };
const FAILED = { Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) };

function worldWith(options: object = {}): WorkSpacesWorld {
  const world = new WorkSpacesWorld({ requestRate: 'unlimited' });
  foreign(world, { primary: RELATION, ...options });
  return world;
}

describe('a standby', () => {
  test.each([['of somebody else', {}], ['of another stack', OTHERS]])('%s is adopted, changed, released from adopt and terminated', async (_, tags) => {
    const world = worldWith({ tags });

    const answer = await world.createStandby({ Adopt: STANDBY, Tags: { cost: '7' } });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: standbyId(STANDBY), Data: { WorkspaceId: STANDBY } });
    expect(world.tagsOf(STANDBY)).toEqual({ ...tags, ...OWNED, cost: '7' });
    expect(world.outcomes('CreateStandbyWorkspaces')).toEqual([]);

    const id = answer.PhysicalResourceId;
    const update = await world.request({ ...world.standby('Update', { Tags: { cost: '7' } }, { physicalId: id }) });
    expect(update).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(await world.request(world.standby('Delete', {}, { physicalId: id }))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.simulator.has(REGION, STANDBY)).toBe(false);
  });

  test.each(['both', 'standby', 'primary'] as const)('gets the declared data replication, if WorkSpaces shows it on %s', async replicationShownOn => {
    const world = new WorkSpacesWorld({ requestRate: 'unlimited', replicationShownOn });
    foreign(world, { primary: RELATION });
    expect(await world.createStandby({ Adopt: STANDBY, DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.outcomes('ModifyWorkspaceProperties')).toEqual(['success']);
  });

  test('stays when the adopting deployment is rolled back', async () => {
    const world = worldWith();
    await world.createStandby({ Adopt: STANDBY });
    for (const physicalId of [standbyId(STANDBY), INVENTED]) {
      expect(await world.request(world.standby('Delete', { Adopt: STANDBY }, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
    }
    expect(world.simulator.has(REGION, STANDBY)).toBe(true);
  });

  test.each<[string, object, object, RegExp]>([
    ['the primary', { primary: { ...RELATION, workspaceId: OTHER_PRIMARY }, userName: 'john' }, {}, /standby of ws-primary02 in us-east-1, not of ws-primary01/],
    ['the directory', { directoryId: OTHER_DIRECTORY }, {}, /in directory d-9367000002, not in d-9367000001/],
    ['the key', { volumeEncryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/a' }, {}, /encrypted with .*key\/a, not unencrypted/],
    ['the missing key', {}, { VolumeEncryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/a' }, /not encrypted, not with .*key\/a/],
    ['that it is no standby', { primary: undefined, userName: 'nobody' }, {}, /standby of no WorkSpace/],
  ])('that differs in %s is refused, and stays as it is', async (_, seeded, declared, difference) => {
    const world = worldWith(seeded);
    const answer = await world.createStandby({ Adopt: STANDBY, ...declared });
    expect(answer).toMatchObject(FAILED);
    expect(answer.Reason).toMatch(difference);
    expect(world.tagsOf(STANDBY)).toEqual({});
  });

  test('that does not exist is refused, and none is created', async () => {
    const world = new WorkSpacesWorld({ requestRate: 'unlimited' });
    expect(await world.createStandby({ Adopt: STANDBY })).toMatchObject({ ...FAILED, Reason: expect.stringMatching(/no standby 'ws-foreign01'/) });
    expect(world.standbys()).toEqual([]);
  });

  test.each([[{}, /adopt: 'ws-foreign01'/], [OTHERS, /logical id has changed.*adopt: 'ws-foreign01'/]])('in the way with the tags %j: the refusal names adopt', async (tags, reason) => {
    const answer = await worldWith({ tags }).createStandby();
    expect(answer.Reason).toMatch(reason);
    expect(answer.Reason).not.toMatch(/\b(terminate|delete) it\b/i);
  });

  test.each([1, 2, 3, 4, 5, 6])('is adopted in spite of a crash at call %i', async atCall => {
    for (const effect of [false, true]) {
      const world = worldWith({ tags: OTHERS });
      world.crashAt({ atCall, effect });
      expect(await world.createStandby({ Adopt: STANDBY })).toMatchObject({ Status: 'SUCCESS', Data: { WorkspaceId: STANDBY } });
      expect(world.tagsOf(STANDBY)).toMatchObject(OWNED);
    }
  });
});

describe('a fleet', () => {
  const ADOPT = { Adopt: { [PRIMARY]: STANDBY } };
  const ID = `fleet/${PRIMARY_REGION}/${DIRECTORY}`;

  test('adopts the standby of a member, creates the others, and keeps both without adopt', async () => {
    const world = worldWith({ tags: OTHERS });
    expect(await world.request(world.fleet('Create', { ...ADOPT, Tags: { cost: '7' } }))).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '2' } });
    expect(world.tagsOf(STANDBY)).toEqual({ ...OTHERS, ...OWNED, cost: '7' });
    expect(world.primaries()).toHaveLength(1);

    expect(await world.request(world.fleet('Update', {}, { physicalId: ID }))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ID });
    expect(await world.request(world.fleet('Delete', {}, { physicalId: ID }))).toMatchObject({ Status: 'SUCCESS' });
    expect([world.simulator.has(REGION, STANDBY), world.standbys()]).toEqual([false, []]);
  });

  test('that exists adopts the standby of a new member', async () => {
    const world = worldWith({ tags: OTHERS });
    await world.request(world.fleet('Create', { PrimaryWorkspaceIds: [OTHER_PRIMARY] }));
    const update = world.fleet('Update', ADOPT, { physicalId: ID });
    expect(await world.request({ ...update, oldProperties: { ...update.properties, Adopt: undefined, PrimaryWorkspaceIds: [OTHER_PRIMARY] } }))
      .toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '2' } });
    expect(world.tagsOf(STANDBY)).toMatchObject(OWNED);
  });

  test('adopts what an earlier deployment has kept', async () => {
    const world = worldWith({ tags: OWNED });
    expect((await world.request(world.fleet('Create'))).Reason).toMatch(/has been kept.*adopt: \{ 'ws-primary01': 'ws-foreign01' \}/);
    expect(await world.request(world.fleet('Create', ADOPT))).toMatchObject({ Status: 'SUCCESS' });
  });

  test('leaves all alone when the adopting deployment is rolled back', async () => {
    const world = worldWith();
    await world.request(world.fleet('Create', ADOPT));
    for (const physicalId of [ID, INVENTED]) {
      await world.request(world.fleet('Delete', ADOPT, { physicalId }));
    }
    expect(world.simulator.has(REGION, STANDBY)).toBe(true);
  });

  test.each<[string, object, object, RegExp]>([
    ['does not exist', {}, { Adopt: { [PRIMARY]: STANDBY, [OTHER_PRIMARY]: 'ws-nowhere01' } }, /ws-nowhere01 is no standby of ws-primary02 in directory/],
    ['is not the one that is there', {}, { Adopt: { [PRIMARY]: 'ws-nowhere01' } }, /ws-foreign01 .* does not belong to this stack.*adopt: \{/],
    ['has another key', { volumeEncryptionKey: 'key/a' }, ADOPT, /differs in what can't be changed: it is encrypted with key\/a/],
    ['is of no member', {}, { Adopt: { 'ws-primary09': STANDBY } }, /must be one of 'PrimaryWorkspaceIds'/],
    ['is no id', {}, { Adopt: { [PRIMARY]: 'standby' } }, /each value must be 'ws-'/],
  ])('refuses to adopt what %s, and changes nothing', async (_, seeded, properties, reason) => {
    const world = worldWith(seeded);
    const answer = await world.request(world.fleet('Create', properties));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect([world.tagsOf(STANDBY), world.standbys()]).toEqual([{}, []]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('adopts in spite of a crash at call %i', async atCall => {
    for (const effect of [false, true]) {
      const world = worldWith({ tags: OTHERS });
      world.crashAt({ atCall, effect });
      expect(await world.request(world.fleet('Create', ADOPT))).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '2' } });
      expect(world.tagsOf(STANDBY)).toMatchObject(OWNED);
    }
  });
});

describe('an association', () => {
  const alias = (directoryId: string, tags = {}) => {
    const world = new WorkSpacesWorld({ requestRate: 'unlimited' });
    world.simulator.seedConnectionAlias({ region: REGION, aliasId: ALIAS, connectionString: 'desktop.example.com', directoryId, tags });
    return world;
  };
  const associate = (world: WorkSpacesWorld, properties: object) => world.request(world.association('Create', properties));
  const directoryOf = (world: WorkSpacesWorld) => world.api('DescribeConnectionAliases', { AliasIds: [ALIAS] }).ConnectionAliases[0].Associations?.[0]?.ResourceId;

  test.each([['of somebody else', {}], ['of another stack', OTHERS], ['that was kept', OWNED]])('%s is adopted, and goes with the resource', async (_, tags) => {
    const world = alias(DIRECTORY, tags);
    expect((await associate(world, {})).Reason).toMatch(`adopt: '${ALIAS}'`);

    expect(await associate(world, { Adopt: ALIAS })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID });
    expect(world.tagsOf(ALIAS)).toMatchObject(OWNED);
    expect([world.outcomes('AssociateConnectionAlias'), world.outcomes('DisassociateConnectionAlias')]).toEqual([[], []]);

    await world.request(world.association('Delete', { Adopt: ALIAS }, { physicalId: ASSOCIATION_ID }));
    expect(directoryOf(world)).toBe(DIRECTORY);
    await world.request(world.association('Delete', {}, { physicalId: ASSOCIATION_ID }));
    expect(directoryOf(world)).toBeUndefined();
  });

  test('with another directory is refused, and stays', async () => {
    const world = alias(OTHER_DIRECTORY);
    expect((await associate(world, { Adopt: ALIAS })).Reason).toMatch(/with directory d-9367000002, not with d-9367000001/);
    expect([directoryOf(world), world.tagsOf(ALIAS)]).toEqual([OTHER_DIRECTORY, {}]);
  });

  test.each([['that there is none of', ALIAS, /no association 'wsca-alias0001'/], ['of another alias', 'wsca-alias0002', /is declared for alias wsca-alias0001/]])(
    '%s is refused', async (_, adopt, reason) => {
      expect((await associate(new WorkSpacesWorld({ requestRate: 'unlimited' }), { Adopt: adopt })).Reason).toMatch(reason);
    });
});
