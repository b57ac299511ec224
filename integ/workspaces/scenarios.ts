import {
  CreateStandbyWorkspacesCommand, DescribeTagsCommand, DescribeWorkspacesCommand, TerminateWorkspacesCommand, WorkSpacesClient,
  type RelatedWorkspaceProperties, type Workspace,
} from '@aws-sdk/client-workspaces';
import { standbyApp } from './app';
import { attempt, poll, reasonOf, required, tell, type Account, type Outcome } from '../account';
import { compare, measured, permitted, PREFIX, unclear, type Finding, type Findings, type Part, type Question, type Scenario } from '../plan';

const TAG = 'verify';
const NEEDS = ['primaryWorkspace', 'primaryRegion', 'directory'];
const VISIBLE_SECONDS = 180;
const FINAL_SECONDS = 90 * 60;
const ABSENT_WORKSPACE = 'ws-000000000';

interface Inputs {
  readonly primaryWorkspace: string;
  readonly primaryRegion: string;
  readonly directory: string;
}

/** The calls of the scenarios, each with its outcome. */
class Calls {
  public readonly inputs: Inputs;
  private readonly clients: Record<'standby' | 'primary', WorkSpacesClient>;

  constructor(private readonly account: Account) {
    this.inputs = account.inputs as unknown as Inputs;
    const client = (region: string) => new WorkSpacesClient({ ...account.clientConfig(region), maxAttempts: 1 });
    this.clients = { standby: client(account.region), primary: client(this.inputs.primaryRegion) };
  }

  /** A standby's id, or the code of the item that failed. */
  public async createStandby(primary: string = this.inputs.primaryWorkspace, primaryRegion = this.inputs.primaryRegion): Promise<Outcome<string>> {
    const outcome = await attempt(this.account, () => this.clients.standby.send(new CreateStandbyWorkspacesCommand({
      PrimaryRegion: primaryRegion,
      StandbyWorkspaces: [{ PrimaryWorkspaceId: primary, DirectoryId: this.inputs.directory, Tags: [{ Key: TAG, Value: 'created' }] }],
    })));
    if ('error' in outcome) {
      return outcome;
    }
    const { FailedStandbyRequests: [failed] = [], PendingStandbyRequests: [pending] = [] } = outcome.value;
    return failed ? { error: failed.ErrorCode ?? 'no code', message: failed.ErrorMessage ?? '' } : { value: pending.WorkspaceId! };
  }

  /** One WorkSpace; undefined if there is none. */
  public async describe(side: 'standby' | 'primary', id: string): Promise<Workspace | undefined> {
    const { Workspaces = [] } = required('DescribeWorkspaces',
      await attempt(this.account, () => this.clients[side].send(new DescribeWorkspacesCommand({ WorkspaceIds: [id] }))));
    return Workspaces[0];
  }

  public async hasTag(id: string): Promise<boolean> {
    const outcome = await attempt(this.account, () => this.clients.standby.send(new DescribeTagsCommand({ ResourceId: id })));
    return 'value' in outcome && (outcome.value.TagList ?? []).some(({ Key }) => Key === TAG);
  }

  /** What the call or its only item says. */
  public async terminate(id: string): Promise<Outcome<unknown>> {
    const outcome = await attempt(this.account, () => this.clients.standby.send(new TerminateWorkspacesCommand({
      TerminateWorkspaceRequests: [{ WorkspaceId: id }],
    })));
    const failed = 'value' in outcome ? outcome.value.FailedRequests?.[0] : undefined;
    return failed ? { error: failed.ErrorCode ?? 'no code', message: failed.ErrorMessage ?? '' } : outcome;
  }

  public async finalState(id: string): Promise<{ readonly seen: string; readonly seconds: number } | undefined> {
    return poll(this.account, { every: 30, limit: FINAL_SECONDS }, async () => {
      const state = (await this.describe('standby', id))?.State;
      return state === undefined || state === 'PENDING' ? undefined : state;
    });
  }

  /** @returns the seconds until it was gone; undefined if there was none */
  public async remove(id: string): Promise<number | undefined> {
    if (!await poll(this.account, { every: 10, limit: VISIBLE_SECONDS }, () => this.describe('standby', id))) {
      return undefined;
    }
    await this.finalState(id);
    await this.terminate(id);
    const gone = await poll(this.account, { every: 30, limit: FINAL_SECONDS }, async () => {
      const state = (await this.describe('standby', id))?.State;
      return state === undefined || state === 'TERMINATED' || undefined;
    });
    return gone?.seconds;
  }

  public async standbys(): Promise<string[]> {
    const { Workspaces = [] } = required('DescribeWorkspaces',
      await attempt(this.account, () => this.clients.standby.send(new DescribeWorkspacesCommand({ DirectoryId: this.inputs.directory }))));
    return Workspaces.filter(({ RelatedWorkspaces = [] }) => isRelated(RelatedWorkspaces, this.inputs.primaryWorkspace))
      .map(({ WorkspaceId }) => WorkspaceId!);
  }

  public close(): void {
    Object.values(this.clients).forEach(client => client.destroy());
  }
}

function isRelated(related: readonly RelatedWorkspaceProperties[] = [], id: string): boolean {
  return related.some(({ WorkspaceId }) => WorkspaceId === id);
}

async function withCalls<T>(account: Account, run: (calls: Calls) => Promise<T>): Promise<T> {
  const calls = new Calls(account);
  try {
    return await run(calls);
  } finally {
    calls.close();
  }
}

// A standby of the construct.

const STANDBY_PERMISSIONS: Question = {
  id: 'standby-permissions', important: true,
  asks: 'do the primary\'s ARN and Region enter the permission check',
  assertion: 'the function, whose role names directory, standby Region and primary, creates a standby',
  otherwise: 'statements in `src/workspaces/workspaces-provider.ts`',
};
const FINAL_STATE: Question = {
  id: 'final-state', important: true,
  asks: 'state in which a new standby ends up, and how long that takes',
  assertion: 'AVAILABLE or STOPPED within the default timeout of 59 minutes',
  otherwise: 'success of Create and default timeout in `lambda/workspaces/standby-workspace.ts`; `creationSeconds`, `finalState` of the simulator',
};
const REPLICATION_TARGET: Question = {
  id: 'replication-target', important: true,
  asks: 'id and Region that `ModifyWorkspaceProperties.DataReplication` takes',
  assertion: 'the update that switches it on for the standby\'s id in its Region succeeds',
  otherwise: 'update in `lambda/workspaces/standby-workspace.ts`; `replicationTarget` of the simulator',
};
const REPLICATION_SIDE: Question = {
  id: 'replication-side',
  asks: 'which side fills which replication field, and how soon',
  assertion: 'the standby\'s `DataReplicationSettings` show the change when the update has ended',
  otherwise: 'the ten minutes in `lambda/workspaces/standby.ts`; `replicationShownOn` of the simulator; `standby-status`',
};

const STANDBY: Scenario = {
  name: 'standby', minutes: 150, cost: 'a standby, billed by the month: see the price list', needs: NEEDS,
  questions: [STANDBY_PERMISSIONS, FINAL_STATE, REPLICATION_TARGET, REPLICATION_SIDE],
  run: account => withCalls(account, async calls => {
    const stackName = `${PREFIX}Standby`;
    const { primaryWorkspace: primaryWorkspaceId, primaryRegion, directory: directoryId } = calls.inputs;
    const declare = (replicated: boolean) => standbyApp(stackName, { primaryWorkspaceId, primaryRegion, directoryId, replicated });
    try {
      const start = account.now();
      const first = await account.deploy(declare(false), stackName);
      const minutes = Math.round((account.now() - start) / 60_000);
      const state = first.succeeded ? (await calls.describe('standby', first.outputs.StandbyId))?.State : undefined;
      const second = first.succeeded ? await account.deploy(declare(true), stackName) : first;
      return {
        [STANDBY_PERMISSIONS.id]: permitted([first], 'created'),
        [FINAL_STATE.id]: state ? compare(/^(AVAILABLE|STOPPED)$/.test(state), `${state} after ${minutes} minutes`) : unclear('no standby'),
        [REPLICATION_TARGET.id]: first.succeeded ? compare(second.succeeded, second.succeeded ? 'taken' : reasonOf(second)) : unclear('no standby'),
        [REPLICATION_SIDE.id]: second.succeeded ? await replicationSide(calls, first.outputs.StandbyId) : unclear('no replication'),
      };
    } finally {
      await account.destroy(declare(false), stackName);
    }
  }),
};

async function replicationSide(calls: Calls, standby: string): Promise<Finding> {
  const standbySide = await calls.describe('standby', standby);
  const primarySide = await calls.describe('primary', calls.inputs.primaryWorkspace);
  const shown = standbySide?.DataReplicationSettings?.DataReplication;
  const properties = primarySide?.StandbyWorkspacesProperties?.find(({ StandbyWorkspaceId }) => StandbyWorkspaceId === standby);
  return compare(shown === 'PRIMARY_AS_SOURCE', `standby: ${shown}, snapshot ${standbySide?.DataReplicationSettings?.RecoverySnapshotTime?.toISOString() ?? 'none'}; `
    + `primary: ${properties?.DataReplication ?? 'nothing'}, snapshot ${properties?.RecoverySnapshotTime?.toISOString() ?? 'none'}`);
}

// A standby, by calls.

const VISIBLE: Question = {
  id: 'visible', important: true,
  asks: 'how long a new standby is invisible; lag of `RelatedWorkspaces`',
  assertion: `both sides show the relation within ${VISIBLE_SECONDS} s`,
  otherwise: '`VISIBLE_SECONDS` in `lambda/workspaces/standby.ts`; `invisibleSeconds`, `relationLagSeconds` of the simulator',
};
const TAGS_AT_ONCE: Question = {
  id: 'standby-tags',
  asks: 'are tags of a new standby there at once',
  assertion: 'they are when the standby is',
  otherwise: 'condition on `TerminateWorkspaces`, `ModifyWorkspaceProperties` in `workspaces-provider.ts`',
};
const ERROR_CODES: Question = {
  id: 'error-codes', important: true,
  asks: 'error codes: standby exists, no such primary, wrong primary Region',
  assertion: '`ResourceExists...` for the first; all three are refused',
  otherwise: '"find again" on `ResourceExists` and texts of errors in `lambda/workspaces/standby.ts`; `errorCodes` of the simulator',
};
const TERMINATED_TWICE: Question = {
  id: 'terminate-gone',
  asks: 'terminate of an id already gone; time to be gone',
  assertion: 'no error, or one that starts with `ResourceNotFound`',
  otherwise: '`lambda/workspaces/standby-workspace.ts`; `terminationSeconds` of the simulator',
};

const CALLS: Scenario = {
  name: 'calls', minutes: 120, cost: 'as above', needs: NEEDS,
  questions: [VISIBLE, TAGS_AT_ONCE, ERROR_CODES, TERMINATED_TWICE],
  run: account => withCalls(account, async calls => {
    const id = required('CreateStandbyWorkspaces (is the quota of standbys still 0?)', await calls.createStandby());
    try {
      return await standbyByCalls(account, calls, id);
    } finally {
      await calls.remove(id);
    }
  }),
};

async function standbyByCalls(account: Account, calls: Calls, id: string): Promise<Findings> {
  const { primaryWorkspace } = calls.inputs;
  const limits = { every: 5, limit: 600 };
  const visible = await poll(account, limits, () => calls.describe('standby', id));
  const tagged = await calls.hasTag(id);
  const related = await poll(account, limits, async () =>
    isRelated((await calls.describe('standby', id))?.RelatedWorkspaces, primaryWorkspace)
    && isRelated((await calls.describe('primary', primaryWorkspace))?.RelatedWorkspaces, id) || undefined);
  const seconds = visible && related && visible.seconds + related.seconds;
  const twice = await calls.createStandby();
  const absent = await calls.createStandby(ABSENT_WORKSPACE);
  const wrongRegion = await calls.createStandby(primaryWorkspace, account.region);
  const goneAfter = await calls.remove(id);
  const again = await calls.terminate(id);
  return {
    [VISIBLE.id]: compare(seconds !== undefined && seconds <= VISIBLE_SECONDS, `seen after ${visible?.seconds} s, related after ${seconds} s`),
    [TAGS_AT_ONCE.id]: visible ? compare(tagged, tagged ? 'yes' : 'no') : unclear('it was never seen'),
    [ERROR_CODES.id]: compare('error' in twice && twice.error.startsWith('ResourceExists') && 'error' in absent && 'error' in wrongRegion,
      `exists: ${tell(twice)}; no primary: ${tell(absent)}; wrong Region: ${tell(wrongRegion)}`),
    [TERMINATED_TWICE.id]: compare(!('error' in again) || again.error.startsWith('ResourceNotFound'), `${tell(again)}; gone after ${goneAfter} s`),
  };
}

const QUOTA: Question = {
  id: 'quota-zero',
  asks: 'error code of a quota of 0',
  assertion: 'in an account whose quota was not raised: the code that a create gets',
  otherwise: 'text of the refusal in `lambda/workspaces/standby.ts`; `quotaRefusal`, `errorCodes` of the simulator',
};

const NO_QUOTA: Scenario = {
  name: 'quota', minutes: 2, cost: 'none, if the quota is 0', needs: NEEDS,
  questions: [QUOTA],
  run: account => withCalls(account, async calls => {
    const outcome = await calls.createStandby();
    if ('error' in outcome) {
      return { [QUOTA.id]: measured(tell(outcome)) };
    }
    await calls.remove(outcome.value);
    return { [QUOTA.id]: unclear('the quota is not 0') };
  }),
};

export const WORKSPACES: Part = {
  name: 'workspaces',
  title: 'WorkSpaces',
  scenarios: [NO_QUOTA, CALLS, STANDBY],
  byHand: [
    {
      id: 'two-standbys',
      asks: 'two standbys for one primary, in the same and in two Regions',
      assertion: 'two constructs',
      otherwise: 'checks in `src/workspaces/standby-checks.ts`',
    },
    {
      id: 'encrypted-primary',
      asks: 'no `VolumeEncryptionKey` with an encrypted primary',
      assertion: '`calls` with an encrypted primary',
      otherwise: 'the property\'s default in `src/workspaces/standby-options.ts`',
    },
    {
      id: 'primary-terminated',
      asks: 'what happens to the standby when the primary is terminated first',
      assertion: 'terminate by hand, then destroy the stack',
      otherwise: 'Delete in `lambda/workspaces/standby-workspace.ts`',
    },
    {
      id: 'more-error-codes', important: true,
      asks: 'error codes: user missing in the standby directory, unsupported bundle',
      assertion: '`calls` with such a primary',
      otherwise: 'texts of errors in `lambda/workspaces/standby.ts`',
    },
    {
      id: 'batch',
      asks: 'items in one create call',
      assertion: 'calls by hand',
      otherwise: 'a fleet sends 25 for each call, as its sibling calls take; a single standby 1',
    },
    {
      id: 'workspaces-rate',
      asks: 'rate: 2 calls a second, 5 at once, all operations together?',
      assertion: 'a fleet of hundreds',
      otherwise: '`lambda/workspaces/pace.ts`',
    },
    {
      id: 'resource-tag-condition',
      asks: 'does `aws:ResourceTag` count at once in permissions',
      assertion: 'create, and modify in the same second with the function\'s role',
      otherwise: 'the same conditions',
    },
    {
      id: 'alias-tags',
      asks: 'does a change of tags of a `CfnConnectionAlias` replace it and collide',
      assertion: 'deploy the example, change a tag',
      otherwise: 'the warning in [workspaces.md](workspaces.md#connectionaliasassociation)',
    },
  ],
  leftovers: account => leftovers(account),
};

async function leftovers(account: Account): Promise<string[]> {
  const stacks = await account.stacks(PREFIX);
  if (!account.inputs.directory) {
    return stacks;
  }
  return withCalls(account, async calls => [...stacks, ...(await calls.standbys()).map(id => `standby ${id}`)]);
}
