import { COURSES, onCourse, type Course } from './courses';
import { Dice } from './dice';
import { runHistory } from './history';
import { FUNCTION_ARN, planOf, serviceOf, type Plan, type Step } from './plan';
import { SERVICES } from './services';
import { DeployedVersions, versioned } from './versions';
import type { CustomResourceEvent } from '../../sandbox/cloudformation/custom-resource';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

function planFor(seed: number, course: Course): Plan {
  const service = serviceOf(seed, SERVICES).open(new Dice(seed, 'world'));
  return onCourse(planOf(seed, service), course, service);
}

function deploysOf(course: Course): (Step & { kind: 'deploy' })[] {
  return SEEDS.flatMap(seed => planFor(seed, course).steps).map(({ step }) => step)
    .filter((step): step is Step & { kind: 'deploy' } => step.kind === 'deploy');
}

test('the standard course is the plan of the seed', () => {
  const service = serviceOf(1, SERVICES).open(new Dice(1, 'world'));
  const plan = planOf(1, service);
  expect(onCourse(plan, 'standard', service)).toBe(plan);
});

test.each(COURSES)('one seed is one plan on the course %s', course => {
  expect(planFor(7, course)).toEqual(planFor(7, course));
});

test('without rollback there are failures that stay, each way of going on from them, and rollbacks on demand', () => {
  const plans = SEEDS.map(seed => planFor(seed, 'no rollback'));
  expect(deploysOf('no rollback').filter(({ disableRollback }) => disableRollback).length).toBeGreaterThan(SEEDS.length / 2);
  expect(new Set(plans.map(({ failedCreates }) => failedCreates))).toEqual(new Set(['update', 'create, delete', 'delete, create']));
  expect(plans.some(({ steps }) => steps.some(({ step }) => step.kind === 'roll back'))).toBe(true);
});

test('an upgrade brings a property, a schema or a type that the older function does not know', () => {
  const newer = JSON.stringify(deploysOf('upgrade').filter(({ version }) => version === 2));
  const older = JSON.stringify(deploysOf('upgrade').filter(({ version }) => version === 1));
  for (const novelty of ['"AddedLater":"yes"', '"Schema":"2"', 'AddedLater","Properties"']) {
    expect(newer).toContain(novelty);
    expect(older).not.toContain(novelty);
  }
});

test('what is retained is removed and declared again under its logical id', () => {
  const templates = planFor(SEEDS.find(seed => planFor(seed, 'retain').steps.some(({ id }) => id.endsWith('c')))!, 'retain').steps
    .filter(({ chain }) => chain === 'Game').slice(0, 3).map(({ step }) => (step as Step & { kind: 'deploy' }).template.Resources as any);
  const [kept] = Object.keys(templates[0]).filter(id => templates[0][id].DeletionPolicy === 'Retain' && !(id in templates[1]));
  expect(templates[2][kept]).toEqual({ ...templates[0][kept], DeletionPolicy: 'Delete' });
});

test.each(COURSES)('what the course %s is about happens in its histories', async course => {
  const expected = { 'standard': 'UPDATE_ROLLBACK_COMPLETE', 'no rollback': 'UPDATE_FAILED', 'upgrade': 'UPDATE_ROLLBACK_COMPLETE', 'retain': 'DELETE_SKIPPED', 'adopt': 'ROLLBACK_COMPLETE' };
  const statuses = new Set<string>();
  for (const seed of SEEDS.slice(0, 30)) {
    if (statuses.has(expected[course])) {
      break;
    }
    const { timeline } = await runHistory(seed, { course, trace: true });
    timeline.forEach(line => /CloudFormation {2}\S+ (\S+)/.exec(line)?.slice(1).forEach(status => statuses.add(status)));
  }
  expect(statuses).toContain(expected[course]);
});

describe('the function of a version', () => {
  const properties = { ServiceToken: FUNCTION_ARN, Schema: '2', AddedLater: 'yes', Name: 'n' };
  const original = {
    RequestType: 'Update', ServiceToken: FUNCTION_ARN, StackId: 's', ResourceType: 'Custom::ThingAddedLater',
    ResourceProperties: properties, OldResourceProperties: { ...properties, Name: 'old' },
  } as unknown as CustomResourceEvent;
  const hidden = { ServiceToken: FUNCTION_ARN, Schema: '1', Name: 'n' };

  async function seen(version: number, event: unknown): Promise<any> {
    const received: unknown[] = [];
    await versioned(async given => { received.push(given); return undefined; }, () => original, () => version)(event, { invokedFunctionArn: '' });
    return received[0];
  }

  test('1 sees what it does not know', async () => {
    expect(await seen(1, original)).toEqual(original);
  });

  test('2 does not see what is new', async () => {
    expect(await seen(2, original)).toMatchObject({
      ResourceType: 'Custom::Thing', ResourceProperties: hidden, OldResourceProperties: { ...hidden, Name: 'old' },
    });
  });

  test('1 sees it in what 2 has begun as well', async () => {
    const input = { request: { resourceType: 'Custom::Thing', properties: hidden, oldProperties: { ...hidden, Name: 'old' } } };
    expect(await seen(1, input)).toEqual({ request: {
      resourceType: 'Custom::ThingAddedLater', properties, oldProperties: { ...properties, Name: 'old' },
    } });
  });

  test('is taken back before anything else when an update is rolled back', () => {
    const versions = new DeployedVersions();
    const event = (status: string) => versions.takeEvent({ stackName: 'Game', logicalId: 'Game', status } as any);
    versions.ask('Game', 1);
    ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE'].forEach(event);
    versions.ask('Game', 2);
    expect(versions.of('Game')).toBe(1);
    event('UPDATE_IN_PROGRESS');
    expect(versions.of('Game')).toBe(2);
    event('UPDATE_ROLLBACK_IN_PROGRESS');
    expect(versions.of('Game')).toBe(1);
  });
});
