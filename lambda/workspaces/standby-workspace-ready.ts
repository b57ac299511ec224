import type { WorkSpaces } from './client';
import { conditionOf, DEFAULT_TIMEOUT_SECONDS, POLL_SECONDS, UNSEEN_SECONDS, attributesOf, unseen } from './standby';
import { failureOf } from './standby-errors';
import { WORKSPACE_ID, type StandbyWorkspaceReadyProperties } from '../../src/wire/workspaces';
import { ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type StepContext } from '../lifecycle/handler';
import { Lookup } from '../lifecycle/lookup';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const ID_PREFIX = 'ready:';
/** An intermediate wait ends so long before its time, so that its answer is not taken for a failure. */
const HANDOVER_SECONDS = 150;

export interface ReadyDeclaration {
  readonly workspaceId: string;
  readonly intermediate: boolean;
}

type Context = StepContext<ReadyDeclaration>;

/** `Custom::StandbyWorkspaceReady`: waits on for a standby that another resource has requested, and changes nothing. */
export class StandbyWorkspaceReady extends Lookup<ReadyDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly workspaces: Pick<WorkSpaces, 'describe'>) {
    super();
  }

  public parse(raw: RawProperties): ReadyDeclaration {
    const reader = new PropertyReader<StandbyWorkspaceReadyProperties>(raw).schema();
    const declaration = {
      workspaceId: reader.string('WorkspaceId', WORKSPACE_ID),
      intermediate: reader.has('Intermediate') && reader.boolean('Intermediate'),
    };
    reader.end();
    return declaration;
  }

  protected async find(context: Context): Promise<Outcome> {
    const { workspaceId, intermediate } = context.properties;
    const [workspace] = await this.workspaces.describe([workspaceId]);
    const over = intermediate && context.clock.now() >= context.deadline - HANDOVER_SECONDS * 1000;
    if (!workspace && !over) {
      return awaitSight(context);
    }
    const condition = workspace && conditionOf(workspace.state);
    if (condition === 'failed') {
      throw new ResourceError(failureOf(workspace));
    }
    if (condition === 'ready' || over) {
      return { status: 'ready', physicalId: ID_PREFIX + workspaceId, attributes: attributesOf(workspace ?? unseen(workspaceId)) };
    }
    return waiting(`standby ${workspaceId} to become AVAILABLE or STOPPED (it is ${workspace.state})`, POLL_SECONDS);
  }
}

function awaitSight({ clock, properties, location, requestedAt }: Context): Outcome {
  if (clock.now() < requestedAt + UNSEEN_SECONDS * 1000) {
    return waiting(`standby ${properties.workspaceId} to show up`, POLL_SECONDS);
  }
  throw new ResourceError(`There is no WorkSpace ${properties.workspaceId} in ${location.region}. It was terminated outside of the stack, or the stack is `
    + "not in the standby's Region.");
}
