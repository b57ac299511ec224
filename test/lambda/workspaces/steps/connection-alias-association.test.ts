import type { StepContext } from '../../../../lambda/lifecycle/handler';
import type { AliasAssociation, WorkSpaces } from '../../../../lambda/workspaces/client';
import { ConnectionAliasAssociationHandler, type AssociationDeclaration } from '../../../../lambda/workspaces/connection-alias-association';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { clockAt } from '../../step-context';
import { DIRECTORY, error, NOW, OURS, step } from '../port';

const UNUSED = {} as WorkSpaces;

describe('an association', () => {
  const ALIAS = 'wsca-alias0001';
  const DECLARED: AssociationDeclaration = { aliasId: ALIAS, directoryId: DIRECTORY };
  const ASSOCIATED: AliasAssociation = { directoryId: DIRECTORY, status: 'ASSOCIATED_WITH_OWNER_ACCOUNT', connectionIdentifier: 'c' };
  type Changes = Partial<StepContext<AssociationDeclaration>>;
  const at = (association: AliasAssociation | undefined, answers: Partial<WorkSpaces> = {}, changes: Changes = {}) => {
    const world = step(DECLARED, { getAlias: async () => ({ id: ALIAS, state: 'CREATED', association }), ...answers }, changes);
    return { ...world, handler: new ConnectionAliasAssociationHandler(world.port) };
  };

  test('begins with the tag', async () => {
    const { handler, context, changesOf } = at(undefined, { listTags: async () => ({}) });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `the tag of alias ${ALIAS}`, seconds: 2, physicalId: ALIAS });
    expect(changesOf()).toEqual(['claim', `tag ${ALIAS} ${JSON.stringify(OURS)}`]);
  });

  test('is made under the tag', async () => {
    const { handler, context, changesOf, log } = at(undefined);
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `alias ${ALIAS} to be associated with ${DIRECTORY}`, seconds: 20, physicalId: ALIAS, memory: { changed: true },
    });
    expect(changesOf()).toEqual(['claim', `associate ${ALIAS} ${DIRECTORY}`]);
    expect(log).toEqual([['INFO', 'Associated the alias', { aliasId: ALIAS, directoryId: DIRECTORY }]]);
  });

  test.each(['ResourceAssociatedException', 'InvalidResourceStateException'])('is looked at after %s', async name => {
    const { handler, context } = at(undefined, { associate: async () => { throw error(name); } });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `a look at alias ${ALIAS} (${name}: text.)`, seconds: 15, physicalId: ALIAS });
  });

  test('passes on another error', async () => {
    const { handler, context } = at(undefined, { associate: async () => { throw error('ValidationException'); } });
    await expect(handler.create(context)).rejects.toThrow('text.');
  });

  test('is ready when it says so and has an identifier', async () => {
    const ready = at(ASSOCIATED);
    expect(await ready.handler.create(ready.context)).toEqual({ status: 'ready', physicalId: ALIAS, attributes: { ConnectionIdentifier: 'c' } });
    for (const association of [{ ...ASSOCIATED, connectionIdentifier: '' }, { ...ASSOCIATED, status: 'PENDING_ASSOCIATION' }]) {
      const waits = at(association);
      expect(await waits.handler.create(waits.context)).toEqual({ status: 'waiting', until: `alias ${ALIAS} to be associated with ${DIRECTORY}`, seconds: 20 });
    }
  });

  test.each<[Partial<AliasAssociation>, string[]]>([
    [{ directoryId: 'd-9367000002' }, ['claim', `disassociate ${ALIAS}`]], [{ directoryId: 'd-9367000002', status: 'PENDING_ASSOCIATION' }, []],
    [{ status: 'PENDING_DISASSOCIATION' }, []],
  ])('of another form (%j) is ended first', async (change, changes) => {
    const { handler, context, changesOf } = at({ ...ASSOCIATED, ...change });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `alias ${ALIAS} to be disassociated from ${change.directoryId ?? DIRECTORY}`, seconds: 20,
    });
    expect(changesOf()).toEqual(changes);
  });

  test.each([['InvalidResourceStateException', /^alias .* \(InvalidResourceStateException: text\.\)$/], ['ValidationException', /^text\.$/]])(
    'that cannot be ended: %s', async (name, expected) => {
      const { handler, context } = at({ ...ASSOCIATED, directoryId: 'd-9367000002' }, { disassociate: async () => { throw error(name); } });
      const outcome: any = await handler.create(context).catch((reason: Error) => ({ until: reason.message }));
      expect(outcome.until).toMatch(expected);
    });

  test.each<[AliasAssociation | undefined, Record<string, string> | undefined, RegExp]>([
    [undefined, { [OWNER_TAG_KEY]: 'you' }, /has an association that another stack or logical id manages, so it is left alone\. Disassociate/],
    [ASSOCIATED, {}, /is associated with directory d-9367000001 already, not by this stack .*fromConnectionAliasAssociationAttributes\(\) for the existing one\.$/],
    [ASSOCIATED, undefined, /is associated with directory/],
  ])("of somebody else's is left alone (%#)", async (association, tags, message) => {
    const { handler, context } = at(association, { listTags: async () => tags });
    await expect(handler.create(context)).rejects.toThrow(message);
  });

  test.each<[string | undefined, number, RegExp]>([
    ['CREATING', 100, /^connection alias wsca-alias0001 to be CREATED$/], [undefined, 89, /^connection alias wsca-alias0001 to be CREATED$/],
    ['DELETING', 0, /in eu-west-1 any more: it is being deleted\. Check/], [undefined, 90, /There is no connection alias wsca-alias0001 in eu-west-1\. Check the id, .*each Region has its own\.$/],
  ])('needs an alias (%s after %d s)', async (state, seconds, expected) => {
    const getAlias = async () => state === undefined ? undefined : { id: ALIAS, state };
    const { handler, context } = at(undefined, { getAlias }, { clock: clockAt(seconds) });
    const outcome: any = await handler.create(context).catch((reason: Error) => ({ until: reason.message, seconds: 15 }));
    expect(outcome.until).toMatch(expected);
    expect(outcome.seconds).toBe(15);
  });

  describe('to be changed', () => {
    const updating = (changes: Partial<StepContext<AssociationDeclaration>>, answers: Partial<WorkSpaces> = {}) =>
      at(ASSOCIATED, answers, { operation: 'Update', physicalId: ALIAS, oldProperties: { ...DECLARED, directoryId: 'd-9367000002' }, ...changes });

    test.each([[100_000, 20], [7000, 7]])('that is so already waits for who may still change it (%d)', async (left, seconds) => {
      const { handler, context, calls } = updating({ quietUntil: NOW + left });
      expect(await handler.update(context)).toMatchObject({ until: 'certainty that no abandoned association is still under way', seconds });
      expect(calls[0]).toBe('claim');
    });

    test.each<[Partial<StepContext<AssociationDeclaration>>]>([
      [{ memory: { changed: true } }], [{ oldProperties: DECLARED }], [{ oldProperties: undefined }], [{ quietUntil: NOW }],
      [{ physicalId: 'wsca-alias0002', oldProperties: { aliasId: 'wsca-alias0002', directoryId: 'd-9367000002' } }],
    ])('is ready at once with %j', async changes => {
      const { handler, context } = updating({ quietUntil: NOW + 1000, ...changes });
      expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    });

    test('that is under way waits for that alone', async () => {
      const { handler, context, changesOf } = updating({ properties: { ...DECLARED, directoryId: 'd-9367000002' }, oldProperties: DECLARED, quietUntil: NOW + 7000 });
      expect(await handler.update(context)).toMatchObject({ until: `alias ${ALIAS} to be disassociated from ${DIRECTORY}`, seconds: 20 });
      expect(changesOf()).toEqual(['claim', 'claim', `disassociate ${ALIAS}`]);
    });

    test('does not take the alias itself for a leftover', async () => {
      const { handler, context, changesOf } = updating({ physicalId: 'wsca-alias0002', oldProperties: DECLARED });
      expect(await handler.update(context)).toMatchObject({ status: 'ready', physicalId: ALIAS });
      expect(changesOf()).toEqual(['claim']);
    });

    test('waits for who may still associate the alias that was to take its place', async () => {
      const getAlias = async (id: string) => ({ id, state: 'CREATED', association: id === ALIAS ? ASSOCIATED : undefined });
      const { handler, context, changesOf } = updating(
        { oldProperties: { aliasId: 'wsca-alias0002', directoryId: DIRECTORY }, quietUntil: NOW + 7000 }, { getAlias });
      expect(await handler.update(context)).toMatchObject({ until: 'certainty that no abandoned association is still under way', seconds: 7 });
      expect(changesOf()).toEqual(['claim']);
    });

    test('takes back an association of the alias that was to take its place', async () => {
      const { handler, context, changesOf } = updating({ oldProperties: { aliasId: 'wsca-alias0002', directoryId: DIRECTORY } });
      expect(await handler.update(context)).toMatchObject({ until: `alias wsca-alias0002 to be disassociated from ${DIRECTORY}` });
      expect(changesOf()).toEqual(['claim', 'claim', 'disassociate wsca-alias0002']);
    });
  });

  describe('to be removed', () => {
    const deleting = (association: AliasAssociation | undefined, answers: Partial<WorkSpaces> = {}, changes: Changes = {}) =>
      at(association, answers, { operation: 'Delete', physicalId: ALIAS, quietUntil: NOW + 7000, ...changes });

    test('is ended', async () => {
      const { handler, context, changesOf, log } = deleting(ASSOCIATED);
      expect(await handler.delete(context)).toEqual({ status: 'waiting', until: `alias ${ALIAS} to be disassociated from ${DIRECTORY}`, seconds: 20 });
      expect(changesOf()).toEqual(['claim', `disassociate ${ALIAS}`]);
      expect(log).toEqual([['INFO', 'Disassociated the alias', { aliasId: ALIAS, directoryId: DIRECTORY }]]);
    });

    test('loses its tag last', async () => {
      const { handler, context, changesOf } = deleting(undefined);
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual(['claim', `untag ${ALIAS} ["${OWNER_TAG_KEY}"]`]);
    });

    test.each<[AliasAssociation | undefined, Partial<WorkSpaces>]>([
      [ASSOCIATED, { listTags: async () => ({}) }], [undefined, { listTags: async () => undefined }],
      [undefined, { getAlias: async () => undefined }],
    ])("of somebody else's is left alone (%#)", async (association, answers) => {
      const { handler, context, changesOf } = deleting(association, answers);
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual([]);
    });

    test.each([[NOW + 7000, 'waiting'], [NOW, 'gone']])('under an invented id waits through the quiet period (%d)', async (quietUntil, status) => {
      const { handler, context } = deleting(undefined, {}, { physicalId: 'invented', quietUntil });
      expect(await handler.delete(context)).toMatchObject({ status });
    });
  });

  test('is known by the id of its alias', () => {
    const handler = new ConnectionAliasAssociationHandler(UNUSED);
    expect([ALIAS, 'invented'].map(id => handler.recognizes(id))).toEqual([true, false]);
  });
});
