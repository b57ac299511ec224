import { ALIAS, foreign, INVENTED, OTHER_DIRECTORY, OTHER_PRIMARY, PRIMARY, PRIMARY_REGION, REGION, standbyId, WorkSpacesWorld } from './workspaces-world';
import type { Operation } from '../../../lambda/lifecycle/request';
import { ServiceError } from '../../../sandbox/services/service';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import type { RequestOptions } from '../world';

/*
 * The fifteen failure scenarios that every resource type has to survive (docs/architecture.md), on the three resource types of
 * WorkSpaces. 11 (logical ids) is pinned in test/workspaces/provider.test.ts; 14 (provider outlives its resources) and 15
 * (RETAIN) are shown on whole stacks in test/sandbox.
 */
interface Subject {
  readonly type: string;
  /** Everything that exists when the resource is ready. */
  readonly ready: string[];
  /** The call that gives birth. */
  readonly birth: string;
  readonly death: string;
  readonly id: RegExp;
  /** Id of what was taken away long ago. */
  readonly physicalId: string;
  readonly attributes: string[];
  /** A world in which it never gets ready. */
  readonly slow: ConstructorParameters<typeof WorkSpacesWorld>[0];
  /** What is left when somebody else's thing stays in the place. */
  readonly occupied: string[];
  request(world: WorkSpacesWorld, operation: Operation, properties?: object, rest?: Partial<RequestOptions>): RequestOptions;
  /** Puts somebody else's thing in the place. */
  occupy(world: WorkSpacesWorld): void;
}

const STANDBY = 'StandbyWorkspace AVAILABLE';
const ASSOCIATION = 'ConnectionAliasAssociation ASSOCIATED_WITH_OWNER_ACCOUNT';
const occupyStandby = (world: WorkSpacesWorld) => foreign(world, {
  primary: { region: PRIMARY_REGION, workspaceId: PRIMARY }, tags: { [OWNER_TAG_KEY]: 'somebody' },
});

const SUBJECTS: Subject[] = [
  {
    type: 'StandbyWorkspace',
    request: (world, ...args) => world.standby(...args),
    ready: [STANDBY],
    birth: 'CreateStandbyWorkspaces',
    death: 'TerminateWorkspaces',
    id: /^standby\/us-east-1\/ws-primary01\/d-9367000001#ws-[0-9a-z]{9}$/,
    physicalId: 'standby/us-east-1/ws-primary01/d-9367000001#ws-longgone1',
    attributes: ['BundleId', 'ComputerName', 'DirectoryId', 'IpAddress', 'State', 'SubnetId', 'UserName', 'WorkspaceId'],
    slow: { creationSeconds: 9999 },
    occupy: occupyStandby,
    occupied: [],
  },
  {
    type: 'StandbyWorkspaceFleet',
    request: (world, ...args) => world.fleet(...args),
    ready: [STANDBY, STANDBY],
    birth: 'CreateStandbyWorkspaces',
    death: 'TerminateWorkspaces',
    id: /^fleet\/us-east-1\/d-9367000001$/,
    physicalId: 'fleet/us-east-1/d-9367000001',
    attributes: ['FailedMemberCount', 'FailedMembers', 'MemberCount', 'Revision'],
    slow: { creationSeconds: 9999 },
    occupy: occupyStandby,
    occupied: [],
  },
  {
    type: 'ConnectionAliasAssociation',
    request: (world, ...args) => world.association(...args),
    ready: [ASSOCIATION],
    birth: 'AssociateConnectionAlias',
    death: 'DisassociateConnectionAlias',
    id: /^association\/wsca-alias0001$/,
    physicalId: `association/${ALIAS}`,
    attributes: ['AliasId', 'ConnectionIdentifier'],
    slow: { associationSeconds: 9999 },
    occupy: world => world.simulator.seedConnectionAlias({
      region: REGION, aliasId: ALIAS, connectionString: 'desktop.example.com', directoryId: OTHER_DIRECTORY,
    }),
    occupied: [ASSOCIATION],
  },
];

describe.each(SUBJECTS)('$type', subject => {
  const create = (world: WorkSpacesWorld, rest: Partial<RequestOptions> = {}) => world.request(subject.request(world, 'Create', {}, rest));
  const remove = (world: WorkSpacesWorld, physicalId: string, rest: Partial<RequestOptions> = {}) =>
    world.request(subject.request(world, 'Delete', {}, { physicalId, ...rest }));
  const succeeded = (world: WorkSpacesWorld, operation: string) => world.outcomes(operation).filter(outcome => outcome === 'success');

  describe('1. the same request twice', () => {
    test('at the same moment: made once, the same answer', async () => {
      const world = new WorkSpacesWorld();
      const answer = await create(world, { deliveries: [0, 0.1, 4] });

      expect(answer.Status).toBe('SUCCESS');
      expect(succeeded(world, subject.birth)).toHaveLength(1);
      expect(world.executions.size).toBe(1);
      expect(new Set(answer.bodies).size).toBe(1);
    });

    test('after the end: no other answer, nothing made', async () => {
      const world = new WorkSpacesWorld();
      const answer = await world.clock.run(world.send(subject.request(world, 'Create', {}, { deliveries: [0, 1500] })));
      await world.pass(1800);

      expect(new Set(answer.bodies).size).toBe(1);
      expect(world.exists()).toEqual(subject.ready);
    });

    test('after the stack has deleted it: nothing is made again', async () => {
      const world = new WorkSpacesWorld();
      const answer = await world.clock.run(world.send(subject.request(world, 'Create', {}, { deliveries: [0, 1500, 3000] })));
      await remove(world, answer.PhysicalResourceId);
      await world.pass(4000);

      expect(world.exists()).toEqual([]);
      expect(succeeded(world, subject.birth)).toHaveLength(1);
    });

    test('a repeated delete does not touch what the stack has re-created', async () => {
      const world = new WorkSpacesWorld();
      const first = await create(world);
      const deleted = world.send(subject.request(world, 'Delete', {}, { physicalId: first.PhysicalResourceId, deliveries: [0, 2500] }));
      expect((await world.clock.run(deleted)).Status).toBe('SUCCESS');
      expect((await create(world)).Status).toBe('SUCCESS');
      await world.pass(3000);

      expect(world.exists()).toEqual(subject.ready);
    });
  });

  describe('2. the function dies', () => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8])('at service call %i of a create, before and after its effect: made once', async atCall => {
      for (const effect of [false, true]) {
        const world = new WorkSpacesWorld({ relationLagSeconds: 40 });
        world.crashAt({ atCall, effect });

        expect(await create(world)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(subject.id) });
        expect(world.exists()).toEqual(subject.ready);
      }
    });

    test.each([1, 2, 3, 4, 5, 6])('at service call %i of a delete: nothing is left', async atCall => {
      for (const effect of [false, true]) {
        const world = new WorkSpacesWorld();
        const { PhysicalResourceId } = await create(world);
        world.crashAt({ atCall, effect });

        expect(await remove(world, PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
        expect(world.exists()).toEqual([]);
      }
    });
  });

  describe('3. rollback before the id is known', () => {
    test.each([0, 1, 2, 5, 30, 100, 500])('a create that is cancelled after %i s leaves nothing', async seconds => {
      const world = new WorkSpacesWorld({ invisibleSeconds: 60, relationLagSeconds: 90 });
      void world.send(subject.request(world, 'Create'));
      await world.pass(seconds);

      expect(await remove(world, INVENTED)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED });
      await world.pass(100);
      await world.pass(300);
      expect(world.exists()).toEqual([]);
    });

    test.each([30, 100, 140, 600, 3000])('a create that is delivered %i s late, after its delete, makes nothing', async late => {
      const world = new WorkSpacesWorld();
      const abandoned = world.send(subject.request(world, 'Create', {}, { deliveries: [late] }));

      expect(await remove(world, INVENTED)).toMatchObject({ Status: 'SUCCESS' });
      await world.clock.run(abandoned);
      await world.pass(400);
      expect(world.exists()).toEqual([]);
    });

    test("an invented id never leads to what is somebody else's", async () => {
      const world = new WorkSpacesWorld();
      subject.occupy(world);

      expect(await remove(world, INVENTED)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.calls(subject.death)).toEqual([]);
      expect(world.exists()).toEqual(subject.occupied);
    });
  });

  test('4. a delete while it is being made ends well', async () => {
    const world = new WorkSpacesWorld({ creationSeconds: 600, associationSeconds: 200 });
    void world.send(subject.request(world, 'Create'));
    await world.pass(100);
    const physicalId = subject.type === 'StandbyWorkspace' ? standbyId(world.standbys()[0]) : INVENTED;

    expect(await remove(world, physicalId)).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    expect(world.exists()).toEqual([]);
  });

  test('5. what stands in the way is told and stays', async () => {
    const world = new WorkSpacesWorld();
    subject.occupy(world);
    const answer = await create(world);

    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/ws-foreign01|is associated with directory d-9367000002/);
    await remove(world, answer.PhysicalResourceId);
    expect(world.exists()).toEqual(subject.occupied);
    expect(world.calls(subject.death).length).toBeLessThanOrEqual(subject.type === 'StandbyWorkspaceFleet' ? 1 : 0);
  });

  test('6. throttling makes it slower and nothing worse', async () => {
    let calls = 0;
    const world = new WorkSpacesWorld({
      sdkAttempts: 3,
      interceptors: [() => ++calls % 3 === 0 ? undefined : { before: new ServiceError('ThrottlingException', 'Rate exceeded') }],
    });

    const answer = await create(world);
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(await remove(world, answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.exists()).toEqual([]);
  });

  test('6. a denial that passes is waited for, one that stays is told', async () => {
    const denied = new ServiceError('AccessDeniedException', 'User is not authorized to perform: workspaces:x', 400);
    let left = 2;
    const young = new WorkSpacesWorld({ interceptors: [call => call.region === REGION && left-- > 0 ? { before: denied } : undefined] });
    expect(await create(young)).toMatchObject({ Status: 'SUCCESS' });

    const world = new WorkSpacesWorld({ interceptors: [() => ({ before: denied })] });
    const answer = await create(world);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/lacks this permission/) });
    expect(answer.after).toBeGreaterThan(80);
  });

  test('7. what was taken away outside is success for a delete', async () => {
    const world = new WorkSpacesWorld();
    expect(await remove(world, subject.physicalId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls(subject.death)).toEqual([]);
  });

  test('8. what ends in a bad state is removed by the delete that follows', async () => {
    const world = new WorkSpacesWorld(subject.type === 'ConnectionAliasAssociation' ? subject.slow : {});
    world.simulator.failNext(PRIMARY);
    const answer = await create(world);

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(subject.id) });
    if (subject.type !== 'ConnectionAliasAssociation') {
      expect(await remove(world, answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.exists()).toEqual([]);
    }
  });

  describe('9. answers', () => {
    test('every attribute is in every successful answer', async () => {
      const world = new WorkSpacesWorld();
      const created = await create(world);
      const updated = await world.request(subject.request(world, 'Update', {}, { physicalId: created.PhysicalResourceId }));

      expect(Object.keys(created.Data).sort()).toEqual(subject.attributes);
      // What looks up members is asked again after each change of a fleet.
      expect({ ...updated.Data, Revision: '' }).toEqual({ ...created.Data, Revision: '' });
    });

    test('an answer that S3 does not take at once is sent again; a used URL ends the work', async () => {
      expect(await create(new WorkSpacesWorld({ responseStatus: attempt => [503, 500, 200][attempt] ?? 200 }))).toMatchObject({ Status: 'SUCCESS' });

      const world = new WorkSpacesWorld({ responseStatus: () => 403 });
      void world.send(subject.request(world, 'Create'));
      await world.pass(1500);
      expect([...world.executions.values()].map(execution => execution.running)).toEqual([false]);
    });

    test('a reason is cut; the URL is nowhere', async () => {
      const long = new ServiceError('InvalidParameterValuesException', 'x'.repeat(5000));
      const world = new WorkSpacesWorld({ interceptors: [() => ({ before: long })] });
      const answer = await create(world);

      expect(Buffer.byteLength(answer.bodies[0])).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(answer.Reason!)).toBeLessThanOrEqual(1000);
      expect(world.log() + answer.bodies[0]).not.toMatch(/5ec7e7|X-Amz-Signature|response\.test/);
    });
  });

  describe('10. clock', () => {
    test('what is not ready in time is answered before CloudFormation gives up, with the real id', async () => {
      const world = new WorkSpacesWorld(subject.slow);
      const answer = await create(world);

      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(subject.id) });
      expect(answer.Reason).toMatch(/not finished within \d+ minutes while waiting for/);
      expect(answer.after).toBeLessThan(3600);
    });

    test('the declared time-out counts', async () => {
      const world = new WorkSpacesWorld(subject.slow);
      const answer = await world.request(subject.request(world, 'Create', { TimeoutSeconds: 300 }));
      expect(answer.after).toBeCloseTo(300, -1);
    });

    test('a create that is delivered after its deadline does nothing', async () => {
      const world = new WorkSpacesWorld();
      expect(await create(world, { deliveries: [3700] })).toMatchObject({ Status: 'FAILED' });
      expect(world.calls()).toEqual([]);
    });
  });

  test('12. properties of an unknown schema are refused by a create; a delete needs none of them', async () => {
    const refused = new WorkSpacesWorld();
    expect(await refused.request(subject.request(refused, 'Create', { Schema: '0' }))).toMatchObject({ Status: 'FAILED' });
    expect(refused.calls()).toEqual([]);

    const world = new WorkSpacesWorld();
    const { PhysicalResourceId: physicalId } = await create(world);
    const answer = await world.request(subject.request(world, 'Delete', { Schema: '9', AddedLater: 'yes' }, { physicalId }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(world.exists()).toEqual([]);
  });

  test('13. a create that failed on what existed before answers an id whose delete touches nothing', async () => {
    const world = new WorkSpacesWorld();
    subject.occupy(world);
    const { PhysicalResourceId } = await create(world);

    expect(await remove(world, PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.exists()).toEqual(subject.occupied);
    const touched = world.dispatcher.calls.filter(call => call.operation === subject.death).map(call => JSON.stringify(call.input));
    expect(touched.join()).not.toContain('foreign');
  });

  test('of two stacks at the same place one wins, and the other leaves it alone', async () => {
    const world = new WorkSpacesWorld();
    const properties = subject.type === 'StandbyWorkspaceFleet' ? { PrimaryWorkspaceIds: [PRIMARY, OTHER_PRIMARY] } : {};
    const answers = await world.clock.run(Promise.all(['One', 'Two'].map(stack =>
      world.send(subject.request(world, 'Create', properties, { stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${stack}/1` })))));
    const loser = answers.findIndex(answer => answer.Status === 'FAILED');

    expect(answers.map(answer => answer.Status).sort()).toEqual(['FAILED', 'SUCCESS']);
    await remove(world, answers[loser].PhysicalResourceId, { stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${['One', 'Two'][loser]}/1` });
    expect(world.exists()).toEqual(subject.ready);
  });
});
