import { fleetStepOf } from './fleet-step-of';
import type { Memory } from '../../../../lambda/lifecycle/handler';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { census } from '../../../../lambda/workspaces/fleet-census';
import { DIRECTORY, PRIMARY, STANDBY, workspace } from '../port';

describe('a census of a directory', () => {
  const SCOPE = { directoryId: DIRECTORY, primaryRegion: 'us-east-1' };
  const young = workspace({ id: 'ws-young0001', primary: undefined, state: 'PENDING' });
  const count = (answers: Partial<WorkSpaces>, memory: Memory = {}) => {
    const world = fleetStepOf(answers, memory);
    const visited: string[] = [];
    let resets = 0;
    return { ...world, visited, resets: () => resets, run: () => census(world.fleet, 'c', SCOPE, ({ id }, primary) => visited.push(`${id} of ${primary}`), () => { resets++; }) };
  };

  test('visit the standbys of primaries in the Region', async () => {
    const { run, visited, resets, fleet } = count({ describeDirectory: async () => ({ workspaces: [
      workspace(), workspace({ id: 'x', primary: undefined }), workspace({ id: 'y', primary: { workspaceId: 'p', region: 'us-west-2' } }),
    ] }) });
    expect(await run()).toBeUndefined();
    expect(visited).toEqual([`${STANDBY} of ${PRIMARY}`]);
    expect(resets()).toBe(0);
    expect(fleet.memory()).toMatchObject({ 'c.token': '', 'c.examined': '' });
  });

  test('go on with a large directory in the next step', async () => {
    const { run, calls } = count({ describeDirectory: async () => ({ workspaces: [], nextToken: 'n' }) }, { 'c.token': 'm' });
    expect(await run()).toMatchObject({ until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 0, memory: { 'c.token': 'n' } });
    expect(calls[0]).toBe(`describeDirectory ${DIRECTORY}  m`);
  });

  test('begin anew when one of ours does not tell its primary yet', async () => {
    const { run, resets } = count({ describeDirectory: async () => ({ workspaces: [young] }) });
    expect(await run()).toMatchObject({
      until: 'WorkSpace ws-young0001 to show which primary it stands by for', seconds: 15, memory: { 'c.token': '', 'c.young': '', 'c.examined': '' },
    });
    expect(resets()).toBe(1);
  });

  test("do not wait for somebody else's, and do not look twice", async () => {
    const { run, calls } = count({ listTags: async () => ({}) }, { 'c.examined': true, 'c.young': 'a,b' });
    expect(await run()).toBeUndefined();
    expect(calls).toEqual(['listTags a', 'listTags b']);
  });

  test('of many young ones are left to the next step, which does not begin anew', async () => {
    const workspaces = Array.from({ length: 200 }, (_, index) => ({ ...young, id: `w${index}` }));
    const { run, calls } = count({ describeDirectory: async () => ({ workspaces }), listTags: async () => ({}) });
    expect(await run()).toMatchObject({
      until: 'the owners of WorkSpaces that are just being made', seconds: 0, memory: { 'c.examined': true, 'c.token': '' },
    });
    expect(calls.at(-1)).toBe('listTags w83');
  });
});
