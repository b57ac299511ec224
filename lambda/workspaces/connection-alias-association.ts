import type { AliasAssociation, ConnectionAlias, WorkSpaces } from './client';
import { briefPace, paced } from './pace';
import { SECOND_LOOK_SECONDS } from './standby';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { CONNECTION_ALIAS_ID, DIRECTORY_ID, type ConnectionAliasAssociationAttributes } from '../../src/wire/workspaces';
import { hasName, quote, refusal, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type Ready, type ResourceHandler, type StepContext, type Waiting } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const DEFAULT_TIMEOUT_SECONDS = 30 * 60;
const POLL_SECONDS = 20;
/** An alias may be made by the same deployment; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 90;

export interface AssociationDeclaration {
  readonly aliasId: string;
  readonly directoryId: string;
}

type Context = StepContext<AssociationDeclaration>;

/**
 * `Custom::ConnectionAliasAssociation`: the association of an alias with a directory. Its physical id is the alias's id, since an
 * alias has one association. An association can't be tagged, so its owner tag is on the alias.
 */
export class ConnectionAliasAssociationHandler implements ResourceHandler<AssociationDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly workspaces: WorkSpaces) {}

  public parse(raw: RawProperties): AssociationDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      aliasId: reader.string('AliasId', CONNECTION_ALIAS_ID),
      directoryId: reader.string('DirectoryId', DIRECTORY_ID),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return CONNECTION_ALIAS_ID.pattern.test(physicalId);
  }

  public create(context: Context): Promise<Outcome> {
    return this.step(context).create(context);
  }

  public async update(context: Context): Promise<Outcome> {
    // An update may associate anew what a delete has just disassociated: a repeated one must find the execution of the first.
    await context.claim();
    return this.step(context).update(context);
  }

  public delete(context: Context): Promise<Outcome> {
    return this.step(context).delete(context);
  }

  private step({ clock }: Context): AssociationStep {
    return new AssociationStep(paced(this.workspaces, briefPace(clock)));
  }
}

/** One step, whose calls keep one pace. */
class AssociationStep {
  constructor(private readonly workspaces: WorkSpaces) {}

  public async create(context: Context): Promise<Outcome> {
    const { aliasId, directoryId } = context.properties;
    const alias = await this.workspaces.getAlias(aliasId);
    if (!alias || alias.state !== 'CREATED') {
      return awaitAlias(context, alias);
    }
    const owner = (await this.workspaces.listTags(aliasId))?.[OWNER_TAG_KEY];
    if (owner !== undefined && owner !== context.owner) {
      throw refuseForeign(aliasId, 'has an association that another stack or logical id manages');
    }
    if (!alias.association) {
      return this.associate(context, owner);
    }
    if (owner === undefined) {
      throw refuseForeign(aliasId, `is associated with directory ${alias.association.directoryId} already, not by this stack and logical id`);
    }
    if (alias.association.directoryId !== directoryId || alias.association.status === 'PENDING_DISASSOCIATION') {
      return this.disassociate(context, alias.association);
    }
    return ready(alias.id, alias.association) ?? waiting(`alias ${aliasId} to be associated with ${directoryId}`, POLL_SECONDS);
  }

  public async update(context: Context): Promise<Outcome> {
    const removing = await this.removeLeftover(context);
    if (removing) {
      return removing;
    }
    const outcome = await this.create(context);
    return outcome.status === 'ready' && this.takesBack(context) ? awaitQuiet(context) ?? outcome : outcome;
  }

  public async delete(context: Context): Promise<Outcome> {
    const known = CONNECTION_ALIAS_ID.pattern.test(context.physicalId!);
    const aliasId = known ? context.physicalId! : context.properties.aliasId;
    return await this.remove(context, aliasId, known) ?? { status: 'gone' };
  }

  /** The tag comes first, so that an association of ours can be told from everybody else's at any time. */
  private async associate(context: Context, owner: string | undefined): Promise<Outcome> {
    const { aliasId, directoryId } = context.properties;
    await context.claim();
    if (owner === undefined) {
      await this.workspaces.tag(aliasId, { [OWNER_TAG_KEY]: context.owner });
      return { ...waiting(`the tag of alias ${aliasId}`, 2), physicalId: aliasId };
    }
    try {
      await this.workspaces.associate(aliasId, directoryId);
      context.log.write('INFO', 'Associated the alias', { aliasId, directoryId });
    } catch (error) {
      // Perhaps by our own call, which was repeated: the next step looks.
      if (!hasName(error, 'ResourceAssociatedException', 'InvalidResourceStateException')) {
        throw error;
      }
      return { ...waiting(`a look at alias ${aliasId} (${quote(error)})`, SECOND_LOOK_SECONDS), physicalId: aliasId };
    }
    return { ...waiting(`alias ${aliasId} to be associated with ${directoryId}`, POLL_SECONDS, { changed: true }), physicalId: aliasId };
  }

  private async disassociate(context: Context, association: AliasAssociation, aliasId = context.properties.aliasId): Promise<Waiting> {
    const until = `alias ${aliasId} to be disassociated from ${association.directoryId}`;
    if (association.status.startsWith('PENDING_')) {
      return waiting(until, POLL_SECONDS);
    }
    await context.claim();
    try {
      await this.workspaces.disassociate(aliasId);
      context.log.write('INFO', 'Disassociated the alias', { aliasId, directoryId: association.directoryId });
    } catch (error) {
      if (!hasName(error, 'InvalidResourceStateException')) {
        throw error;
      }
      return waiting(`${until} (${quote(error)})`, POLL_SECONDS);
    }
    return waiting(until, POLL_SECONDS);
  }

  /** An update that CloudFormation gave up may have associated the alias that was to take the place of ours. */
  private async removeLeftover(context: Context): Promise<Waiting | undefined> {
    const leftover = context.oldProperties?.aliasId;
    if (!leftover || leftover === context.physicalId || leftover === context.properties.aliasId) {
      return undefined;
    }
    return this.remove(context, leftover, false);
  }

  /** An update of the directory that finds it as wanted, and has not changed it. */
  private takesBack({ memory, oldProperties, physicalId, properties }: Context): boolean {
    return oldProperties !== undefined && physicalId === properties.aliasId && oldProperties.directoryId !== properties.directoryId
      && !memory.changed;
  }

  /**
   * Ends the association of an alias if it is ours. The tag goes last, and not before an abandoned worker can't need it any more.
   *
   * @param alone whether there can be no such worker
   * @returns undefined if there is none, or it is somebody else's
   */
  private async remove(context: Context, aliasId: string, alone: boolean): Promise<Waiting | undefined> {
    const alias = await this.workspaces.getAlias(aliasId);
    const owner = alias && (await this.workspaces.listTags(aliasId))?.[OWNER_TAG_KEY];
    if (owner === context.owner && alias!.association) {
      return this.disassociate(context, alias!.association, aliasId);
    }
    const pause = alone ? undefined : awaitQuiet(context);
    if (pause || owner !== context.owner) {
      return pause;
    }
    await context.claim();
    await this.workspaces.untag(aliasId, [OWNER_TAG_KEY]);
    return undefined;
  }
}

function awaitAlias({ clock, place, properties, requestedAt }: Context, alias: ConnectionAlias | undefined): Waiting {
  const { aliasId } = properties;
  if (alias?.state === 'DELETING' || (!alias && clock.now() >= requestedAt + MISSING_SECONDS * 1000)) {
    throw refusal(`There is no connection alias ${aliasId} in ${place.region}${alias ? ' any more: it is being deleted' : ''}. Check the id, and that `
      + 'the stack is in the Region of the alias: each Region has its own.');
  }
  return waiting(`connection alias ${aliasId} to be CREATED`, SECOND_LOOK_SECONDS);
}

/** A worker that CloudFormation has given up may still be about to make its call. */
function awaitQuiet({ clock, certainAt }: Context): Waiting | undefined {
  const secondsLeft = (certainAt - clock.now()) / 1000;
  return secondsLeft > 0
    ? waiting('certainty that no abandoned association is still under way', Math.min(POLL_SECONDS, secondsLeft)) : undefined;
}

function ready(aliasId: string, { status, connectionIdentifier }: AliasAssociation): Ready | undefined {
  if (!status.startsWith('ASSOCIATED_') || !connectionIdentifier) {
    return undefined;
  }
  const attributes: ConnectionAliasAssociationAttributes = { ConnectionIdentifier: connectionIdentifier };
  return { status: 'ready', physicalId: aliasId, attributes: { ...attributes } };
}

function refuseForeign(aliasId: string, why: string): ResourceError {
  return refusal(`Connection alias ${aliasId} ${why}, so it is left alone. Disassociate it first (aws workspaces `
    + 'disassociate-connection-alias), or use ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes() for the existing one.');
}
