import { systemsManagerHandlers } from '../../../lambda/systems-manager/handlers';
import { SdkParameters } from '../../../lambda/systems-manager/client';
import { SystemsManagerSimulator, type SystemsManagerSimulatorOptions } from '../../../sandbox/services/systems-manager';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { MULTI_REGION_PARAMETER_TYPE } from '../../../src/wire/systems-manager';
import { World, type Crash, type RequestOptions } from '../world';

const HOME = 'eu-west-1';
const NAME = '/mail/endpoint-id';
const PROPERTIES = { ParameterName: NAME, Type: 'String', Value: 'first', Regions: ['eu-central-1', 'us-east-1'], Tags: { team: 'mail' } };
const ALL = [HOME, 'eu-central-1', 'us-east-1'];

class ParameterWorld {
  public readonly down = new Set<string>();
  public readonly simulator: SystemsManagerSimulator;
  public readonly world: World;

  constructor(options: SystemsManagerSimulatorOptions = {}) {
    this.simulator = new SystemsManagerSimulator({ ...options, regionsDown: this.down });
    this.world = new World({
      region: HOME, simulators: [this.simulator],
      handlers: client => systemsManagerHandlers(region => new SdkParameters(client('SSM', region))),
    });
  }

  public create(changes: object = {}, options: Partial<RequestOptions> = {}) {
    return this.world.request({ operation: 'Create', type: MULTI_REGION_PARAMETER_TYPE, properties: { ...PROPERTIES, ...changes }, ...options });
  }

  public update(physicalId: string, changes: object, before: object = {}) {
    return this.world.request({
      operation: 'Update', type: MULTI_REGION_PARAMETER_TYPE, physicalId,
      properties: { ...PROPERTIES, ...changes }, oldProperties: { ...PROPERTIES, ...before },
    });
  }

  public delete(physicalId: string, changes: object = {}) {
    return this.world.request({ operation: 'Delete', type: MULTI_REGION_PARAMETER_TYPE, physicalId, properties: { ...PROPERTIES, ...changes } });
  }

  public values(regions: readonly string[] = ALL): (string | undefined)[] {
    return regions.map(region => this.simulator.valueIn(region, NAME));
  }
}

describe('create', () => {
  test('puts the value into every Region, with the declared tags and the owner', async () => {
    const { create, simulator, values } = bound(new ParameterWorld());

    const answer = await create();

    expect(answer).toMatchObject({
      Status: 'SUCCESS', Data: { 'ParameterName': NAME, 'Version.eu-west-1': '1', 'Version.eu-central-1': '1', 'Version.us-east-1': '1' },
    });
    expect(values()).toEqual(['first', 'first', 'first']);
    ALL.forEach(region => expect(simulator.tagsIn(region, NAME)).toMatchObject({ team: 'mail', [OWNER_TAG_KEY]: expect.any(String) }));
  });

  test('refuses a name that somebody else uses at home, and leaves it alone', async () => {
    const { create, delete: remove, simulator, values } = bound(new ParameterWorld());
    simulator.seed({ region: HOME, name: NAME, value: 'theirs' });

    const answer = await create();

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(/exists in eu-west-1 and does not belong to this stack.*another parameterName/);
    expect(await remove(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual(['theirs', undefined, undefined]);
  });

  test('refuses a name that somebody else uses in another Region, and the rollback leaves only theirs', async () => {
    const { create, delete: remove, simulator, values } = bound(new ParameterWorld());
    simulator.seed({ region: 'us-east-1', name: NAME, value: 'theirs' });

    const answer = await create();

    expect(answer.Reason).toMatch(/exists in us-east-1/);
    expect(await remove(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual([undefined, undefined, 'theirs']);
  });

  test('waits for a Region that is down, and says which one when the time is over', async () => {
    const { create, delete: remove, down, values } = bound(new ParameterWorld());
    down.add('us-east-1');

    const answer = await create({ TimeoutSeconds: 120 });

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(/not finished within.*In us-east-1/);
    down.clear();
    expect(await remove(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual([undefined, undefined, undefined]);
  });

  test.each([...Array(9).keys()].flatMap(index => [true, false].map(effect => ({ atCall: index + 1, effect }))))(
    'survives a crash at a call: %o', async (crash: Crash) => {
      const parameters = new ParameterWorld();
      parameters.world.crashAt(crash);
      const { create, delete: remove, values } = bound(parameters);

      const answer = await create();

      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect(values()).toEqual(['first', 'first', 'first']);
      await remove(answer.PhysicalResourceId);
      expect(values()).toEqual([undefined, undefined, undefined]);
    });

  test('never takes over what RETAIN has kept', async () => {
    const { create, delete: remove, values } = bound(new ParameterWorld());
    await create();

    const answer = await create({ Value: 'second' });

    expect(answer.Reason).toMatch(/earlier deployment.*has been kept/);
    expect(await remove(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual(['first', 'first', 'first']);
  });
});

describe('update', () => {
  test('changes the value in every Region under the same id', async () => {
    const { create, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    const answer = await update(PhysicalResourceId, { Value: 'second' });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId, Data: { 'Version.us-east-1': '2' } });
    expect(values()).toEqual(['second', 'second', 'second']);
  });

  test.each([{ Description: 'What it is' }, { Tier: 'Advanced' }])('changes what no read shows in every Region, once: %o', async change => {
    const { create, update } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    const answer = await update(PhysicalResourceId, change);

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { 'Version.eu-west-1': '2', 'Version.eu-central-1': '2', 'Version.us-east-1': '2' } });
  });

  test('adds and removes Regions', async () => {
    const { create, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    await update(PhysicalResourceId, { Regions: ['eu-north-1'] });

    expect(values([...ALL, 'eu-north-1'])).toEqual(['first', undefined, undefined, 'first']);
  });

  test('a Region that is down fails it, and the rollback puts the old value back everywhere', async () => {
    const { create, down, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    down.add('us-east-1');

    const answer = await update(PhysicalResourceId, { Value: 'second', TimeoutSeconds: 120 });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId });
    down.clear();
    expect(await update(PhysicalResourceId, {}, { Value: 'second' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect(values()).toEqual(['first', 'first', 'first']);
  });

  test('description and tier change in every Region', async () => {
    const { create, simulator, update } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create({ Description: 'old' });

    expect(await update(PhysicalResourceId, { Description: 'new', Tier: 'Advanced' }, { Description: 'old' })).toMatchObject({ Status: 'SUCCESS' });

    ALL.forEach(region => expect(simulator.described(region, NAME)).toEqual({ description: 'new', tier: 'Advanced' }));
  });

  test('a rollback to the standard tier succeeds, though Systems Manager makes no advanced parameter a standard one', async () => {
    const { create, simulator, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    await update(PhysicalResourceId, { Value: 'second', Tier: 'Advanced' });

    expect(await update(PhysicalResourceId, {}, { Value: 'second', Tier: 'Advanced' })).toMatchObject({ Status: 'SUCCESS' });
    expect(await update(PhysicalResourceId, { Value: 'third', Tier: 'Standard' })).toMatchObject({ Status: 'SUCCESS' });

    expect(values()).toEqual(['third', 'third', 'third']);
    ALL.forEach(region => expect(simulator.described(region, NAME)).toMatchObject({ tier: 'Advanced' }));
  });

  test('another name replaces it, and the Delete of the old one removes every copy', async () => {
    const { create, delete: remove, simulator, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    const answer = await update(PhysicalResourceId, { ParameterName: '/mail/other' });
    expect(answer.PhysicalResourceId).not.toBe(PhysicalResourceId);
    await remove(PhysicalResourceId);

    expect(values()).toEqual([undefined, undefined, undefined]);
    expect(simulator.valueIn('us-east-1', '/mail/other')).toBe('first');
  });

  test('another type is refused with the way out', async () => {
    const { create, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    const answer = await update(PhysicalResourceId, { Type: 'StringList', Value: 'a,b' });

    expect(answer.Reason).toMatch(/is a String.*StringList.*another parameterName/);
    expect(values()).toEqual(['first', 'first', 'first']);
  });

  test('48 tags are replaced by 48 of other names', async () => {
    const { create, simulator, update } = bound(new ParameterWorld());
    const tags = (prefix: string) => Object.fromEntries([...Array(48).keys()].map(index => [`${prefix}${index}`, 'x']));
    const { PhysicalResourceId } = await create({ Tags: tags('a') });

    expect(await update(PhysicalResourceId, { Tags: tags('b') }, { Tags: tags('a') })).toMatchObject({ Status: 'SUCCESS' });
    ALL.forEach(region => expect(Object.keys(simulator.tagsIn(region, NAME)!).filter(key => /^[ab]\d/.test(key))).toHaveLength(48));
    expect(simulator.tagsIn('us-east-1', NAME)).toHaveProperty('b7');
  });

  test('a copy that somebody has deleted is created again', async () => {
    const { create, simulator, update, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.lose('us-east-1', NAME);

    await update(PhysicalResourceId, { Value: 'second' });

    expect(values()).toEqual(['second', 'second', 'second']);
  });

  test('reads that are behind do no harm', async () => {
    const { create, update, values } = bound(new ParameterWorld({ lagSeconds: 5 }));
    const { PhysicalResourceId } = await create();

    expect(await update(PhysicalResourceId, { Value: 'second' })).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual(['second', 'second', 'second']);
  });
});

describe('delete', () => {
  test('needs neither the other properties nor a schema that it knows', async () => {
    const { create, delete: remove, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();

    expect(await remove(PhysicalResourceId, { Schema: '9', Regions: undefined, Later: 'x' })).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual([undefined, undefined, undefined]);
  });

  test('of one that has no owner tag fails and says so, and leaves it alone', async () => {
    const { create, delete: remove, simulator, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.lose('eu-west-1', NAME);
    simulator.seed({ region: 'eu-west-1', name: NAME, value: 'first' });

    expect(await remove(PhysicalResourceId)).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/Parameter '\/mail\/endpoint-id' in eu-west-1 does not carry the tag cdk-multi-region:owner=.*retain the resource/),
    });
    expect(values()).toEqual(['first', 'first', 'first']);
  });

  test('leaves a copy alone that is not ours any more', async () => {
    const { create, delete: remove, simulator, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.lose('us-east-1', NAME);
    simulator.seed({ region: 'us-east-1', name: NAME, value: 'theirs' });

    expect(await remove(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual([undefined, undefined, 'theirs']);
  });

  test('finds its copies after somebody has deleted the parameter at home, which lists them', async () => {
    const { create, delete: remove, simulator, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.lose(HOME, NAME);
    simulator.lose('us-east-1', NAME);
    simulator.seed({ region: 'us-east-1', name: NAME, value: 'theirs' });

    expect(await remove(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual([undefined, undefined, 'theirs']);
  });
});

describe('after a change that came only to some Regions', () => {
  test('an update brings the tags of all to what is declared', async () => {
    const { create, update, simulator } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.retag('us-east-1', NAME, { team: 'post' });

    expect(await update(PhysicalResourceId, {}, { Tags: { team: 'post' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(simulator.tagsIn('us-east-1', NAME)).toMatchObject({ team: 'mail' });
  });

  test('and removes there what was declared before', async () => {
    const { create, update, simulator } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.retag('us-east-1', NAME, { stage: 'test' });

    expect(await update(PhysicalResourceId, {}, { Tags: { stage: 'test' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(simulator.tagsIn('us-east-1', NAME)).not.toHaveProperty('stage');
  });

  test('and takes up copies in Regions that are no longer declared, when the list of them is lost', async () => {
    const { create, update, simulator, values } = bound(new ParameterWorld());
    const { PhysicalResourceId } = await create();
    simulator.lose(HOME, NAME);

    expect(await update(PhysicalResourceId, { Regions: ['us-east-1'] })).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual(['first', undefined, 'first']);
  });
});

/** The methods of a world, to be used on their own. */
function bound(world: ParameterWorld) {
  return {
    create: world.create.bind(world), update: world.update.bind(world), delete: world.delete.bind(world), values: world.values.bind(world),
    simulator: world.simulator, down: world.down,
  };
}
