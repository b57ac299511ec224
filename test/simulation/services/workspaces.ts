import { workspacesHandlers } from '../../../lambda/workspaces/handlers';
import { SdkWorkSpaces } from '../../../lambda/workspaces/client';
import { ServiceError, type Call } from '../../../sandbox/services/service';
import type { JsonObject } from '../../../sandbox/cloudformation/template';
import { WorkSpacesSimulator } from '../../../sandbox/services/workspaces';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE, STANDBY_WORKSPACE_READY_TYPE,
  STANDBY_WORKSPACE_TYPE,
} from '../../../src/wire/workspaces';
import { pick, tagsWithout, type Adoptable, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { ACCOUNT, REGION, type Belief, type ClientFactory, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const PRIMARY_REGION = 'us-east-1';
const PRIMARY_DIRECTORY = 'd-9067000001';
/** Primaries and their users. */
const PRIMARIES: Record<string, string> = {
  'ws-primary01': 'jane', 'ws-primary02': 'john', 'ws-primary03': 'zoe', 'ws-primary04': 'ali', 'ws-primary05': 'mia',
};
const PRIMARY_IDS = Object.keys(PRIMARIES);
const DIRECTORIES = ['d-9367000001', 'd-9367000002'];
const ALIASES = ['wsca-alias0001', 'wsca-alias0002'];
const TAGS: Record<string, string>[] = [{}, { team: 'desk' }, { team: 'mail', stage: 'test' }];
const KEYS = ['1', '2'].map(id => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`);
const RATE = { perSecond: 2, burst: 5 };
const OURS = /^[0-9a-f]{64}$/;
/** Looks like an owner of ours. */
const ANOTHER_OWNER = '0'.repeat(64);
/** Between a look at an alias, which may be stale, and the tag that follows it. */
const LOOK_MILLISECONDS = 10_000;
const READY = ['AVAILABLE', 'STOPPED'];
const STANDBY_ATTRIBUTES = ['WorkspaceId', 'DirectoryId', 'State'];

type Workspaces = WorkSpacesSimulator['workspaces'];
type Workspace = Workspaces extends Map<string, infer W> ? W : never;
type Aliases = WorkSpacesSimulator['aliases']['aliases'];
type Alias = Aliases extends Map<string, infer A> ? A : never;

export const workSpaces: ServiceModel = {
  name: 'WorkSpaces',
  throttling: new ServiceError('ThrottlingException', 'Rate exceeded'),
  consistentReads: /^DescribeTags$/,
  legitimateFailures: [
    /does not belong to this stack and logical id/, /standbys could not be made/, /WorkSpaces refused to make a standby/, /Standby \S+ is (ERROR|TERMINATING|TERMINATED)/,
    /does not exist any more/, /is (not encrypted|encrypted with)/, /a user can have one WorkSpace in a directory/, /has an association that another/, /is associated with directory \S+ already/,
    /has no standby of/, /There is no WorkSpace/, /has been kept/, /has vanished before it was ready/, /does not carry the tag/, /WorkSpace \S+ belongs to another resource/,
  ],
  open: dice => new WorkSpacesService(dice),
};

class WorkSpacesService implements SimulatedService {
  public readonly simulators: readonly [WorkSpacesSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof RATE;
  /**
   * Standbys and aliases whose owner tag somebody has taken away, with what it was: docs/reliability.md, "What is known and excluded". An update of
   * a fleet asks for the owners of its members only if it changes them, since that is a call for each.
   */
  public readonly untagged = new Map<string, string>();
  /** Standbys that somebody has terminated by hand. A rollback that asks nothing of them succeeds. */
  public readonly terminated = new Set<string>();
  /** Aliases that somebody has associated, or taken the tag from. */
  private readonly foreignAliases = new Set<string>();
  /**
   * Aliases that two claimed at the same moment: docs/reliability.md, "What is known and excluded". A tag is set without a condition, so
   * of two resources the later one wins; if that gives up because it has seen the other one, its tag may stay, and so may the
   * association, which does not carry the tag of the other one any more. And what somebody else associates between the look at a
   * free alias and its tag is taken for ours.
   */
  public readonly contestedAliases = new Set<string>();
  /** Associations that somebody else has made, by alias. */
  private readonly foreignAssociations = new Map<string, Thing>();
  public readonly adoptable: AdoptableThings = {
    all: now => {
      const standbys = this.standbys(now).filter(({ terminatedAt }) => terminatedAt === undefined);
      return [...standbys, ...this.allAliases()].map(thing => adoptableOf(thing, now));
    },
    valueOf: ({ type, properties, attributes, owner }, now) => {
      switch (type) {
        case STANDBY_WORKSPACE_TYPE: return String(attributes.WorkspaceId);
        case CONNECTION_ALIAS_ASSOCIATION_TYPE: return String(properties.AliasId);
        default: return membersByPrimary(this.standbys(now), properties, owner);
      }
    },
    disown: ids => [...this.standbys(0), ...this.allAliases()].filter(({ id }) => ids.has(id)).forEach(({ tags }) => tags.delete(OWNER_TAG_KEY)),
    identity: (type, properties) => type === CONNECTION_ALIAS_ASSOCIATION_TYPE ? pick(properties, 'AliasId', 'DirectoryId')
      : pick(properties, 'PrimaryWorkspaceId', 'PrimaryWorkspaceIds', 'DirectoryId', 'VolumeEncryptionKey'),
    differing: (type, properties) => type === STANDBY_WORKSPACE_FLEET_TYPE ? undefined
      : { ...properties, DirectoryId: DIRECTORIES.find(id => id !== properties.DirectoryId) },
  };

  constructor(dice: Dice) {
    const requestRate = dice.chance(0.5) ? RATE : 'unlimited';
    const simulator = new WorkSpacesSimulator({
      creationSeconds: dice.chance(0.02) ? 4000 : dice.pick([100, 900]),
      finalState: dice.pick(['AVAILABLE', 'AVAILABLE', 'STOPPED']),
      invisibleSeconds: dice.pick([0, 20, 90]),
      relationLagSeconds: dice.pick([0, 0, 30, 120]),
      terminationSeconds: dice.pick([30, 300]),
      terminatedSeconds: dice.pick([0, 20]),
      modificationSeconds: dice.pick([10, 180]),
      replicationShownOn: dice.pick(['both', 'standby', 'primary']),
      standbyQuota: dice.chance(0.1) ? 2 : 100,
      quotaRefusal: dice.pick(['item', 'exception']),
      aliasCreationSeconds: 10,
      associationSeconds: dice.pick([5, 60]),
      disassociationSeconds: dice.pick([5, 60]),
      requestRate,
    });
    this.rate = requestRate === RATE ? RATE : undefined;
    this.simulators = [simulator];
    this.seed(simulator);
    this.watchTags(simulator);
    this.plan(dice, simulator);
    this.kinds = [standbyKind(this), fleetKind(this), associationKind(this), lookupKind(this), readyKind(this)];
  }

  public handlers(client: ClientFactory) {
    const inRegion = (region: string) => new SdkWorkSpaces(client('WorkSpaces', region) as any);
    return workspacesHandlers(inRegion(REGION), inRegion);
  }

  public things(now: number): Thing[] {
    return [
      ...this.standbys(now).map(thingOf),
      ...this.allAliases().map(alias => this.aliasThing(alias, now)),
    ];
  }

  public foreign(dice: Dice, now: number): Thing | undefined {
    const turn = dice.next();
    if (turn < 0.25) {
      return this.foreignAssociation(dice, now);
    }
    const primaryId = dice.pick(PRIMARY_IDS);
    const directoryId = dice.pick(DIRECTORIES);
    return turn < 0.5 ? this.foreignDesktop(dice, primaryId, directoryId, now) : this.foreignStandby(dice, primaryId, directoryId, now);
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const standbys = this.standbys(now).filter(({ terminatedAt }) => terminatedAt === undefined);
    const choice = [...standbys, ...this.allAliases()].filter(({ tags }) => isOurs(tags));
    if (choice.length === 0) {
      return undefined;
    }
    const chosen = dice.pick(choice);
    const owner = chosen.tags.get(OWNER_TAG_KEY)!;
    const what = 'directoryId' in chosen ? this.tamperStandby(dice, chosen, now) : this.tamperAlias(dice, chosen, now);
    return { owner, what };
  }

  /** A standby in the Region of the stacks, also while WorkSpaces does not show it. */
  public find(id: string, now: number): Workspace | undefined {
    return this.standbys(now).find(workspace => workspace.id === id);
  }

  public standbys(now: number): Workspace[] {
    return [...(Reflect.get(this.simulators[0], 'workspaces') as Workspaces).values()]
      .filter(({ region, goneAt }) => region === REGION && (goneAt === undefined || goneAt > now));
  }

  public alias(id: string): Alias | undefined {
    return this.allAliases().find(alias => alias.id === id);
  }

  private seed(simulator: WorkSpacesSimulator): void {
    DIRECTORIES.forEach(directoryId => simulator.seedDirectory({ region: REGION, directoryId }));
    Object.entries(PRIMARIES).forEach(([workspaceId, userName]) =>
      simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId, userName, directoryId: PRIMARY_DIRECTORY }));
    ALIASES.forEach(aliasId => simulator.seedConnectionAlias({ region: REGION, aliasId, connectionString: `${aliasId}.example.com` }));
  }

  /** What goes wrong in WorkSpaces itself, and a directory so large that it has several pages. */
  private plan(dice: Dice, simulator: WorkSpacesSimulator): void {
    for (let left = dice.chance(0.1) ? dice.integer(1, 2) : 0; left > 0; left--) {
      simulator.failNext(dice.pick(PRIMARY_IDS));
    }
    if (dice.chance(0.05)) {
      simulator.refuseNext(dice.pick(PRIMARY_IDS), 'InternalError', 'The request could not be processed.');
    }
    for (let left = dice.chance(0.1) ? 30 : 0; left > 0; left--) {
      const number = String(left).padStart(2, '0');
      simulator.seedWorkspace({ region: REGION, workspaceId: `ws-desktop${number}`, userName: `user${number}`, directoryId: DIRECTORIES[0] });
    }
  }

  private foreignAssociation(dice: Dice, now: number): Thing | undefined {
    const free = this.allAliases().filter(({ tags, association }) => !tags.has(OWNER_TAG_KEY) && !holds(association, now));
    if (free.length === 0) {
      return undefined;
    }
    const alias = dice.pick(free);
    const aliases = Reflect.get(this.simulators[0], 'aliases') as WorkSpacesSimulator['aliases'];
    aliases.associate({ AliasId: alias.id, ResourceId: dice.pick(DIRECTORIES) }, callAt(now));
    this.foreignAliases.add(alias.id);
    const thing = this.aliasThing(alias, now);
    this.foreignAssociations.set(alias.id, thing);
    return thing;
  }

  private foreignDesktop(dice: Dice, primaryId: string, directoryId: string, now: number): Thing | undefined {
    const userName = PRIMARIES[primaryId];
    if (this.standbys(now).some(workspace => workspace.directoryId === directoryId && workspace.userName === userName)) {
      return undefined;
    }
    const workspaceId = `ws-foreign${primaryId.slice(-2)}${directoryId.slice(-1)}`;
    this.simulators[0].seedWorkspace({ region: REGION, workspaceId, directoryId, userName, state: dice.pick(['AVAILABLE', 'PENDING']) });
    return thingOf(this.find(workspaceId, now)!);
  }

  /** By hand or by another stack, at this moment: so it is as invisible and unrelated at first as ours are. */
  private foreignStandby(dice: Dice, primaryId: string, directoryId: string, now: number): Thing | undefined {
    const before = new Set(this.standbys(now).map(({ id }) => id));
    const owner = dice.pick([undefined, 'somebody-else', ANOTHER_OWNER]);
    const item = { PrimaryWorkspaceId: primaryId, DirectoryId: directoryId, Tags: owner ? [{ Key: OWNER_TAG_KEY, Value: owner }] : [] };
    const create = Reflect.get(this.simulators[0], 'create') as (input: object, call: Call) => unknown;
    try {
      create.call(this.simulators[0], { PrimaryRegion: PRIMARY_REGION, StandbyWorkspaces: [item] }, callAt(now));
    } catch {
      return undefined;
    }
    const made = this.standbys(now).find(({ id }) => !before.has(id));
    return made && thingOf(made);
  }

  public giveTagsBack(): void {
    for (const { id, tags } of [...this.standbys(0), ...this.allAliases()]) {
      const owner = this.untagged.get(id);
      if (owner && !tags.has(OWNER_TAG_KEY)) {
        tags.set(OWNER_TAG_KEY, owner);
      }
    }
  }

  private tamperStandby(dice: Dice, workspace: Workspace, now: number): string {
    const manner = dice.next();
    if (manner < 0.5) {
      this.terminated.add(workspace.id);
      workspace.terminatedAt = now;
      workspace.goneAt = now + 60_000;
      return `terminates ${workspace.id}`;
    }
    if (manner < 0.7) {
      this.untagged.set(workspace.id, workspace.tags.get(OWNER_TAG_KEY)!);
      workspace.tags.delete(OWNER_TAG_KEY);
      return `removes the owner tag of ${workspace.id}`;
    }
    if (manner < 0.8) {
      workspace.forcedState = 'UNHEALTHY';
      return `breaks ${workspace.id}`;
    }
    workspace.tags.set('cost', 'centre');
    return `tags ${workspace.id}`;
  }

  private tamperAlias(dice: Dice, alias: Alias, now: number): string {
    if (alias.association && holds(alias.association, now) && dice.chance(0.6)) {
      alias.association.goneAt = now + 5000;
      return `disassociates ${alias.id}`;
    }
    this.untagged.set(alias.id, alias.tags.get(OWNER_TAG_KEY)!);
    alias.tags.delete(OWNER_TAG_KEY);
    this.foreignAliases.add(alias.id);
    return `removes the owner tag of ${alias.id}`;
  }

  /** An association that nobody else has made and that carries no tag can only be an abandoned one of ours. */
  private aliasThing({ id, tags, association }: Alias, now: number): Thing {
    const contested = this.contestedAliases.has(id) ? this.foreignAssociations.get(id) : undefined;
    if (contested) {
      return contested;
    }
    const held = holds(association, now);
    const abandoned = held && !this.foreignAliases.has(id) ? 'one of the stacks' : undefined;
    const owner = this.contestedAliases.has(id) ? undefined : tags.get(OWNER_TAG_KEY) ?? abandoned;
    const fingerprint = [held ? association!.directoryId : 'free', association?.goneAt, ...show(tags)].join(' ');
    return { type: CONNECTION_ALIAS_ASSOCIATION_TYPE, id: `association/${id}`, owner, fingerprint };
  }

  private watchTags({ operations }: WorkSpacesSimulator): void {
    const { handle } = operations.CreateTags;
    operations.CreateTags.handle = (input, call) => {
      const alias = this.allAliases().find(({ id }) => id === input.ResourceId);
      if (alias && this.isContested(alias, input.Tags, call.now)) {
        this.contestedAliases.add(alias.id);
      }
      return handle(input, call);
    };
  }

  private isContested({ id, tags, association }: Alias, given: readonly { Key: string; Value: string }[], now: number): boolean {
    const owner = given.find(({ Key }) => Key === OWNER_TAG_KEY)?.Value;
    const isAnothers = owner !== undefined && (tags.get(OWNER_TAG_KEY) ?? owner) !== owner;
    const isJustAssociated = this.foreignAssociations.has(id) && now - (association?.madeAt ?? now) < LOOK_MILLISECONDS;
    return isAnothers || (owner !== undefined && isJustAssociated);
  }

  private allAliases(): Alias[] {
    const aliases = Reflect.get(this.simulators[0], 'aliases') as WorkSpacesSimulator['aliases'];
    return [...(Reflect.get(aliases, 'aliases') as Aliases).values()];
  }
}

function adoptableOf(thing: Workspace | Alias, now: number): Adoptable {
  const { id, tags } = thing;
  const parts = 'directoryId' in thing ? [thing.createdAt, thing.primary?.workspaceId, thing.directoryId, replicationOf(thing)]
    : [holds(thing.association, now) && thing.association?.directoryId];
  return { id, proof: tags.get(OWNER_TAG_KEY), state: [...parts, tagsWithout(tags, key => key === OWNER_TAG_KEY)].join(' ') };
}

/** The standbys of a fleet by their primaries; undefined if it has none. */
function membersByPrimary(
  standbys: readonly Workspace[], { DirectoryId, PrimaryWorkspaceIds }: JsonObject, owner: string,
): Record<string, string> | undefined {
  const members = standbys.filter(({ directoryId, primary, tags, terminatedAt }) => directoryId === DirectoryId && terminatedAt === undefined
    && tags.get(OWNER_TAG_KEY) === owner && (PrimaryWorkspaceIds as string[]).includes(primary!.workspaceId));
  return members.length === 0 ? undefined : Object.fromEntries(members.map(({ id, primary }) => [primary!.workspaceId, id]));
}

function thingOf(workspace: Workspace): Thing {
  const { id, directoryId, primary, finalState, forcedState, terminatedAt, tags } = workspace;
  const owner = tags.get(OWNER_TAG_KEY);
  const fingerprint = [finalState, forcedState, terminatedAt, replicationOf(workspace), ...show(tags)].join(' ');
  const heldAs = owner && primary ? `fleet/${primary.region}/${directoryId}` : undefined;
  return { type: STANDBY_WORKSPACE_TYPE, id: primary ? standbyId(workspace) : id, owner, fingerprint, heldAs };
}

/** The physical id of a standby. */
function standbyId({ id, directoryId, primary }: Workspace): string {
  return `standby/${primary!.region}/${primary!.workspaceId}/${directoryId}#${id}`;
}

function workspaceIdOf(physicalId: string): string {
  return physicalId.split('#')[1] ?? '';
}

function standbyKind(service: WorkSpacesService): ResourceKind {
  return {
    type: STANDBY_WORKSPACE_TYPE,
    attributes: STANDBY_ATTRIBUTES,
    declare: dice => ({ Schema: SCHEMA_VERSION, PrimaryWorkspaceId: dice.pick(PRIMARY_IDS), ...settings(dice) }),
    change: (dice, properties) => dice.chance(0.2)
      ? { ...properties, PrimaryWorkspaceId: dice.pick(PRIMARY_IDS) } : { ...properties, ...changedSetting(dice) },
    problem: (belief, now) => {
      const { physicalId, properties, attributes } = belief;
      // Without rollback it may be held under the id that CloudFormation has invented for the failed create.
      const id = workspaceIdOf(physicalId) || String(attributes.WorkspaceId);
      const workspace = service.find(id, now);
      if (!workspace && service.terminated.has(id)) {
        return undefined;
      }
      if (!workspace) {
        return `standby ${physicalId} does not exist`;
      }
      return wrongStandby(workspace, belief, now) ?? first(
        [workspace.primary?.workspaceId !== properties.PrimaryWorkspaceId, `${physicalId} stands by for ${workspace.primary?.workspaceId}`],
        [workspace.directoryId !== properties.DirectoryId, `${physicalId} is in ${workspace.directoryId}`],
        [attributes.UserName !== workspace.userName, `the attribute UserName is ${String(attributes.UserName)}`],
        [attributes.WorkspaceId !== workspace.id, `the attribute WorkspaceId is ${String(attributes.WorkspaceId)}`],
      );
    },
    remains: (id, owner, now) => service.find(workspaceIdOf(id), now)?.tags.get(OWNER_TAG_KEY) === owner,
  };
}

function fleetKind(service: WorkSpacesService): ResourceKind {
  const members = (directoryId: string, owner: string, now: number) => service.standbys(now)
    .filter(workspace => workspace.directoryId === directoryId && workspace.tags.get(OWNER_TAG_KEY) === owner);
  const untagged = (directoryId: string, owner: string, now: number) => service.standbys(now)
    .filter(({ id, ...workspace }) => workspace.directoryId === directoryId && service.untagged.get(id) === owner);
  return {
    type: STANDBY_WORKSPACE_FLEET_TYPE,
    attributes: ['MemberCount', 'FailedMemberCount'],
    declare: dice => ({
      Schema: SCHEMA_VERSION, PrimaryWorkspaceIds: someOf(dice, PRIMARY_IDS), ...settings(dice), ...dice.chance(0.3) ? { KeepGoodMembers: true } : {},
    }),
    change: (dice, properties) => dice.chance(0.45)
      ? { ...properties, PrimaryWorkspaceIds: someOf(dice, PRIMARY_IDS) } : { ...properties, ...changedSetting(dice) },
    problem: (belief, now) => {
      const { owner, properties, attributes, hasFailedUpdate, requestedAt } = belief;
      const primaries = properties.PrimaryWorkspaceIds as string[];
      const failed = String(attributes.FailedMembers).split(' ').filter(Boolean);
      const directoryId = String(properties.DirectoryId);
      const here = members(directoryId, owner, now);
      const present = [...here, ...untagged(directoryId, owner, now)];
      const of = (primary: string) => present.find(workspace => workspace.primary?.workspaceId === primary);
      const named = primaries.filter(primary => !failed.includes(primary));
      // Of a member that was there before it is not asked whose its standby is: it may have gone, and another resource have made one.
      const isTaken = (primary: string) => hasFailedUpdate && service.standbys(now).some(
        standby => standby.directoryId === directoryId && standby.primary?.workspaceId === primary && standby.tags.get(OWNER_TAG_KEY) !== owner);
      const lacking = named.filter(primary => !of(primary) && !isTaken(primary));
      // A wreck that WorkSpaces never related to its primary is told by its own id.
      const unnamed = failed.filter(id => !primaries.includes(id));
      // Another worker of the same step may have made what was refused to this one. The next change takes it up.
      // And what an update finds in ERROR it names and leaves as it is.
      const isLeft = ({ primary, finalState, createdAt }: Workspace) =>
        failed.includes(primary!.workspaceId) && (finalState !== 'ERROR' || createdAt < requestedAt);
      const extra = here.find(workspace => workspace.terminatedAt === undefined && !named.includes(workspace.primary!.workspaceId)
        && !isLeft(workspace));
      const count = primaries.length - failed.length;
      return first(
        [lacking.length > unnamed.length, `the fleet lacks the standby of ${lacking.join(', ')}`],
        // What only a failed update has declared the next request does not name; it goes with the fleet.
        [!hasFailedUpdate && extra !== undefined, `the fleet still has ${extra?.id} of ${extra?.primary?.workspaceId}`],
        [attributes.MemberCount !== String(count), `the fleet has ${count} members, not ${String(attributes.MemberCount)}`],
      ) ?? here.filter(({ primary }) => named.includes(primary!.workspaceId)).map(workspace => wrongStandby(workspace, belief, now)).find(Boolean);
    },
    remains: (physicalId, owner, now) => {
      const [kind, , directoryId] = physicalId.split('/');
      return kind === 'fleet' && members(directoryId, owner, now).length > 0;
    },
  };
}

/** What standby and fleet have in common. */
function wrongStandby(workspace: Workspace, { owner, properties, hasFailedUpdate }: Belief, now: number): string | undefined {
  const { id, tags, terminatedAt, finalAt, finalState } = workspace;
  const waits = properties.WaitUntilReady !== 'false';
  const wanted = (properties.Tags ?? {}) as Record<string, string>;
  const lacking = Object.entries(wanted).find(([key, value]) => tags.get(key) !== value);
  const undeclared = ['team', 'stage'].find(key => tags.has(key) && !(key in wanted));
  const replication = String(properties.DataReplication ?? 'NO_REPLICATION');
  return first(
    [tags.get(OWNER_TAG_KEY) !== owner, `standby ${id} does not belong to the resource`],
    [terminatedAt !== undefined, `standby ${id} is being terminated`],
    [waits && (finalAt > now || !READY.includes(finalState)), `standby ${id} is not ready`],
    // A continued rollback declares no change, and a change of the failed one that is still under way does not show.
    [!hasFailedUpdate && replicationOf(workspace) !== replication, `standby ${id} has ${replicationOf(workspace)}, not ${replication}`],
    [lacking !== undefined, `standby ${id} lacks the tag ${lacking?.join('=')}`],
    [!hasFailedUpdate && undeclared !== undefined, `standby ${id} still has the tag ${undeclared}, which is no longer declared`],
  );
}

function aliasIdOf(physicalId: string): string {
  return physicalId.replace('association/', '');
}

function associationKind(service: WorkSpacesService): ResourceKind {
  return {
    type: CONNECTION_ALIAS_ASSOCIATION_TYPE,
    attributes: ['ConnectionIdentifier'],
    declare: dice => ({ Schema: SCHEMA_VERSION, AliasId: dice.pick(ALIASES), DirectoryId: dice.pick(DIRECTORIES) }),
    change: (dice, properties) => dice.chance(0.5)
      ? { ...properties, DirectoryId: dice.pick(DIRECTORIES) } : { ...properties, AliasId: dice.pick(ALIASES) },
    problem: ({ physicalId, properties, attributes, owner }, now) => {
      const aliasId = physicalId.startsWith('association/') ? aliasIdOf(physicalId) : String(properties.AliasId);
      const { tags, association } = service.alias(aliasId) ?? {};
      return service.contestedAliases.has(aliasId) ? undefined : first(
        [aliasId !== properties.AliasId, `the physical id is ${physicalId}, the alias ${String(properties.AliasId)}`],
        [!holds(association, now), `alias ${physicalId} is not associated`],
        [association?.goneAt !== undefined, `alias ${physicalId} is being disassociated`],
        [association?.directoryId !== properties.DirectoryId, `alias ${physicalId} leads to ${association?.directoryId}`],
        [association?.connectionIdentifier !== attributes.ConnectionIdentifier, `alias ${physicalId} has ${association?.connectionIdentifier}`],
        [tags?.get(OWNER_TAG_KEY) !== owner, `alias ${physicalId} does not belong to the resource`],
      );
    },
    remains: (id, owner) => service.alias(aliasIdOf(id))?.tags.get(OWNER_TAG_KEY) === owner,
  };
}

function lookupKind(service: WorkSpacesService): ResourceKind {
  return {
    type: STANDBY_WORKSPACE_LOOKUP_TYPE,
    attributes: STANDBY_ATTRIBUTES,
    readOnly: true,
    declare: (dice, siblings) => {
      const standby = siblings.find(({ type }) => type === STANDBY_WORKSPACE_TYPE);
      const DirectoryId = standby ? { 'Fn::GetAtt': [standby.logicalId, 'DirectoryId'] } : dice.pick(DIRECTORIES);
      return siblings.length === 0 ? undefined
        : { Schema: SCHEMA_VERSION, PrimaryWorkspaceId: dice.pick(PRIMARY_IDS), PrimaryRegion: PRIMARY_REGION, DirectoryId };
    },
    change: (dice, properties) => ({ ...properties, PrimaryWorkspaceId: dice.pick(PRIMARY_IDS) }),
    problem: ({ properties, attributes }, now) => {
      const workspace = service.find(String(attributes.WorkspaceId), now);
      return first(
        [workspace === undefined, `${String(attributes.WorkspaceId)}, which was looked up, does not exist`],
        [workspace?.primary?.workspaceId !== properties.PrimaryWorkspaceId, `${String(attributes.WorkspaceId)} is not that of the primary`],
      );
    },
    remains: () => false,
  };
}

function readyKind(service: WorkSpacesService): ResourceKind {
  return {
    type: STANDBY_WORKSPACE_READY_TYPE,
    attributes: ['WorkspaceId', 'State'],
    readOnly: true,
    declare: (dice, siblings) => {
      const standby = siblings.find(({ type }) => type === STANDBY_WORKSPACE_TYPE);
      return standby
        && { Schema: SCHEMA_VERSION, WorkspaceId: { 'Fn::GetAtt': [standby.logicalId, 'WorkspaceId'] }, ...dice.chance(0.3) ? { Intermediate: true } : {} };
    },
    change: (dice, { Intermediate: _, ...properties }) => ({ ...properties, ...dice.chance(0.3) ? { Intermediate: true } : {} }),
    problem: ({ properties, attributes }, now) => {
      const workspace = service.find(String(attributes.WorkspaceId), now);
      const isPromised = properties.Intermediate === undefined;
      return first([
        isPromised && (workspace === undefined || workspace.finalAt > now || !READY.includes(workspace.finalState)),
        `standby ${String(attributes.WorkspaceId)} is not ready`,
      ]);
    },
    remains: () => false,
  };
}

function settings(dice: Dice) {
  return {
    PrimaryRegion: PRIMARY_REGION,
    DirectoryId: dice.chance(0.7) ? DIRECTORIES[0] : DIRECTORIES[1],
    Tags: dice.pick(TAGS),
    ...dice.chance(0.3) ? { DataReplication: 'PRIMARY_AS_SOURCE' } : {},
    ...dice.chance(0.15) ? { WaitUntilReady: false } : {},
    ...dice.chance(0.1) ? { VolumeEncryptionKey: KEYS[0] } : {},
  };
}

function changedSetting(dice: Dice): object {
  const turn = dice.next();
  if (turn < 0.4) {
    return { Tags: dice.pick(TAGS) };
  }
  if (turn < 0.7) {
    return { DataReplication: dice.pick(['NO_REPLICATION', 'PRIMARY_AS_SOURCE']) };
  }
  return turn < 0.95 ? { DirectoryId: dice.pick(DIRECTORIES) } : { VolumeEncryptionKey: dice.pick(KEYS) };
}

function someOf(dice: Dice, all: readonly string[]): string[] {
  const count = dice.integer(1, 3);
  const start = dice.integer(0, all.length - 1);
  return Array.from({ length: count }, (_, index) => all[(start + index) % all.length]);
}

/** What it is, or is becoming. */
function replicationOf({ change, replication }: Workspace): string {
  return change?.to ?? replication;
}

function isOurs(tags: ReadonlyMap<string, string>): boolean {
  const owner = tags.get(OWNER_TAG_KEY) ?? '';
  return OURS.test(owner) && owner !== ANOTHER_OWNER;
}

function holds(association: Alias['association'], now: number): boolean {
  return association !== undefined && (association.goneAt ?? Infinity) > now;
}

function show(tags: ReadonlyMap<string, string>): string[] {
  return [...tags].map(tag => tag.join('=')).sort();
}

function callAt(now: number): Call {
  return { partition: 'aws', accountId: ACCOUNT, region: REGION, now, requestId: 'foreign' };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds_]) => holds_)?.[1];
}
