import { deletesWhatItReplaces, lifecycleMutations } from './broken-lifecycle';
import { changed, everyStep, expectFound, type Mutation } from './broken-variant';
import type { Variant } from './history';
import { customRouting } from './services/global-accelerator';
import { workSpaces } from './services/workspaces';
import { SdkGlobalAccelerator } from '../../lambda/global-accelerator/client';
import type { EndpointGroupDeclaration, SubnetDeclaration } from '../../lambda/global-accelerator/endpoint-group-declaration';
import { SdkWorkSpaces } from '../../lambda/workspaces/client';
import { CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE } from '../../src/wire/global-accelerator';
import { STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';

/* The modules themselves: what an import gives here is a copy, on which a spy sees nothing. */
const registers = jest.requireActual<typeof import('../../lambda/global-accelerator/register')>('../../lambda/global-accelerator/register');
const standbys = jest.requireActual<typeof import('../../lambda/workspaces/standby')>('../../lambda/workspaces/standby');
const tags = jest.requireActual<typeof import('../../lambda/lifecycle/tags')>('../../lambda/lifecycle/tags');

/** The models of custom routing, broken on purpose. */
const OF_CUSTOM_ROUTING: readonly Mutation[] = [
  ['takes everybody\'s accelerators for its own', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['creates an accelerator without its owner tag', () => {
    jest.spyOn(tags, 'withOwner').mockImplementation(declared => declared);
  }],
  ['enters all children of an accelerator under one key', () => {
    const original = registers.registerKey;
    jest.spyOn(registers, 'registerKey').mockImplementation(() => original('', ''));
  }],
  ['asks with another token each time', () => {
    let calls = 0;
    jest.spyOn(registers, 'createToken').mockImplementation(() => `token-${calls++}`);
  }],
  ['opens no traffic', () => everyGroup(subnet => ({ ...subnet, traffic: undefined }))],
  ['forgets the second subnet', () => everyGroup((subnet, index) => index === 0 ? subnet : undefined)],
  ['leaves the subnets that are no longer declared', () => {
    const left = new Set<string>();
    jest.spyOn(SdkGlobalAccelerator.prototype, 'removeEndpoints').mockImplementation(async (_, ids) => ids.forEach(id => left.add(id)));
    const original = SdkGlobalAccelerator.prototype.describeGroup;
    jest.spyOn(SdkGlobalAccelerator.prototype, 'describeGroup').mockImplementation(async function (this: SdkGlobalAccelerator, arn) {
      const group = await original.call(this, arn);
      return group && { ...group, subnetIds: group.subnetIds.filter(id => !left.has(id)) };
    });
  }],
];

/** The models of WorkSpaces, broken on purpose. */
const OF_WORKSPACES: readonly Mutation[] = [
  deletesWhatItReplaces(STANDBY_WORKSPACE_TYPE),
  ['takes everybody\'s standbys for its own', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['asks for standbys without the owner tag', () => {
    jest.spyOn(standbys, 'requestFor').mockImplementation((primaryWorkspaceId, { directoryId, volumeEncryptionKey, replication, tags: declared }) =>
      ({ primaryWorkspaceId, directoryId, volumeEncryptionKey, replication, tags: declared }));
  }],
  ['takes a standby in ERROR for ready', () => {
    const original = standbys.conditionOf;
    jest.spyOn(standbys, 'conditionOf').mockImplementation(state => state === 'ERROR' ? 'ready' : original(state));
  }],
  ['takes each standby of the directory for the one of its primary', () => {
    jest.spyOn(standbys, 'isStandbyOf').mockReturnValue(true);
  }],
  ['terminates nothing', () => {
    jest.spyOn(SdkWorkSpaces.prototype, 'terminate').mockResolvedValue([]);
    const original = SdkWorkSpaces.prototype.describe;
    jest.spyOn(SdkWorkSpaces.prototype, 'describe').mockImplementation(async function (this: SdkWorkSpaces, ids) {
      return (await original.call(this, ids)).map(workspace => ({ ...workspace, state: 'TERMINATED' }));
    });
  }],
  ['does not change the data replication', () => {
    jest.spyOn(SdkWorkSpaces.prototype, 'setReplication').mockResolvedValue();
  }],
  ['leaves the association of an alias', () => {
    jest.spyOn(SdkWorkSpaces.prototype, 'disassociate').mockResolvedValue();
    const original = SdkWorkSpaces.prototype.getAlias;
    let isLeft = false;
    jest.spyOn(SdkWorkSpaces.prototype, 'getAlias').mockImplementation(async function (this: SdkWorkSpaces, id) {
      const alias = await original.call(this, id);
      isLeft = jest.mocked(SdkWorkSpaces.prototype.disassociate).mock.calls.some(([left]) => left === id) || isLeft;
      return alias && isLeft ? { ...alias, associations: [] } : alias;
    });
  }],
];

describe('Custom routing', () => expectFound(customRouting, [...lifecycleMutations(customRouting), ...OF_CUSTOM_ROUTING]));

describe('WorkSpaces', () => expectFound(workSpaces, [...lifecycleMutations(workSpaces), ...OF_WORKSPACES]));

/** Endpoint groups of which only some of the declaration is brought about. */
function everyGroup(change: (subnet: SubnetDeclaration, index: number) => SubnetDeclaration | undefined): Variant {
  return everyStep(CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, (context, original) => {
    if (context.operation === 'Delete') {
      return original(context);
    }
    const declared = context.properties as EndpointGroupDeclaration;
    const subnets = declared.subnets.map(change).filter(subnet => subnet !== undefined);
    return original(changed(context, { properties: { ...declared, subnets } }));
  });
}
