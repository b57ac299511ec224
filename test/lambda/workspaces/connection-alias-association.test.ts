import { ALIAS, ASSOCIATION_ID, DIRECTORY, failing, INVENTED, OTHER_DIRECTORY, OWNED, REGION, WorkSpacesWorld } from './workspaces-world';
import { ServiceError } from '../../../sandbox/services/service';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';

const OTHER_ALIAS = 'wsca-alias0002';
const seedOther = (world: WorkSpacesWorld, rest: object = {}) =>
  world.simulator.seedConnectionAlias({ region: REGION, aliasId: OTHER_ALIAS, connectionString: 'other.example.com', ...rest });
const ASSOCIATED = 'ConnectionAliasAssociation ASSOCIATED_WITH_OWNER_ACCOUNT';

async function associated(options: ConstructorParameters<typeof WorkSpacesWorld>[0] = {}) {
  const world = new WorkSpacesWorld(options);
  const answer = await world.request(world.association('Create'));
  await world.pass(60);
  return { world, answer };
}

describe('create', () => {
  test('associates, waits and answers the connection identifier', async () => {
    const { world, answer } = await associated();

    expect(answer).toMatchObject({
      Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID, Data: { ConnectionIdentifier: expect.stringMatching(/^[a-zA-Z0-9]{1,20}$/) },
    });
    expect(answer.after).toBeGreaterThanOrEqual(30);
    expect(world.exists()).toEqual([ASSOCIATED]);
    expect(world.tagsOf(ALIAS)).toEqual(OWNED);
    expect(world.calls('AssociateConnectionAlias')).toHaveLength(1);
  });

  test('waits for an alias that is still CREATING', async () => {
    const world = new WorkSpacesWorld({ aliasCreationSeconds: 60 });
    const { AliasId } = world.api('CreateConnectionAlias', { ConnectionString: 'new.example.com' });

    expect(await world.request(world.association('Create', { AliasId }))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `association/${AliasId}` });
  });

  test('an association of somebody else is refused, of the same directory and of another one', async () => {
    for (const directoryId of [DIRECTORY, OTHER_DIRECTORY]) {
      const world = new WorkSpacesWorld();
      seedOther(world, { directoryId });

      const answer = await world.request(world.association('Create', { AliasId: OTHER_ALIAS }));

      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(`associated with directory ${directoryId} already`), after: 0 });
      await world.request(world.association('Delete', { AliasId: OTHER_ALIAS }, { physicalId: answer.PhysicalResourceId }));
      await world.request(world.association('Delete', { AliasId: OTHER_ALIAS }, { physicalId: `association/${OTHER_ALIAS}` }));
      expect(world.exists()).toEqual([ASSOCIATED]);
      expect(world.calls('DisassociateConnectionAlias')).toEqual([]);
    }
  });

  test('an alias that another resource manages is refused', async () => {
    const world = new WorkSpacesWorld();
    seedOther(world, { tags: { [OWNER_TAG_KEY]: 'somebody' } });

    expect(await world.request(world.association('Create', { AliasId: OTHER_ALIAS }))).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/another stack or logical id manages/),
    });
  });

  describe('whose tag on the alias does not show', () => {
    const later = (world: WorkSpacesWorld, seconds: number, change: () => void) => {
      let isTagged = false;
      world.dispatcher.interceptors.push(({ operation }) => {
        if (operation === 'CreateTags' && !isTagged) {
          isTagged = true;
          void world.clock.sleep(seconds * 1000).then(change);
        }
        return undefined;
      });
    };
    const untag = (world: WorkSpacesWorld) => world.api('DeleteTags', { ResourceId: ALIAS, TagKeys: [OWNER_TAG_KEY] });

    test('associates nothing, since a later request may have taken it away, and tags it again after a while', async () => {
      const world = new WorkSpacesWorld();
      later(world, 1, () => untag(world));
      void world.send(world.association('Create'));
      await world.pass(25);
      expect(world.calls('AssociateConnectionAlias')).toEqual([]);
      await world.pass(60);
      expect(world.exists()).toEqual([ASSOCIATED]);
      expect(world.tagsOf(ALIAS)).toEqual(OWNED);
    });

    test('waits until a late one shows', async () => {
      const world = new WorkSpacesWorld({ tagLagSeconds: 8 });
      const answer = await world.request(world.association('Create'));
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect(answer.after).toBeLessThan(60);
      expect(world.calls('CreateTags')).toHaveLength(1);
      expect(world.calls('AssociateConnectionAlias')).toHaveLength(1);
    });

    test('gives way to another resource whose tag is there instead', async () => {
      const world = new WorkSpacesWorld();
      later(world, 1, () => world.api('CreateTags', { ResourceId: ALIAS, Tags: [{ Key: OWNER_TAG_KEY, Value: 'somebody' }] }));
      const answer = await world.request(world.association('Create'));
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/another stack or logical id manages/) });
      expect(world.exists()).toEqual([]);
    });
  });

  test('a missing alias is an error after a while', async () => {
    const world = new WorkSpacesWorld();
    const answer = await world.request(world.association('Create', { AliasId: 'wsca-missing01' }));

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/no connection alias wsca-missing01 in eu-west-1/) });
    expect(answer.after).toBeGreaterThanOrEqual(90);
  });

  test.each([
    ['ResourceNotFoundException', 'FAILED'], ['OperationNotSupportedException', 'FAILED'], ['InvalidParameterValuesException', 'FAILED'],
    ['ResourceAssociatedException', 'SUCCESS'], ['InvalidResourceStateException', 'SUCCESS'], ['AccessDeniedException', 'SUCCESS'],
  ])('%s once ends in %s', async (name, status) => {
    const { answer } = await associated({ interceptors: [failing('AssociateConnectionAlias', new ServiceError(name, 'So be it.'), 1)] });
    expect(answer.Status).toBe(status);
    expect(answer.Reason ?? name).toContain(name);
  });

  test.each([[{ AliasId: 'x' }, /AliasId.*'wsca-'/], [{ DirectoryId: 'x' }, /DirectoryId.*hexadecimal digits/]])(
    'refuses the properties %j', async (properties, message) => {
      const world = new WorkSpacesWorld();
      expect(await world.request(world.association('Create', properties))).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
      expect(world.calls()).toEqual([]);
    });
});

describe('update', () => {
  test('another directory is associated in place, and back', async () => {
    const { world, answer } = await associated();

    const moved = await world.request(world.association('Update', { DirectoryId: OTHER_DIRECTORY }, { physicalId: ASSOCIATION_ID }));

    expect(moved).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID });
    expect(moved.Data.ConnectionIdentifier).not.toBe(answer.Data.ConnectionIdentifier);
    expect(world.simulator.inventory(world.clock.now())[0].id).toBe(`${ALIAS}/${OTHER_DIRECTORY}`);
  });

  test.each([0.5, 3, 40, 100])('taking back a change of the directory that was cancelled after %i s holds', async seconds => {
    const { world } = await associated();
    void world.send(world.association('Update', { DirectoryId: OTHER_DIRECTORY }, { physicalId: ASSOCIATION_ID }));
    await world.pass(seconds < 1 ? 2 : seconds);

    const answer = await world.request({
      ...world.association('Update', {}, { physicalId: ASSOCIATION_ID }), oldProperties: { AliasId: ALIAS, DirectoryId: OTHER_DIRECTORY },
    });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID });
    await world.pass(100);
    await world.pass(600);
    expect(world.simulator.inventory(world.clock.now()).map(({ id, state }) => `${id} ${state}`))
      .toEqual([`${ALIAS}/${DIRECTORY} ASSOCIATED_WITH_OWNER_ACCOUNT`]);
  });

  test('another alias is a replacement, and taking that back disassociates it', async () => {
    const { world } = await associated();
    seedOther(world);

    const replaced = await world.request(world.association('Update', { AliasId: OTHER_ALIAS }, { physicalId: ASSOCIATION_ID }));
    expect(replaced).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `association/${OTHER_ALIAS}` });
    expect(world.exists()).toEqual([ASSOCIATED, ASSOCIATED]);

    const back = await world.request({
      ...world.association('Update', {}, { physicalId: ASSOCIATION_ID }), oldProperties: { AliasId: OTHER_ALIAS, DirectoryId: DIRECTORY },
    });
    expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID });
    expect(world.simulator.inventory(world.clock.now()).map(item => item.id)).toEqual([`${ALIAS}/${DIRECTORY}`]);
  });
});

describe('delete', () => {
  test('disassociates, waits and takes the owner tag away', async () => {
    const { world } = await associated();

    const answer = await world.request(world.association('Delete', {}, { physicalId: ASSOCIATION_ID }));

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ASSOCIATION_ID });
    expect(answer.after).toBeGreaterThanOrEqual(30);
    expect(world.exists()).toEqual([]);
    expect(world.tagsOf(ALIAS)).toEqual({});
  });

  test('waits for an association that is still PENDING', async () => {
    const world = new WorkSpacesWorld({ associationSeconds: 120 });
    void world.send(world.association('Create'));
    await world.pass(20);

    expect(await world.request(world.association('Delete', {}, { physicalId: INVENTED }))).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    expect(world.exists()).toEqual([]);
    expect(world.tagsOf(ALIAS)).toEqual({});
  });

  test('InvalidResourceState is tried again, ResourceNotFound is success', async () => {
    const { world } = await associated({
      interceptors: [failing('DisassociateConnectionAlias', new ServiceError('InvalidResourceStateException', 'Busy.'), 2)],
    });
    expect(await world.request(world.association('Delete', {}, { physicalId: ASSOCIATION_ID }))).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.request(world.association('Delete', {}, { physicalId: 'association/wsca-missing01' }))).toMatchObject({ Status: 'SUCCESS' });
  });
});
