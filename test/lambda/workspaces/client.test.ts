import { SdkWorkSpaces } from '../../../lambda/workspaces/client';

function error(name: string): Error {
  return Object.assign(new Error('text.'), { name });
}

describe('answers of WorkSpaces that lack something', () => {
  const api = (answer: object) => new SdkWorkSpaces({ send: async () => answer } as any);
  const EMPTY = {
    id: '', directoryId: '', userName: '', state: '', bundleId: '', subnetId: '', ipAddress: '', computerName: '', errorCode: undefined,
    errorMessage: undefined, volumeEncryptionKey: undefined, primary: undefined, standbys: [], replication: undefined,
  };

  test.each<[string, (client: SdkWorkSpaces) => Promise<unknown>, object, unknown]>([
    ['WorkSpaces', client => client.describe(['a']), {}, []],
    ['details', client => client.describe(['a']), { Workspaces: [{}] }, [EMPTY]],
    ['relation', client => client.describe(['a']), { Workspaces: [{ RelatedWorkspaces: [{ Type: 'PRIMARY' }, { Type: 'STANDBY' }, { Type: 'STANDBY', WorkspaceId: 's', Region: 'r' }] }] },
      [{ ...EMPTY, primary: { workspaceId: '', region: '' }, standbys: [{ workspaceId: '', region: '' }, { workspaceId: 's', region: 'r' }] }]],
    ['replication of its own', client => client.describe(['a']),
      { Workspaces: [{ WorkspaceId: 'a', StandbyWorkspacesProperties: [{ StandbyWorkspaceId: 'b', DataReplication: 'x' }, { StandbyWorkspaceId: 'a', DataReplication: 'y' }] }] },
      [{ ...EMPTY, id: 'a', replication: 'y' }]],
    ['replication of it', client => client.describe(['a']), { Workspaces: [{ StandbyWorkspacesProperties: [{ StandbyWorkspaceId: 'b', DataReplication: 'x' }] }] }, [EMPTY]],
    ['other replication', client => client.describe(['a']), { Workspaces: [{ DataReplicationSettings: { DataReplication: 'x' } }] }, [{ ...EMPTY, replication: 'x' }]],
    ['page', client => client.describeDirectory('d'), {}, { workspaces: [], nextToken: undefined }],
    ['items', client => client.createStandbys('r', []), {}, { pending: [], failed: [] }],
    ['ids', client => client.createStandbys('r', []), { PendingStandbyRequests: [{}, { WorkspaceId: 'a' }], FailedStandbyRequests: [{}] },
      { pending: [{ workspaceId: 'a', userName: '' }], failed: [{ id: '', code: 'unknown', message: '' }] }],
    ['failures', client => client.terminate(['a']), {}, []],
    ['codes', client => client.terminate(['a']), { FailedRequests: [{}] }, [{ id: '', code: 'unknown', message: '' }]],
    ['tags', client => client.listTags('a'), {}, {}],
    ['values', client => client.listTags('a'), { TagList: [{ Key: 'k' }] }, { k: '' }],
    ['alias', client => client.getAlias('a'), {}, undefined],
    ['alias of that id', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'b' }] }, undefined],
    ['association', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a' }] }, { id: 'a', state: '', ownerAccountId: '', association: undefined }],
    ['live association', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a', State: 'CREATED', Associations: [{ AssociationStatus: 'NOT_ASSOCIATED' }] }] },
      { id: 'a', state: 'CREATED', ownerAccountId: '', association: undefined }],
    ['details of it', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a', Associations: [{}] }] },
      { id: 'a', state: '', ownerAccountId: '', association: { directoryId: '', status: '', connectionIdentifier: '' } }],
  ])('give no %s', async (_, call, answer, expected) => {
    expect(await call(api(answer))).toStrictEqual(expected);
  });
});

describe('what is missing', () => {
  const failing = (name: string) => new SdkWorkSpaces({ send: async () => { throw error(name); } } as any);
  const calls: [string, (client: SdkWorkSpaces) => Promise<unknown>][] = [
    ['tags', client => client.listTags('a')], ['an alias', client => client.getAlias('a')], ['an association', client => client.disassociate('a')],
  ];

  test.each(calls)('is no error of a call for %s', async (_, call) => {
    expect(await call(failing('ResourceNotFoundException'))).toBeUndefined();
  });

  test.each(calls)('is told from other errors of a call for %s', async (_, call) => {
    await expect(call(failing('AccessDeniedException'))).rejects.toThrow('text.');
  });
});

test('of the aliases, one is asked for', async () => {
  const inputs: unknown[] = [];
  await new SdkWorkSpaces({ send: async ({ input }: { input: unknown }) => { inputs.push(input); return {}; } } as any).getAlias('a');
  expect(inputs).toEqual([{ AliasIds: ['a'] }]);
});
