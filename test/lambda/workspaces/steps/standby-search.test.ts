import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { briefPace, paced } from '../../../../lambda/workspaces/pace';
import { findStandby } from '../../../../lambda/workspaces/standby-search';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { DIRECTORY, OURS, PRIMARY, STANDBY, step, workspace } from '../port';

describe('the search for a standby', () => {
  const KEY = { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY };
  const search = (answers: Partial<WorkSpaces>, memory = {}, userName?: string) => {
    const { port, context, calls } = step(KEY, answers, { memory });
    const pace = briefPace(context.clock);
    return findStandby(paced(port, pace), pace, context, KEY, userName).then(found => ({ found, calls }));
  };

  test('goes on where the step before has stopped', async () => {
    const { found, calls } = await search({ describe: async () => [workspace()] }, { scanToken: 't', scanned: `${STANDBY},ws-other0001` });
    expect(found).toMatchObject({ kind: 'own' });
    expect(calls.slice(0, 2)).toEqual([`describeDirectory ${DIRECTORY}  t`, `describe ["${STANDBY}","ws-other0001"]`]);
  });

  test.each<[Partial<Workspace>, boolean]>([
    [{ primary: { workspaceId: 'ws-primary02', region: 'us-east-1' } }, true], [{ primary: { workspaceId: PRIMARY, region: 'us-west-2' } }, true],
    [{ primary: undefined, userName: 'john' }, false],
  ])('takes what stands by for another for none: %j', async (other, isInTheWay) => {
    const { found } = await search({ describeDirectory: async () => ({ workspaces: [workspace(other)] }) }, {}, 'jane');
    expect(found).toEqual({ kind: 'none', inTheWay: isInTheWay ? workspace(other) : undefined });
  });

  test('prefers its own, then what is unclear, then what is foreign', async () => {
    const foreign = workspace({ id: 'ws-foreign01' });
    const young = workspace({ id: 'ws-young0001', primary: undefined, state: 'PENDING' });
    const own = workspace();
    const tags = async (id: string) => id === foreign.id ? {} : OURS;
    const among = async (...workspaces: Workspace[]) =>
      (await search({ describeDirectory: async () => ({ workspaces }), describe: async () => workspaces, listTags: tags })).found;
    expect(await among(foreign, young, own)).toMatchObject({ kind: 'own', workspace: own });
    expect(await among(foreign, young)).toMatchObject({ kind: 'unclear', workspace: young });
    expect(await among(young, foreign)).toMatchObject({ kind: 'unclear', workspace: young });
    expect(await among(foreign)).toMatchObject({ kind: 'foreign', workspace: foreign });
    expect(await among({ ...young, id: foreign.id })).toEqual({ kind: 'none', inTheWay: undefined });
  });

  test('leaves the rest of a large directory to the next step', async () => {
    const describeDirectory: WorkSpaces['describeDirectory'] = async (_, __, token = '0') =>
      ({ workspaces: [workspace({ id: `ws-${token}` })], nextToken: String(Number(token) + 1) });
    const { found, calls } = await search({ describeDirectory }, { scanned: 'ws-before' });
    const pages = Array.from({ length: 85 }, (_, page) => `ws-${page}`);
    expect(found).toEqual({
      status: 'waiting', until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 1,
      memory: { scanToken: '85', scanned: ['ws-before', ...pages].join() },
    });
    expect(calls).toHaveLength(85);
  });

  test('looks at many at once, but not at more than a call takes', async () => {
    const ids = Array.from({ length: 26 }, (_, index) => `ws-${index}`);
    const { calls } = await search({}, { scanned: ids.join() });
    expect(calls.slice(1)).toEqual([`describe ${JSON.stringify(ids.slice(0, 25))}`, 'describe ["ws-25"]']);
  });

  test.each<[Record<string, string> | undefined, string]>([
    [undefined, 'unclear'], [{ other: 'tag' }, 'unclear'], [{ [OWNER_TAG_KEY]: 'you' }, 'foreign'],
  ])('takes a young standby with the tags %j for %s', async (tags, kind) => {
    const young = workspace({ state: 'PENDING' });
    const answers = { describeDirectory: async () => ({ workspaces: [young] }), describe: async () => [young], listTags: async () => tags };
    const { found } = await search(answers);
    expect(found).toEqual({ kind, workspace: young });
  });
});
