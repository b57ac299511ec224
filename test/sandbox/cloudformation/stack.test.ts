import { custom, MINUTE, REGION, TOKEN, World } from './world';
import { CustomResourceEvent } from '../../../sandbox/cloudformation/custom-resource';

const INVENTED = /^Game-Slow-[A-Z0-9]{12}$/;

/** Answers at once, but for the resource `Slow` after ten minutes and for `Bad` with a failure. */
const slowAndBad = (event: CustomResourceEvent, world: World) => {
  if (event.RequestType === 'Delete') {
    world.answer(event);
  } else if (event.LogicalResourceId === 'Slow') {
    world.clock.setTimeout(() => world.answer(event, { PhysicalResourceId: 'the-real-id' }), 10 * MINUTE);
  } else if (event.LogicalResourceId === 'Bad' && event.ResourceProperties.bad !== 'no') {
    world.clock.setTimeout(() => world.answer(event, { Status: 'FAILED', Reason: 'no luck', PhysicalResourceId: 'half-made' }), MINUTE);
  } else {
    world.answer(event);
  }
};

describe('create', () => {
  test('goes in the order of the dependencies, in parallel where there are none', async () => {
    const world = new World((event, self) => { self.clock.setTimeout(() => self.answer(event), MINUTE); });

    const started = world.clock.now();
    const result = await world.deploy({
      C: custom({ b: { 'Fn::GetAtt': ['B', 'X'] } }, { DependsOn: 'A' }),
      A: custom(),
      B: { Type: 'AWS::SNS::Topic' },
    }, { Outputs: { Id: { Value: { Ref: 'C' } }, Arn: { Value: { 'Fn::GetAtt': ['B', 'TopicArn'] } } } });

    expect(result).toMatchObject({ status: 'CREATE_COMPLETE', outputs: { Id: 'id-of-C' } });
    expect(result.outputs.Arn).toMatch(/^arn:aws:sns:eu-west-1:111122223333:topic\/Game-B-/);
    expect(world.requests()).toEqual(['Create A -', 'Create C -']);
    expect(world.clock.now() - started).toBe(2 * MINUTE);
    expect(world.log('A')).toEqual(['A CREATE_IN_PROGRESS', 'A CREATE_IN_PROGRESS', 'A CREATE_COMPLETE']);
    expect(world.reason('A', 'CREATE_IN_PROGRESS')).toBe('Resource creation Initiated');
    expect(world.log('Game')).toEqual(['Game CREATE_IN_PROGRESS', 'Game CREATE_COMPLETE']);
  });

  test('leaves out what its condition excludes', async () => {
    const world = new World();

    const result = await world.deploy({ A: custom({}, { Condition: 'Never' }), B: custom({}, { DependsOn: 'A' }) }, {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Outputs: { O: { Value: { Ref: 'A' }, Condition: 'Never' } },
    });

    expect(result).toMatchObject({ status: 'CREATE_COMPLETE', outputs: {} });
    expect(world.requests()).toEqual(['Create B -']);
  });

  test('resolves parameters: defaults, given ones, lists and the bootstrap version', async () => {
    const world = new World();
    const Parameters = {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
      Ports: { Type: 'CommaDelimitedList', Default: '1,2' },
      Name: { Type: 'String' },
    };

    await world.deploy({ A: custom({ v: { Ref: 'BootstrapVersion' }, p: { Ref: 'Ports' }, n: { Ref: 'Name' } }) },
      { Parameters, parameters: { Name: 'x' } });

    expect(world.received[0].ResourceProperties).toEqual({ ServiceToken: TOKEN, v: '30', p: ['1', '2'], n: 'x' });
    await expect(world.deploy({ A: custom() }, { Parameters, stackName: 'Other' }))
      .rejects.toThrow('Parameters: [Name] must have values');
    await expect(world.deploy({ A: custom() }, { parameters: { X: 'x' }, stackName: 'Other' }))
      .rejects.toThrow('Parameters: [X] do not exist in the template');
  });

  test('fails when the answer lacks an attribute', async () => {
    const world = new World((event, self) => { self.answer(event, { Data: { Present: 'yes' } }); });

    const result = await world.deploy({
      A: custom(),
      B: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::GetAtt': ['A', 'Absent'] } } },
    });

    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(world.reason('B', 'CREATE_FAILED'))
      .toMatch(/Vendor response doesn't contain Absent key in object arn:aws:cloudformation:.*\|A in S3 bucket/);
    expect(world.requests()).toEqual(['Create A -', 'Delete A id-of-A']);
  });

  test('of an existing stack is refused', async () => {
    const world = new World();
    await world.deploy({ A: custom() });

    await expect(world.run(world.cloudFormation.createStack({ stackName: 'Game', region: REGION, template: {} })))
      .rejects.toThrow('Stack [Game] already exists');
  });
});

describe('rollback of create', () => {
  test('deletes everything in reverse order, the failed resource with the id that it answered', async () => {
    const world = new World(slowAndBad);

    const result = await world.deploy({
      First: custom(), Second: custom({ first: { Ref: 'First' } }), Bad: custom({ second: { Ref: 'Second' } }), Never: custom({}, { DependsOn: 'Bad' }),
    });

    expect(result).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      outputs: {},
    });
    expect(world.requests(3)).toEqual(['Delete Bad half-made', 'Delete Second id-of-Second', 'Delete First id-of-First']);
    expect(world.reason('Game', 'ROLLBACK_IN_PROGRESS'))
      .toBe('The following resource(s) failed to create: [Bad]. Rollback requested by user.');
    expect(world.reason('Bad', 'CREATE_FAILED')).toMatch(
      /^Received response status \[FAILED\] from custom resource. Message returned: no luck \(RequestId: [0-9a-f-]{36}\)$/);
    expect(world.log('Never')).toEqual([]);
    expect(world.cloudFormation.findStack({ stackName: 'Game', region: REGION })!.resources.size).toBe(0);
  });

  test('does not wait for a create in progress, deletes it with an invented id and ignores its late answer', async () => {
    const world = new World(slowAndBad);
    const started = world.clock.now();

    const result = await world.deploy({ Slow: custom({ n: 1 }), Bad: custom() });

    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(world.clock.now() - started).toBeLessThan(2 * MINUTE);
    expect(world.reason('Slow', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    const deletion = world.received.find(event => event.RequestType === 'Delete' && event.LogicalResourceId === 'Slow')!;
    expect(deletion.PhysicalResourceId).toMatch(INVENTED);
    expect(deletion.ResourceProperties).toEqual({ ServiceToken: TOKEN, n: '1' });

    const late = world.buckets.requests[0];
    await world.run(world.clock.sleep(10 * MINUTE));
    expect(late.status).toBe('cancelled');
    expect(late.answers).toEqual([expect.objectContaining({ effective: false, note: 'ignored: the request is cancelled already' })]);
    expect(result.reason).toBeUndefined();
    expect(world.reason('Game', 'ROLLBACK_IN_PROGRESS')).toContain('[Bad, Slow]');
  });

  test('an answer that arrives just before the failure counts', async () => {
    const world = new World((event, self) => {
      if (event.RequestType === 'Create') {
        const failed = event.LogicalResourceId === 'Bad';
        self.clock.setTimeout(() => {
          if (failed) {
            self.answer(self.received[0], { PhysicalResourceId: 'in-time' });
          }
          self.answer(event, failed ? { Status: 'FAILED', Reason: '' } : {});
        }, failed ? MINUTE : 2 * MINUTE);
      } else {
        self.answer(event);
      }
    });

    await world.deploy({ Slow: custom(), Bad: custom() });

    expect(world.log('Slow')).toContain('Slow CREATE_COMPLETE');
    expect(world.requests(2)).toContain('Delete Slow in-time');
  });

  test('a native resource in progress is deleted with its own id', async () => {
    const world = new World((event, self) => { self.answer(event, { Status: event.RequestType === 'Delete' ? 'SUCCESS' : 'FAILED' }); });

    const result = await world.deploy({ Topic: { Type: 'AWS::SNS::Topic' }, Bad: custom() });

    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(world.reason('Topic', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    expect(world.inventory.list()).toEqual([]);
  });

  test('ends in ROLLBACK_FAILED when a delete fails, and keeps what the resource needs', async () => {
    const world = new World((event, self) => { self.answer(event, { Status: event.LogicalResourceId === 'Bad' ? 'FAILED' : 'SUCCESS' }); });

    const result = await world.deploy({ Needed: custom(), Free: custom(), Bad: custom({ n: { Ref: 'Needed' } }) });

    expect(result).toMatchObject({ status: 'ROLLBACK_FAILED', reason: 'The following resource(s) failed to delete: [Bad].' });
    expect([...world.cloudFormation.stacks[0].resources.keys()]).toEqual(['Needed', 'Bad']);
  });

  test('keeps a resource with Retain and deletes one with RetainExceptOnCreate', async () => {
    const world = new World(slowAndBad);

    await world.deploy({
      Kept: custom({}, { DeletionPolicy: 'Retain' }),
      Gone: custom({}, { DeletionPolicy: 'RetainExceptOnCreate' }),
      Bad: custom(),
    });

    expect(world.log('Kept')).toContain('Kept DELETE_SKIPPED');
    expect(world.requests(3).sort()).toEqual(['Delete Bad half-made', 'Delete Gone id-of-Gone']);
  });

  test('the next deploy deletes the remains of the stack and creates it again', async () => {
    const world = new World(slowAndBad);
    await world.deploy({ Bad: custom() });

    const result = await world.deploy({ Bad: custom({ bad: 'no' }) });

    expect(result.status).toBe('CREATE_COMPLETE');
    expect(world.log('Game')).toContain('Game DELETE_COMPLETE');
  });
});

describe('update', () => {
  test('without a change does nothing', async () => {
    const world = new World();
    const first = await world.deploy({ A: custom() });

    await expect(world.deploy({ A: custom() })).resolves.toEqual(first);
    await expect(world.run(world.cloudFormation.updateStack(
      { stackName: 'Game', region: REGION, template: { Resources: { A: custom() } } }))).rejects.toThrow('No updates are to be performed.');
    expect(world.requests()).toEqual(['Create A -']);
  });

  test('sends old and new properties, only of what changed', async () => {
    const world = new World();
    await world.deploy({ A: custom({ size: 1 }), B: custom({ same: true }) });

    const result = await world.deploy({ A: custom({ size: 2 }), B: custom({ same: 'true' }) });

    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(world.requests(2)).toEqual(['Update A id-of-A']);
    expect(world.received[2]).toMatchObject({
      ResourceProperties: { ServiceToken: TOKEN, size: '2' },
      OldResourceProperties: { ServiceToken: TOKEN, size: '1' },
    });
    expect(world.log('Game').slice(2)).toEqual(
      ['Game UPDATE_IN_PROGRESS', 'Game UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Game UPDATE_COMPLETE']);
  });

  test('reaches a resource whose properties changed through a referenced attribute only', async () => {
    const world = new World((event, self) => { self.answer(event, { Data: { Size: event.ResourceProperties.size ?? '' } }); });
    const user = custom({ of: { 'Fn::GetAtt': ['A', 'Size'] } });
    await world.deploy({ A: custom({ size: 1 }), User: user });

    await world.deploy({ A: custom({ size: 2 }), User: user });

    expect(world.requests(2)).toEqual(['Update A id-of-A', 'Update User id-of-User']);
    expect(world.received[3].ResourceProperties.of).toBe('2');
  });

  test('a new physical id is a replacement: the old resource is deleted with its old properties in the clean-up', async () => {
    const world = new World((event, self) => { self.answer(event, { PhysicalResourceId: `id-${event.ResourceProperties.size ?? 'user'}` }); });
    const user = custom({ of: { Ref: 'A' } });
    await world.deploy({ A: custom({ size: 1 }), User: user });
    world.cloudFormation.events.length = 0;

    const result = await world.deploy({ A: custom({ size: 2 }), User: user });

    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(world.requests(2)).toEqual(['Update A id-1', 'Update User id-user', 'Delete A id-1']);
    expect(world.received[4].ResourceProperties.size).toBe('1');
    expect(world.reason('A', 'UPDATE_IN_PROGRESS'))
      .toBe('Requested update requires the creation of a new physical resource; hence creating one.');
    expect(world.log().indexOf('A DELETE_IN_PROGRESS')).toBeGreaterThan(world.log().indexOf('Game UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'));
    expect(world.cloudFormation.stacks[0].resources.get('A')!.physicalId).toBe('id-2');
  });

  test('UpdateReplacePolicy Retain keeps the old resource', async () => {
    const world = new World((event, self) => { self.answer(event, { PhysicalResourceId: `id-${event.ResourceProperties.size}` }); });
    await world.deploy({ A: custom({ size: 1 }, { UpdateReplacePolicy: 'Retain' }) });

    await world.deploy({ A: custom({ size: 2 }, { UpdateReplacePolicy: 'Retain' }) });

    expect(world.requests(1)).toEqual(['Update A id-1']);
    expect(world.log('A').at(-1)).toBe('A DELETE_SKIPPED');
  });

  test('removed resources are deleted in the clean-up, in reverse order, unless they are retained', async () => {
    const world = new World();
    await world.deploy({
      A: custom(), B: custom({ a: { Ref: 'A' } }), Kept: custom({}, { DeletionPolicy: 'Retain' }), Stays: custom(),
    });

    const result = await world.deploy({ Stays: custom(), New: custom() });

    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(world.requests(4)).toEqual(['Create New -', 'Delete B id-of-B', 'Delete A id-of-A']);
    expect(world.log('Kept').at(-1)).toBe('Kept DELETE_SKIPPED');
    expect([...world.cloudFormation.stacks[0].resources.keys()]).toEqual(['Stays', 'New']);
  });

  test('the clean-up tries a delete three times and then lets go of the resource', async () => {
    const world = new World((event, self) => { self.answer(event, { Status: event.RequestType === 'Delete' ? 'FAILED' : 'SUCCESS' }); });
    await world.deploy({ A: custom(), B: custom() });

    const result = await world.deploy({ B: custom() });

    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(world.requests(2)).toEqual(Array(3).fill('Delete A id-of-A'));
    expect(world.log('A').at(-1)).toBe('A DELETE_FAILED');
    expect([...world.cloudFormation.stacks[0].resources.keys()]).toEqual(['B']);
  });

  test('a changed type is refused before anything happens', async () => {
    const world = new World();
    await world.deploy({ A: custom() });

    await expect(world.deploy({ A: { Type: 'AWS::SNS::Topic' } })).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]');
    expect(world.cloudFormation.stacks[0].status).toBe('CREATE_COMPLETE');
  });

  test('a changed service token is refused without a request', async () => {
    const world = new World();
    await world.deploy({ A: custom({ n: 1 }) });

    const result = await world.deploy({ A: custom({ n: 2, ServiceToken: `${TOKEN}-2` }) });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.reason('A', 'UPDATE_FAILED')).toBe('Modifying service token is not allowed.');
    expect(world.requests()).toEqual(['Create A -']);
  });
});

describe('rollback of update', () => {
  test('reverses what was updated or failed, and deletes what was created', async () => {
    const world = new World((event, self) => {
      self.answer(event, event.LogicalResourceId === 'Bad' && event.ResourceProperties.n === '2' ? { Status: 'FAILED', Reason: 'no' } : {});
    });
    await world.deploy({ A: custom({ n: 1 }), Bad: custom({ n: 1 }), Same: custom() });

    const result = await world.deploy({
      A: custom({ n: 2 }), New: custom({ a: { Ref: 'A' } }), Bad: custom({ n: 2 }, { DependsOn: 'New' }), Same: custom(),
    });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.requests(3)).toEqual([
      'Update A id-of-A', 'Create New -', 'Update Bad id-of-Bad', 'Update A id-of-A', 'Update Bad id-of-Bad', 'Delete New id-of-New',
    ]);
    expect(world.received[6]).toMatchObject({ ResourceProperties: { n: '1' }, OldResourceProperties: { n: '2' } });
    expect(world.received[7]).toMatchObject({ ResourceProperties: { n: '1' }, OldResourceProperties: { n: '2' } });
    expect(world.reason('Game', 'UPDATE_ROLLBACK_IN_PROGRESS')).toBe('The following resource(s) failed to update: [Bad].');
    expect(world.log('Game').slice(-3)).toEqual([
      'Game UPDATE_ROLLBACK_IN_PROGRESS', 'Game UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'Game UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect([...world.cloudFormation.stacks[0].resources.keys()]).toEqual(['A', 'Bad', 'Same']);
  });

  test('cancels updates and creates in progress: known old id for the one, invented id for the other', async () => {
    const world = new World((event, self) => {
      if (event.RequestType === 'Create' && event.LogicalResourceId !== 'Slow') {
        self.answer(event);
      } else {
        slowAndBad(event, self);
      }
    });
    await world.deploy({ Bad: custom({ bad: 'no' }), Updated: custom({ n: 1 }) });
    const slowUpdate = (event: CustomResourceEvent, self: World) => {
      if (event.LogicalResourceId === 'Updated' && event.ResourceProperties.n === '2') {
        self.clock.setTimeout(() => self.answer(event, { PhysicalResourceId: 'replacement' }), 30 * MINUTE);
      } else {
        slowAndBad(event, self);
      }
    };
    world.handler = slowUpdate;

    const result = await world.deploy({ Bad: custom({ bad: 'yes' }), Updated: custom({ n: 2 }), Slow: custom() });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.reason('Updated', 'UPDATE_FAILED')).toBe('Resource update cancelled');
    expect(world.reason('Slow', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    const rollback = world.received.slice(5);
    expect(rollback.find(event => event.LogicalResourceId === 'Updated')).toMatchObject({
      RequestType: 'Update', PhysicalResourceId: 'id-of-Updated', ResourceProperties: { n: '1' }, OldResourceProperties: { n: '2' },
    });
    expect(rollback.find(event => event.LogicalResourceId === 'Slow')!.PhysicalResourceId).toMatch(INVENTED);
    await world.run(world.clock.sleep(30 * MINUTE));
    expect(world.cloudFormation.stacks[0].resources.get('Updated')!.physicalId).toBe('id-of-Updated');
  });

  const replacing = (event: CustomResourceEvent, self: World) => {
    if (event.LogicalResourceId === 'Bad') {
      self.clock.setTimeout(() => self.answer(event, { Status: event.ResourceProperties.n === '2' ? 'FAILED' : 'SUCCESS' }), MINUTE);
    } else {
      self.answer(event, { PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : `id-${event.ResourceProperties.n}` });
    }
  };

  test('of a replacement: an update with the old properties, then the id that is left over is deleted', async () => {
    const world = new World(replacing);
    await world.deploy({ A: custom({ n: 1 }), Bad: custom({ n: 1 }) });

    const result = await world.deploy({ A: custom({ n: 2 }), Bad: custom({ n: 2 }) });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.requests(4).filter(line => line.includes(' A '))).toEqual(['Update A id-2', 'Delete A id-2']);
    expect(world.cloudFormation.stacks[0].resources.get('A')!.physicalId).toBe('id-1');
  });

  test('of a replacement, in the other reading: only the new resource is deleted', async () => {
    const world = new World(replacing, { rollsReplacementBackByUpdate: false });
    await world.deploy({ A: custom({ n: 1 }), Bad: custom({ n: 1 }) });

    await world.deploy({ A: custom({ n: 2 }), Bad: custom({ n: 2 }) });

    expect(world.requests(4).filter(line => line.includes(' A '))).toEqual(['Delete A id-2']);
    expect(world.cloudFormation.stacks[0].resources.get('A')).toMatchObject({ physicalId: 'id-1', properties: { n: '1' } });
  });

  test('of a native replacement goes back to the old resource', async () => {
    const world = new World(replacing);
    const topic = (name: string) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName: name } });
    await world.deploy({ Topic: topic('one'), Bad: custom({ n: 1 }) });

    await world.deploy({ Topic: topic('two'), Bad: custom({ n: 2 }) });

    expect(world.inventory.list().map(item => item.id)).toEqual(['arn:aws:sns:eu-west-1:111122223333:topic/one']);
    expect(world.cloudFormation.stacks[0].resources.get('Topic')!.physicalId).toMatch(/one$/);
  });

  test('a failed update that answers another id: the rollback goes on from that id', async () => {
    const world = new World((event, self) => {
      const failed = event.RequestType === 'Update' && event.ResourceProperties.n === '2';
      self.answer(event, failed ? { Status: 'FAILED', PhysicalResourceId: 'other' } : {});
    });
    await world.deploy({ A: custom({ n: 1 }) });

    const result = await world.deploy({ A: custom({ n: 2 }) });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.requests(1)).toEqual(['Update A id-of-A', 'Update A other', 'Delete A id-of-A']);
  });

  test('keeps a new resource with Retain and deletes one with RetainExceptOnCreate', async () => {
    const world = new World(replacing);
    await world.deploy({ Bad: custom({ n: 1 }) });

    await world.deploy({
      Bad: custom({ n: 2 }),
      Kept: custom({ n: 'kept' }, { DeletionPolicy: 'Retain' }),
      Gone: custom({ n: 'gone' }, { DeletionPolicy: 'RetainExceptOnCreate' }),
    });

    expect(world.log('Kept').at(-1)).toBe('Kept DELETE_SKIPPED');
    expect(world.requests().filter(line => line.startsWith('Delete'))).toEqual(['Delete Gone id-gone']);
  });

  test('that fails can be continued, or continued without the resource', async () => {
    let broken = true;
    const world = new World((event, self) => {
      self.answer(event, broken && event.RequestType === 'Update' && event.LogicalResourceId === 'Bad' ? { Status: 'FAILED' } : {});
    });
    const reference = { stackName: 'Game', region: REGION };
    await world.deploy({ Bad: custom({ n: 1 }), After: custom({ n: 1 }, { DependsOn: 'Bad' }) });

    const failed = await world.deploy({ Bad: custom({ n: 2 }), After: custom({ n: 2 }, { DependsOn: 'Bad' }) });
    expect(failed).toMatchObject({ status: 'UPDATE_ROLLBACK_FAILED', reason: 'The following resource(s) failed to update: [Bad].' });
    await expect(world.deploy({ Bad: custom({ n: 3 }) })).rejects.toThrow('is in UPDATE_ROLLBACK_FAILED state and can not be updated.');

    expect(await world.run(world.cloudFormation.continueUpdateRollback(reference))).toMatchObject({ status: 'UPDATE_ROLLBACK_FAILED' });
    const skipped = await world.run(world.cloudFormation.continueUpdateRollback({ ...reference, resourcesToSkip: ['Bad'] }));
    expect(skipped.status).toBe('UPDATE_ROLLBACK_COMPLETE');

    broken = false;
    expect(await world.deploy({ Bad: custom({ n: 3 }) })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });

  test('can be asked for', async () => {
    const world = new World((event, self) => {
      if (event.ResourceProperties.n === '1') {
        self.answer(event);
      }
    });
    const reference = { stackName: 'Game', region: REGION };
    await world.deploy({ A: custom({ n: 1 }) });
    world.clock.setTimeout(() => world.cloudFormation.cancelUpdateStack(reference), MINUTE);

    const result = await world.deploy({ A: custom({ n: 2 }) });

    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.requests(1)).toEqual(['Update A id-of-A', 'Update A id-of-A']);
    expect(() => world.cloudFormation.cancelUpdateStack(reference)).toThrow('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('delete', () => {
  test('goes in reverse order and keeps what is retained', async () => {
    const world = new World();
    await world.deploy({
      A: custom(), B: custom({ a: { Ref: 'A' } }), K: custom({}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    });

    expect(await world.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(world.requests(3)).toEqual(['Delete B id-of-B', 'Delete A id-of-A']);
    expect(world.log('K').at(-1)).toBe('K DELETE_SKIPPED');
    expect(world.cloudFormation.stacks).toEqual([]);
  });

  test('that fails leaves the stack, and can be repeated or told to retain', async () => {
    const world = new World((event, self) => { self.answer(event, { Status: event.RequestType === 'Delete' ? 'FAILED' : 'SUCCESS' }); });
    await world.deploy({ A: custom() });

    expect(await world.destroy()).toMatchObject({
      status: 'DELETE_FAILED', reason: 'The following resource(s) failed to delete: [A].',
    });
    expect(await world.run(world.cloudFormation.deleteStack({ stackName: 'Game', region: REGION, retainResources: ['A'] })))
      .toMatchObject({ status: 'DELETE_COMPLETE' });
  });

  test('of a stack that does not exist is done already', async () => {
    expect(await new World().destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
  });

  test('while the stack is being created cancels the create', async () => {
    const world = new World(slowAndBad);
    const created = world.deploy({ Slow: custom(), Done: custom() });
    const deleted = world.clock.sleep(MINUTE).then(() => world.cloudFormation.deleteStack({ stackName: 'Game', region: REGION }));
    await created;

    expect(await deleted).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(world.reason('Slow', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    expect(world.received.find(event => event.RequestType === 'Delete' && event.LogicalResourceId === 'Slow')!.PhysicalResourceId)
      .toMatch(INVENTED);
    expect(world.log('Game').join()).not.toContain('ROLLBACK');
  });

  test('while the stack is being updated is refused', async () => {
    const world = new World();
    await world.deploy({ A: custom({ n: 1 }) });
    world.handler = (event, self) => { self.clock.setTimeout(() => self.answer(event), 2 * MINUTE); };
    const refused = world.clock.sleep(MINUTE).then(() => world.cloudFormation.deleteStack({ stackName: 'Game', region: REGION }));
    const rejected = expect(refused).rejects.toThrow('Stack [Game] cannot be deleted while in status UPDATE_IN_PROGRESS');

    await world.deploy({ A: custom({ n: 2 }) });
    await rejected;
  });
});

describe('exports', () => {
  const Outputs = (value: unknown) => ({ O: { Value: value, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-x' } } } });
  const importer = { A: custom({ x: { 'Fn::ImportValue': 'Game-x' } }) };

  test('are seen by other stacks of the Region', async () => {
    const world = new World();
    await world.deploy({ A: custom() }, { Outputs: Outputs({ Ref: 'A' }) });
    await world.deploy(importer, { stackName: 'User' });

    expect(world.received[1].ResourceProperties.x).toBe('id-of-A');
    expect(world.cloudFormation.exports(REGION)).toEqual({ 'Game-x': 'id-of-A' });
    expect(await world.deploy(importer, { stackName: 'User', region: 'us-east-1' })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
    expect(world.reason('A', 'CREATE_FAILED')).toBe('No export named Game-x found.');
  });

  test('cannot go away or change while they are in use', async () => {
    const world = new World();
    const resources = { A: custom() };
    await world.deploy(resources, { Outputs: Outputs('one') });
    await world.deploy(importer, { stackName: 'User' });

    expect(await world.destroy()).toMatchObject({
      status: 'DELETE_FAILED', reason: 'Export Game-x cannot be deleted as it is in use by User',
    });
    expect(world.requests(2)).toEqual([]);
  });

  test('a changed or removed one rolls the update back, until nobody uses it', async () => {
    const world = new World();
    const resources = { A: custom() };
    await world.deploy(resources, { Outputs: Outputs('one') });
    await world.deploy(importer, { stackName: 'User' });

    expect(await world.deploy(resources, { Outputs: Outputs('two') })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(world.reason('Game', 'UPDATE_ROLLBACK_IN_PROGRESS')).toBe('Export Game-x cannot be updated as it is in use by User');
    expect(await world.deploy(resources)).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(world.reason('Game', 'UPDATE_ROLLBACK_IN_PROGRESS')).toBe('Export Game-x cannot be deleted as it is in use by User');
    expect(world.cloudFormation.exports(REGION)).toEqual({ 'Game-x': 'one' });

    await world.deploy({ A: custom({ x: 'literal' }) }, { stackName: 'User' });
    expect(await world.deploy(resources)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(world.cloudFormation.exports(REGION)).toEqual({});
  });

  test('have unique names', async () => {
    const world = new World();
    const clash = { O: { Value: '1', Export: { Name: 'same' } } };
    await world.deploy({ A: custom() }, { Outputs: clash });

    expect(await world.deploy({ A: custom() }, { Outputs: clash, stackName: 'Other' })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
    expect(world.reason('Other', 'ROLLBACK_IN_PROGRESS')).toContain('Export with name same is already exported by stack Game.');
  });
});

test('the same seed gives the same history', async () => {
  const history = async () => {
    const world = new World(slowAndBad);
    await world.deploy({ Slow: custom(), Topic: { Type: 'AWS::SNS::Topic' }, Bad: custom() });
    return world.cloudFormation.events;
  };

  expect(await history()).toEqual(await history());
});
