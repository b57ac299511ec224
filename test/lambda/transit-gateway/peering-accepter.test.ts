import { AccepterWorld, HERE, ID, OTHER_ID, THERE } from './accepter-world';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { DELETE_ATTACHMENT, ON_DELETE_TAG_KEY } from '../../../src/wire/transit-gateway';
import { ACCOUNT, STACK_ID } from '../world';

const OWNER = ownerTagValue(STACK_ID, 'Thing');
const OURS = { [OWNER_TAG_KEY]: OWNER };
const TOLD = { ...OURS, [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT };
const SOMEBODY = { [OWNER_TAG_KEY]: '0'.repeat(64) };
const ATTRIBUTES = {
  TransitGatewayAttachmentId: ID, TransitGatewayId: 'tgw-here', PeerTransitGatewayId: 'tgw-there', PeerRegion: THERE, PeerAccountId: ACCOUNT,
};

let world: AccepterWorld;

beforeEach(() => {
  world = new AccepterWorld().request();
});

afterEach(() => expect(world.world.dispatcher.defects).toEqual([]));

describe('create', () => {
  test('accepts, waits until the attachment is available, and says whose acceptance it is', async () => {
    const answer = await world.create({ Tags: { team: 'net' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `acceptance/${ID}`, Data: ATTRIBUTES });
    expect(answer.after).toBeGreaterThanOrEqual(180);
    expect(answer.after).toBeLessThan(220);
    expect(world.state()).toBe('available');
    expect(world.tags()).toEqual({ ...OURS, team: 'net' });
    expect(world.world.calls('AcceptTransitGatewayPeeringAttachment')).toHaveLength(1);
  });

  test('waits for an attachment that is still being requested', async () => {
    world = new AccepterWorld({ requestSeconds: 60 }).request({ at: new AccepterWorld().world.clock.now() });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('available');
  });

  test('waits for an attachment that this Region does not show yet', async () => {
    world = new AccepterWorld({ invisibleSeconds: 45 }).request({ at: new AccepterWorld().world.clock.now() });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('waits for its own tag, which shows late', async () => {
    world = new AccepterWorld({ tagLagSeconds: 20 }).request();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual(OURS);
  });

  test('takes an attachment that was accepted before for ready', async () => {
    world = new AccepterWorld().request({ accepted: true });

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: ATTRIBUTES });
    expect(answer.after).toBeLessThan(10);
    expect(world.world.calls('AcceptTransitGatewayPeeringAttachment')).toEqual([]);
  });

  test('but not if it is to be deleted with the accepter: a rollback would delete what was in use before', async () => {
    world = new AccepterWorld().request({ accepted: true });

    expect(await world.create({ DeleteAttachment: true })).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/was accepted before, by somebody else, and 'deleteAttachment' would delete it in a rollback.*adopt: 'tgw-attach-/),
    });
    expect(world.tags()).toEqual({});
  });

  test('goes on when somebody accepts it at the same moment', async () => {
    const accepting = world.world.send({ operation: 'Create', type: 'Custom::TransitGatewayPeeringAccepter', properties: { TransitGatewayAttachmentId: ID } });
    await world.world.pass(1);
    world.simulator.attachments.get(ID)!.acceptedAt = world.world.clock.now();

    expect(await world.world.clock.run(accepting)).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each([
    ['is rejected', 'rejected', undefined, /was rejected \(rejected, rejected\)\. It can never be accepted: request a new attachment/],
    ['has failed', 'failed', 'The ASNs are the same.', /has failed \(failed, failed: The ASNs are the same\)\. It can never/],
  ] as const)('refuses an attachment that %s', async (_, state, status, reason) => {
    world.simulator.break(ID, state, status);

    expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect(world.tags()).toEqual({});
  });

  test('refuses an attachment that is being deleted, and one that was, without waiting', async () => {
    world.simulator.remove(ID, world.world.clock.now());
    expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/is being deleted \(deleting/), after: expect.any(Number) });
    await world.world.pass(100);
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/was deleted \(deleted/) });
    expect(answer.after).toBeLessThan(10);
  });

  test('says why the acceptance failed', async () => {
    world.simulator.failNext(ID);

    expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has failed \(failed, failed: The peering could not be set up\)/) });
  });

  test('says where an attachment of another Region or account is accepted', async () => {
    world = new AccepterWorld().request({ accepter: { region: 'us-east-1', transitGatewayId: 'tgw-far' }, requester: { region: HERE, transitGatewayId: 'tgw-here' } })
      .request({ id: OTHER_ID, accepter: { region: HERE, transitGatewayId: 'tgw-foreign', accountId: '444455556666' }, requester: { region: HERE, transitGatewayId: 'tgw-here' } });

    expect(await world.create()).toMatchObject({ Reason: expect.stringMatching(/is to be accepted in us-east-1 by account 111122223333.*Declare the accepter in a stack there/) });
    expect(await world.create({ TransitGatewayAttachmentId: OTHER_ID })).toMatchObject({ Reason: expect.stringMatching(/in eu-central-1 by account 444455556666/) });
    expect(world.world.calls('CreateTags')).toEqual([]);
  });

  test('names the id of the side that accepts, where each side has its own', async () => {
    world = new AccepterWorld().request({ requester: { region: HERE, transitGatewayId: 'tgw-a' }, accepterAttachmentId: OTHER_ID });

    expect(await world.create()).toMatchObject({ Reason: expect.stringMatching(new RegExp(`the side that accepts is ${OTHER_ID}\\. Declare that id`)) });
  });

  test('says of an id that does not exist where to look, after a while', async () => {
    const answer = await world.create({ TransitGatewayAttachmentId: OTHER_ID });

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/There is no transit gateway peering attachment .* in eu-central-1, as account 111122223333 sees it/) });
    expect(answer.after).toBeGreaterThan(85);
  });

  test('leaves alone what another stack accepts', async () => {
    world = new AccepterWorld().request({ tags: SOMEBODY });

    expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/belongs to another stack or logical id.*adopt: 'tgw-attach-.*fromTransitGatewayPeeringAccepterAttributes/) });
    expect(world.tags()).toEqual(SOMEBODY);
    expect(world.state()).toBe('pendingAcceptance');
  });

  test('of two stacks that want the same attachment one gets it', async () => {
    const other = STACK_ID.replace('Game', 'Other');
    const [one, two] = await world.world.clock.run(Promise.all([
      world.world.send({ operation: 'Create', type: 'Custom::TransitGatewayPeeringAccepter', properties: { TransitGatewayAttachmentId: ID } }),
      world.world.send({ operation: 'Create', type: 'Custom::TransitGatewayPeeringAccepter', properties: { TransitGatewayAttachmentId: ID }, stackId: other }),
    ]));

    expect([one.Status, two.Status].sort()).toEqual(['FAILED', 'SUCCESS']);
    expect(world.tags()).toEqual({ [OWNER_TAG_KEY]: one.Status === 'SUCCESS' ? OWNER : ownerTagValue(other, 'Thing') });
  });

  test('refuses what an earlier deployment has kept, and names the way', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: OURS });

    expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has been kept.*adopt: 'tgw-attach-/) });
  });

  test('keeps waiting while it has no permission yet', async () => {
    let calls = 0;
    const { ServiceError } = jest.requireActual<typeof import('../../../sandbox/services/service')>('../../../sandbox/services/service');
    world = new AccepterWorld({}, {
      interceptors: [() => ++calls > 3 ? undefined : { before: new ServiceError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403) }],
    }).request();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('update', () => {
  beforeEach(() => { world = new AccepterWorld().request({ accepted: true, tags: { ...OURS, team: 'net', somebody: 'else' } }); });

  test('changes tags in place, and leaves those of others', async () => {
    expect(await world.update({ Tags: { stage: 'test' } }, { Tags: { team: 'net' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `acceptance/${ID}` });
    expect(world.tags()).toEqual({ ...OURS, stage: 'test', somebody: 'else' });
  });

  test('another attachment is another acceptance', async () => {
    world.request({ id: OTHER_ID });

    expect(await world.update({ TransitGatewayAttachmentId: OTHER_ID })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `acceptance/${OTHER_ID}` });
    expect(world.state(OTHER_ID)).toBe('available');
    expect(world.state()).toBe('available');
  });

  test('tells itself to delete the attachment, and not to', async () => {
    await world.update({ DeleteAttachment: true, Tags: { team: 'net' } }, { Tags: { team: 'net' } });
    expect(world.tags()).toMatchObject(TOLD);
    await world.update({ Tags: { team: 'net' } }, { DeleteAttachment: true, Tags: { team: 'net' } });
    expect(world.tags()).toEqual({ ...OURS, team: 'net', somebody: 'else' });
  });

  test('of what is gone, or has lost its tag, says so', async () => {
    world.simulator.setTags(ID, HERE, {}, world.world.clock.now());

    expect(await world.update({ Tags: { stage: 'test' } })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/was deleted outside of the stack, or has lost its tag/) });
    expect(world.tags()).toEqual({});
  });

  test('that asks for nothing succeeds all the same, so that no rollback fails', async () => {
    world.simulator.remove(ID, 0);

    expect(await world.update({})).toMatchObject({ Status: 'SUCCESS', Data: { TransitGatewayAttachmentId: ID, PeerRegion: 'unknown' } });
  });
});

describe('delete', () => {
  test('leaves the attachment as it is, but for the tag that said whose the acceptance was', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: { ...OURS, team: 'net' } });

    expect(await world.delete({ Tags: { team: 'net' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('available');
    expect(world.tags()).toEqual({ team: 'net' });
    expect(world.world.calls('DeleteTransitGatewayPeeringAttachment')).toEqual([]);
  });

  test('deletes the attachment if it was told, and waits until it is gone', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: TOLD });

    const answer = await world.delete({ DeleteAttachment: true });

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('deleted');
    expect(answer.after).toBeGreaterThanOrEqual(60);
  });

  test('whatever its properties say: the tag of the last deployment counts', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: OURS });

    expect(await world.delete({ DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('available');
  });

  test('fails if the attachment was to be deleted and has lost the tag that says whose it is', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: { [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT } });

    expect(await world.delete({ DeleteAttachment: true })).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/Transit gateway peering attachment tgw-attach-\w+ does not carry the tag .* put the tag back and delete again/),
    });
    expect(world.state()).toBe('available');
  });

  test('does not delete what was never accepted', async () => {
    world = new AccepterWorld().request({ tags: TOLD });

    expect(await world.delete({ DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('pendingAcceptance');
    expect(world.tags()).toEqual({});
  });

  test('waits until the attachment lets itself be deleted', async () => {
    world = new AccepterWorld().request({ tags: TOLD });
    world.simulator.attachments.get(ID)!.acceptedAt = world.world.clock.now();

    expect(await world.delete({ DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('deleted');
  });

  test.each([
    ['is gone', () => new AccepterWorld()],
    ['belongs to somebody else', () => new AccepterWorld().request({ accepted: true, tags: SOMEBODY })],
    ['was deleted by its requester', () => {
      const deleted = new AccepterWorld().request({ accepted: true, tags: TOLD });
      deleted.simulator.remove(ID, 0);
      return deleted;
    }],
  ])('has nothing to do for an attachment that %s', async (_, make) => {
    world = make();
    const before = [world.state(), world.tags()];

    expect(await world.delete({ DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect([world.state(), world.tags()]).toEqual(before);
  });

  test('finds what a cancelled create has claimed, though the tag shows late', async () => {
    world = new AccepterWorld({ tagLagSeconds: 20 }).request();
    void world.world.send({ operation: 'Create', type: 'Custom::TransitGatewayPeeringAccepter', properties: { TransitGatewayAttachmentId: ID } });
    await world.world.pass(5);

    expect(await world.delete({}, { physicalId: 'Game-Thing-1ABCDEFGHIJKL' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual({});
  });
});

describe('adoption', () => {
  test('takes over what another stack accepts', async () => {
    world = new AccepterWorld().request({ accepted: true, tags: { ...SOMEBODY, team: 'net' } });

    expect(await world.create({ Adopt: ID, Tags: { stage: 'test' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `acceptance/${ID}` });
    expect(world.tags()).toEqual({ ...OURS, team: 'net', stage: 'test' });
  });

  test('accepts what waits for it', async () => {
    expect(await world.create({ Adopt: ID })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('available');
  });

  test('lets an accepted attachment be deleted with the accepter', async () => {
    world = new AccepterWorld().request({ accepted: true });

    expect(await world.create({ Adopt: ID, DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual(TOLD);
  });

  test('keeps it when the adoption is rolled back', async () => {
    world = new AccepterWorld().request({ accepted: true });
    await world.create({ Adopt: ID, DeleteAttachment: true });

    expect(await world.delete({ Adopt: ID, DeleteAttachment: true })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.state()).toBe('available');
  });

  test('refuses another id, what is dead, what is elsewhere and what is not there', async () => {
    world.request({ id: OTHER_ID, requester: { region: HERE, transitGatewayId: 'tgw-here' }, accepter: { region: THERE, transitGatewayId: 'tgw-there' } });
    expect(await world.create({ Adopt: OTHER_ID })).toMatchObject({ Reason: expect.stringMatching(/Let both be the attachment whose acceptance is adopted/) });
    expect(await world.create({ Adopt: OTHER_ID, TransitGatewayAttachmentId: OTHER_ID })).toMatchObject({ Reason: expect.stringMatching(/is to be accepted in eu-west-1/) });
    world.simulator.break(ID, 'rejected');
    expect(await world.create({ Adopt: ID })).toMatchObject({ Reason: expect.stringMatching(/can't be adopted: .* was rejected/) });
    expect(await world.create({ Adopt: 'tgw-attach-00000000', TransitGatewayAttachmentId: 'tgw-attach-00000000' }))
      .toMatchObject({ Reason: expect.stringMatching(/There is no acceptance 'tgw-attach-00000000' that could be adopted/) });
  });
});
