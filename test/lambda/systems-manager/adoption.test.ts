import { SdkParameters } from '../../../lambda/systems-manager/client';
import { systemsManagerHandlers } from '../../../lambda/systems-manager/handlers';
import { SystemsManagerSimulator } from '../../../sandbox/services/systems-manager';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { MULTI_REGION_PARAMETER_TYPE, REGIONS_TAG_KEY } from '../../../src/wire/systems-manager';
import { World, type RequestOptions } from '../world';

const HOME = 'eu-west-1';
const ELSEWHERE = 'eu-central-1';
const NAME = '/mail/id';
const ARN = `arn:aws:ssm:${HOME}:111122223333:parameter/mail/id`;
const PROPERTIES = { ParameterName: NAME, Type: 'String', Value: 'new', Regions: [ELSEWHERE] };
const ID = `parameter/${NAME}`;

function worldOf(seeded: Record<string, { type?: 'String' | 'StringList'; tags?: Record<string, string> }>) {
  const simulator = new SystemsManagerSimulator();
  Object.entries(seeded).forEach(([region, rest]) => simulator.seed({ region, name: NAME, value: 'old', ...rest }));
  const world = new World({
    region: HOME, simulators: [simulator], handlers: client => systemsManagerHandlers(region => new SdkParameters(client('SSM', region))),
  });
  const request = (operation: RequestOptions['operation'], changes: object, rest: Partial<RequestOptions> = {}) =>
    world.request({ operation, type: MULTI_REGION_PARAMETER_TYPE, properties: { ...PROPERTIES, ...changes }, ...rest });
  return { request, simulator, world, values: () => [HOME, ELSEWHERE].map(region => simulator.valueIn(region, NAME)) };
}

test.each([
  ['in one Region', { [HOME]: {} }], ['in both', { [HOME]: {}, [ELSEWHERE]: {} }],
  ['of another stack', { [HOME]: { tags: { [OWNER_TAG_KEY]: 'another', [REGIONS_TAG_KEY]: ELSEWHERE } }, [ELSEWHERE]: { tags: { [OWNER_TAG_KEY]: 'another' } } }],
])('a parameter %s is adopted by its name or ARN, and gets the declared value everywhere', async (_, seeded) => {
  for (const Adopt of [NAME, ARN]) {
    const { request, values } = worldOf(seeded);
    expect((await request('Create', {})).Reason).toMatch(`adopt: '${NAME}'`);
    expect(await request('Create', { Adopt })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ID });
    expect(values()).toEqual(['new', 'new']);

    await request('Delete', { Adopt }, { physicalId: ID });
    expect(values()).toEqual(['new', 'new']);
    await request('Delete', {}, { physicalId: ID });
    expect(values()).toEqual([undefined, undefined]);
  }
});

test.each<[string, Parameters<typeof worldOf>[0], object, RegExp]>([
  ['of another type', { [HOME]: { type: 'StringList' } }, {}, /it is a StringList in eu-west-1, not a String/],
  ['of another type elsewhere', { [HOME]: {}, [ELSEWHERE]: { type: 'StringList' } }, {}, /it is a StringList in eu-central-1/],
  ['with a copy that is not declared', { [HOME]: { tags: { [REGIONS_TAG_KEY]: ELSEWHERE } }, [ELSEWHERE]: {} }, { Regions: [] }, /has a copy in eu-central-1, which 'regions' lacks/],
  ['of another name', { [HOME]: {} }, { Adopt: '/mail/other' }, /'adopt' is \/mail\/other, but the parameter is declared as '\/mail\/id'/],
  ['that is not in the Region of the stack', { [ELSEWHERE]: {} }, {}, /no parameter '\/mail\/id' that could be adopted/],
])('a parameter %s is refused, and stays as it is', async (_, seeded, properties, reason) => {
  const { request, simulator } = worldOf(seeded);
  expect((await request('Create', { Adopt: NAME, ...properties })).Reason).toMatch(reason);
  for (const [region, { tags = {} }] of Object.entries(seeded)) {
    expect([simulator.valueIn(region, NAME), simulator.tagsIn(region, NAME)]).toEqual(['old', tags]);
  }
});

test.each(Array.from({ length: 12 }, (_, index) => index + 1))('is adopted in spite of a crash at call %i', async atCall => {
  for (const effect of [false, true]) {
    const { request, values, world } = worldOf({ [HOME]: {}, [ELSEWHERE]: {} });
    world.crashAt({ atCall, effect });
    expect(await request('Create', { Adopt: NAME })).toMatchObject({ Status: 'SUCCESS' });
    expect(values()).toEqual(['new', 'new']);
  }
});
