import { changed, everyStep, expectFound, type ChangedStep, type Mutation } from './broken-variant';
import { Dice } from './dice';
import type { Variant } from './history';
import type { ResourceKind, ServiceModel } from './resource-kind';
import { customRouting } from './services/global-accelerator';
import { workSpaces } from './services/workspaces';
import { SdkGlobalAccelerator } from '../../lambda/global-accelerator/client';
import type { EndpointGroupDeclaration, SubnetDeclaration } from '../../lambda/global-accelerator/endpoint-group-declaration';
import { SdkWorkSpaces } from '../../lambda/workspaces/client';
import { CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE } from '../../src/wire/global-accelerator';
import { STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';

/* The modules themselves: what an import gives here is a copy, on which a spy sees nothing. */
const errors = jest.requireActual<typeof import('../../lambda/lifecycle/errors')>('../../lambda/lifecycle/errors');
const execution = jest.requireActual<typeof import('../../lambda/lifecycle/execution')>('../../lambda/lifecycle/execution');
const registers = jest.requireActual<typeof import('../../lambda/global-accelerator/register')>('../../lambda/global-accelerator/register');
const standbys = jest.requireActual<typeof import('../../lambda/workspaces/standby')>('../../lambda/workspaces/standby');
const tags = jest.requireActual<typeof import('../../lambda/lifecycle/tags')>('../../lambda/lifecycle/tags');

/** The lifecycle, broken on purpose, under the models of a service. mutations.test.ts has what is broken in the engine itself. */
function ofLifecycle(service: ServiceModel): Mutation[] {
  const kinds = new Map<string, ResourceKind>(
    service.open(new Dice(1)).kinds.filter(({ readOnly }) => !readOnly).map(kind => [kind.type, kind]));
  const each = (step: ChangedStep): Variant => everyStep([...kinds.keys()], step);
  return [
    ['answers a create before it is ready', () => each(async (context, original, _, type) => {
      const outcome = await original(context);
      return outcome.status === 'waiting' && outcome.physicalId !== undefined && context.operation === 'Create'
        ? { status: 'ready', physicalId: outcome.physicalId, attributes: Object.fromEntries(kinds.get(type)!.attributes.map(name => [name, 'x'])) }
        : outcome;
    })],
    ['answers a delete before it is gone', () => each(async (context, original) => {
      const outcome = await original(context);
      return context.operation === 'Delete' && outcome.status === 'waiting' && /to go away/.test(outcome.until) ? { status: 'gone' } : outcome;
    })],
    ['lets an attribute out', () => each(async (context, original) => {
      const outcome = await original(context);
      return outcome.status === 'ready' ? { ...outcome, attributes: Object.fromEntries(Object.entries(outcome.attributes).slice(1)) } : outcome;
    })],
    ['takes throttling for the end', () => {
      const original = errors.classify;
      jest.spyOn(errors, 'classify').mockImplementation(error => {
        const kind = original(error);
        return kind === 'throttled' ? 'permanent' : kind;
      });
    }],
    ['does not stop what works on earlier requests', () => {
      const original = execution.otherExecutions;
      jest.spyOn(execution, 'otherExecutions').mockImplementation((...parameters) => ({ ...original(...parameters), earlierRunning: [] }));
    }],
    ['deletes nothing under an id that it does not know', () => each(async (context, original, handler) =>
      context.operation === 'Delete' && !handler.recognizes?.(context.physicalId!) ? { status: 'gone' } : original(context))],
    ['deletes under an unknown id whatever the create has come to', () =>
      each((context, original) => original(changed(context, { createWasAbandoned: async () => true }))), 'retain'],
    ['does not note that it is going to create', () => each((context, original) => original(changed(context, { changing: () => undefined })))],
    ['creates in the step in which it has looked', () => each(async (context, original) => {
      const outcome = await original(context);
      return outcome.status === 'waiting' && outcome.memory?.creating === true && !context.memory.creating
        ? original(changed(context, { memory: { ...context.memory, ...outcome.memory } })) : outcome;
    })],
  ];
}

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
  ['deletes what it replaces by itself', () => everyStep(STANDBY_WORKSPACE_TYPE, async (context, original, handler) => {
    const outcome = await original(context);
    if (context.operation === 'Update' && outcome.status === 'ready' && outcome.physicalId !== context.physicalId) {
      await handler.delete(changed(context, { operation: 'Delete', memory: {} }));
    }
    return outcome;
  })],
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

describe('Custom routing', () => expectFound(customRouting, [...ofLifecycle(customRouting), ...OF_CUSTOM_ROUTING]));

describe('WorkSpaces', () => expectFound(workSpaces, [...ofLifecycle(workSpaces), ...OF_WORKSPACES]));

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
