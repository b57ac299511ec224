import { custom, Handler, MINUTE, succeed, World } from './world';
import { NestedStackProvisioner } from '../../../sandbox/cloudformation/nested-stack';
import { JsonObject } from '../../../sandbox/cloudformation/template';

/** The template at `https://bucket/<size>` has a custom resource of this size. */
function nestingWorld(handler: Handler = succeed): World {
  const world = new World(handler);
  world.cloudFormation.provisioners.register('AWS::CloudFormation::Stack', new NestedStackProvisioner(() => world.cloudFormation, url => ({
    Parameters: { Name: { Type: 'String', Default: 'none' } },
    Resources: { Inner: custom({ size: url.split('/').pop(), name: { Ref: 'Name' } }) },
    Outputs: { Id: { Value: { Ref: 'Inner' } } },
  })));
  return world;
}

const nested = (size: number, Parameters: JsonObject = {}) =>
  ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `https://bucket/${size}`, Parameters } });
const user = custom({ id: { 'Fn::GetAtt': ['Nested', 'Outputs.Id'] } });

test('is created with its parameters, its outputs are attributes, and it is deleted', async () => {
  const world = nestingWorld();

  await world.deploy({ Nested: nested(1, { Name: 'x' }), User: user });
  expect(world.received[0].ResourceProperties).toMatchObject({ size: '1', name: 'x' });
  expect(world.received[1].ResourceProperties.id).toBe('id-of-Inner');
  expect(world.cloudFormation.stacks.map(({ name }) => name)).toEqual(['Game', expect.stringMatching(/^Game-Nested-[A-Z0-9]{12}$/)]);

  await world.destroy();
  expect(world.requests(2)).toEqual(['Delete User id-of-User', 'Delete Inner id-of-Inner']);
  expect(world.cloudFormation.stacks).toEqual([]);
});

test('is updated in place', async () => {
  const world = nestingWorld();
  await world.deploy({ Nested: nested(1) });

  expect(await world.deploy({ Nested: nested(2) })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(world.requests(1)).toEqual(['Update Inner id-of-Inner']);
});

test('a failure inside rolls the outer stack back', async () => {
  const world = nestingWorld((event, self) => { self.answer(event, { Status: event.ResourceProperties.size === '2' && event.RequestType !== 'Delete' ? 'FAILED' : 'SUCCESS' }); });

  expect(await world.deploy({ Nested: nested(2) }, { stackName: 'Other' })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
  expect(world.reason('Nested', 'CREATE_FAILED')).toMatch(/^Embedded stack arn:.* was not successfully created/);
  await world.deploy({ Nested: nested(1), User: user });

  expect(await world.deploy({ Nested: nested(2), User: user })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(world.reason('Nested', 'UPDATE_FAILED')).toMatch(/^Embedded stack arn:.* was not successfully updated/);
  expect(world.cloudFormation.stacks.map(({ status }) => status)).toContain('UPDATE_ROLLBACK_COMPLETE');
});

/** `Bad` fails after a minute, changes of `Inner` take ten, their rollback one. */
const slowInside: Handler = (event, world) => {
  const back = event.RequestType === 'Update' && event.ResourceProperties.size === '1';
  if (back) {
    world.clock.setTimeout(() => world.answer(event), MINUTE);
  } else if (event.RequestType === 'Delete' || event.ResourceProperties.size === '1' || event.ResourceProperties.fine) {
    world.answer(event);
  } else if (event.LogicalResourceId === 'Bad') {
    world.clock.setTimeout(() => world.answer(event, { Status: 'FAILED' }), MINUTE);
  } else {
    world.clock.setTimeout(() => world.answer(event), 10 * MINUTE);
  }
};

test('a create in progress is cancelled with the outer stack', async () => {
  const world = nestingWorld(slowInside);
  const started = world.clock.now();

  expect(await world.deploy({ Nested: nested(2), Bad: custom() })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });

  expect(world.clock.now() - started).toBeLessThan(2 * MINUTE);
  expect(world.requests().find(line => line.startsWith('Delete Inner'))).toMatch(/^Delete Inner Game-Nested-[A-Z0-9]{12}-Inner-[A-Z0-9]{12}$/);
  expect(world.cloudFormation.stacks.map(({ name }) => name)).toEqual(['Game']);
});

test('an update in progress is cancelled and rolled back with the outer stack', async () => {
  const world = nestingWorld(slowInside);
  await world.deploy({ Nested: nested(1), Bad: custom({ fine: true }) });
  const started = world.clock.now();

  expect(await world.deploy({ Nested: nested(2), Bad: custom() })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(world.clock.now() - started).toBeLessThan(3 * MINUTE);
  expect(world.requests().filter(line => line.includes('Inner'))).toEqual(['Create Inner -', 'Update Inner id-of-Inner', 'Update Inner id-of-Inner']);
});
