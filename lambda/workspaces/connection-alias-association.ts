import type { AliasAssociation, ConnectionAlias, WorkSpaces } from './client';
import { waysOut } from './standby-errors';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import {
  CONNECTION_ALIAS_ID, DIRECTORY_ID, type ConnectionAliasAssociationAttributes, type ConnectionAliasAssociationProperties,
} from '../../src/wire/workspaces';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, ManagedResource, Observation, Phase, ResourceModel, Scope, Timing } from '../lifecycle/model';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import type { Tags } from '../lifecycle/tags';

const POLL_SECONDS = 20;
const SOON_SECONDS = 10;
/** An alias may be created by the same deployment; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 90;
/** Between a tag on an alias and the look that shows whether another resource has put its own on it. */
const CLAIM_MILLISECONDS = 2000;
/** So long the tags of an alias may not show a change. */
const TAG_LAG_SECONDS = 30;
const TAG_POLL_SECONDS = 5;

export interface AssociationDeclaration {
  readonly aliasId: string;
  readonly directoryId: string;
}

/**
 * `Custom::ConnectionAliasAssociation`. Its place is the alias, which has one association. An association can't be tagged, so the
 * owner tag is on the alias.
 */
export class ConnectionAliasAssociationModel implements ResourceModel<AssociationDeclaration, AliasAssociation> {
  public readonly noun = 'association';
  public readonly defaultTimeoutSeconds = 30 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: SOON_SECONDS, misses: 3, absentSeconds: 5 };

  constructor(private readonly workspaces: WorkSpaces) {}

  public parse(raw: RawProperties): AssociationDeclaration {
    const reader = new PropertyReader<ConnectionAliasAssociationProperties>(raw).schema();
    const declaration = {
      aliasId: reader.string('AliasId', CONNECTION_ALIAS_ID),
      directoryId: reader.string('DirectoryId', DIRECTORY_ID),
    };
    reader.optionalString('Adopt', CONNECTION_ALIAS_ID);
    reader.end();
    return declaration;
  }

  public placeOf({ AliasId }: RawProperties): string | undefined {
    return typeof AliasId === 'string' && CONNECTION_ALIAS_ID.pattern.test(AliasId) ? AliasId : undefined;
  }

  /** The alias is at work on another change. */
  public isRetryable(error: unknown): boolean {
    return hasName(error, 'InvalidResourceStateException');
  }

  public at(aliasId: string, scope: Scope): ManagedResource<AssociationDeclaration, AliasAssociation> {
    return new AssociationAt(scope.paced(this.workspaces), aliasId, scope);
  }
}

/** The association of one alias. */
class AssociationAt implements ManagedResource<AssociationDeclaration, AliasAssociation> {
  public readonly adoption: Adoption<AssociationDeclaration, AliasAssociation> = {
    identityOf: () => this.aliasId,
    find: async identifier => {
      if (identifier !== this.aliasId) {
        throw new ResourceError(`'adopt' is ${identifier}, but the association is declared for alias ${this.aliasId}. Let both be the alias whose association is adopted.`);
      }
      const association = (await this.workspaces.getAlias(this.aliasId))?.association;
      return association?.status === 'PENDING_DISASSOCIATION' ? undefined : association;
    },
    differences: ({ directoryId }, declaration) => directoryId === declaration.directoryId ? []
      : [`it is with directory ${directoryId}, not with ${declaration.directoryId}, and another one would interrupt the logins`],
    take: () => this.workspaces.tag(this.aliasId, { [OWNER_TAG_KEY]: this.scope.owner }),
  };

  constructor(private readonly workspaces: WorkSpaces, private readonly aliasId: string, private readonly scope: Scope) {}

  /** @param identifier of the association that was seen before: the same one needs no look at the tags */
  public async look(identifier: string | undefined): Promise<Observation<AliasAssociation>> {
    const alias = await this.workspaces.getAlias(this.aliasId);
    if (alias?.state !== 'CREATED' || this.isShared(alias)) {
      return this.unusable(alias);
    }
    const { association } = alias;
    const owner = await this.ownerOf(association, identifier);
    if (owner !== undefined && owner !== this.scope.owner) {
      return { is: 'foreign', refusal: this.refusal('has an association that another stack or logical id manages', owner) };
    }
    if (!association) {
      return { is: 'absent' };
    }
    if (owner === undefined) {
      return this.untagged(association);
    }
    return association.status === 'PENDING_DISASSOCIATION' ? { is: 'leaving' } : { is: 'ours', thing: association };
  }

  public hintOf({ connectionIdentifier }: AliasAssociation): string {
    return connectionIdentifier;
  }

  /** The tag comes first, so that an association of ours can be told from everybody else's at any time. */
  public async create({ directoryId }: AssociationDeclaration): Promise<Created<AliasAssociation>> {
    const { aliasId } = this;
    const claimed = await this.claim();
    if (claimed !== 'ours') {
      return claimed;
    }
    try {
      const hint = await this.workspaces.associate(aliasId, directoryId);
      return { hint, waiting: waiting(`alias ${aliasId} to be associated with ${directoryId}`, POLL_SECONDS) };
    } catch (error) {
      if (hasName(error, 'ResourceAssociatedException')) {
        return 'taken';
      }
      throw error;
    }
  }

  public phase({ status, connectionIdentifier }: AliasAssociation): Phase {
    return status.startsWith('ASSOCIATED_') && connectionIdentifier ? { is: 'ready' }
      : { is: 'pending', waiting: waiting(`alias ${this.aliasId} to be associated`, POLL_SECONDS) };
  }

  public async change({ directoryId, status }: AliasAssociation, declaration: AssociationDeclaration): Promise<Change | undefined> {
    if (directoryId === declaration.directoryId) {
      return undefined;
    }
    return isPending(status) ? { kind: 'wait', waiting: waiting(`alias ${this.aliasId} to be associated with ${directoryId}`, POLL_SECONDS) }
      : { kind: 'recreate', isExpected: true };
  }

  public async remove({ directoryId, status }: AliasAssociation): Promise<Waiting> {
    const { aliasId } = this;
    if (isPending(status)) {
      return waiting(`alias ${aliasId} to be associated, so that it can be disassociated`, POLL_SECONDS);
    }
    await this.workspaces.disassociate(aliasId);
    this.scope.log.write('INFO', 'Disassociated the alias', { aliasId, directoryId });
    return waiting(`alias ${aliasId} to be disassociated from ${directoryId}`, POLL_SECONDS);
  }

  public async forget(): Promise<undefined> {
    if (await this.owner() === this.scope.owner) {
      await this.workspaces.untag(this.aliasId, [OWNER_TAG_KEY]);
    }
  }

  public attributes({ connectionIdentifier }: AliasAssociation): Attributes {
    const attributes: ConnectionAliasAssociationAttributes = { AliasId: this.aliasId, ConnectionIdentifier: connectionIdentifier };
    return { ...attributes };
  }

  /** Only an alias of this account that has been created can have an association of ours. */
  private unusable(alias: ConnectionAlias | undefined): Observation<AliasAssociation> {
    const { aliasId, scope: { clock, location, operation, requestedAt } } = this;
    if (operation === 'Delete') {
      return { is: 'absent' };
    }
    if (alias && this.isShared(alias)) {
      throw new ResourceError(sharedAlias(aliasId, alias.ownerAccountId));
    }
    if (alias ? alias.state === 'DELETING' : clock.now() >= requestedAt + MISSING_SECONDS * 1000) {
      throw new ResourceError(`There is no connection alias ${aliasId} in ${location.region}${alias ? ' any more: it is being deleted' : ''}. Check the id, and `
        + 'that the stack is in the Region of the alias: each Region has its own.');
    }
    return { is: 'unclear', waiting: waiting(`connection alias ${aliasId} to be CREATED`, SOON_SECONDS) };
  }

  private isShared({ ownerAccountId }: ConnectionAlias): boolean {
    return ownerAccountId !== '' && ownerAccountId !== this.scope.location.accountId;
  }

  private untagged({ directoryId }: AliasAssociation): Observation<AliasAssociation> {
    return this.mayBecomeOurs() ? { is: 'unclear', waiting: waiting(`the tags of alias ${this.aliasId}`, SOON_SECONDS) } : {
      is: 'foreign', untagged: `Connection alias ${this.aliasId}, which is associated with directory ${directoryId},`,
      refusal: this.refusal(`is associated with directory ${directoryId} already, not by this stack and logical id`, undefined),
    };
  }

  /**
   * Of two that tag an alias at the same moment the later one wins, so each looks again before it associates. A tag that does not show
   * is late, or has been taken away by a later request for this resource: either way nothing is associated yet.
   */
  private async claim(): Promise<'ours' | Created> {
    const { clock, memory, owner, remember } = this.scope;
    const before = await this.owner();
    if (before !== undefined) {
      return before === owner ? 'ours' : 'taken';
    }
    if (clock.now() < Number(memory.taggedAt ?? -Infinity) + TAG_LAG_SECONDS * 1000) {
      return this.untilTagged;
    }
    if ((await this.workspaces.getAlias(this.aliasId))?.association) {
      return 'taken';
    }
    await this.workspaces.tag(this.aliasId, { [OWNER_TAG_KEY]: owner });
    remember({ taggedAt: clock.now() });
    await clock.sleep(CLAIM_MILLISECONDS);
    const after = await this.owner();
    return after === undefined ? this.untilTagged : after === owner ? 'ours' : 'taken';
  }

  private get untilTagged(): Created {
    return { again: waiting(`alias ${this.aliasId} to show its owner tag`, TAG_POLL_SECONDS) };
  }

  private async ownerOf(association: AliasAssociation | undefined, identifier: string | undefined): Promise<string | undefined> {
    return association && association.connectionIdentifier === identifier ? this.scope.owner : this.owner();
  }

  private async owner(): Promise<string | undefined> {
    return (await this.workspaces.listTags(this.aliasId))?.[OWNER_TAG_KEY];
  }

  /** Our tag may not show yet: this request's own, or that of the create that a Delete follows. */
  private mayBecomeOurs(): boolean {
    const { clock, memory, operation, requestedAt } = this.scope;
    const since = Number(memory.taggedAt ?? (operation === 'Delete' ? requestedAt : -Infinity));
    return clock.now() < since + TAG_LAG_SECONDS * 1000;
  }

  private refusal(why: string, owner: string | undefined): string {
    const tags: Tags = owner === undefined ? {} : { [OWNER_TAG_KEY]: owner };
    return `Connection alias ${this.aliasId} ${why}, so it is left alone. ${waysOut(this.aliasId, tags, 'ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes()')}`;
  }
}

function isPending(status: string): boolean {
  return status.startsWith('PENDING_');
}

function sharedAlias(aliasId: string, account: string): string {
  return `Connection alias ${aliasId} belongs to account ${account} and is shared with this one, which can't set the tag that says whose an association `
    + 'is. Use an alias of this account, or associate the shared one yourself (aws workspaces associate-connection-alias) and use '
    + 'ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes() for it.';
}
