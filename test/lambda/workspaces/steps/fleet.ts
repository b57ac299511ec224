import type { Memory, Outcome } from '../../../../lambda/lifecycle/handler';
import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceFleetHandler, type FleetDeclaration } from '../../../../lambda/workspaces/standby-workspace-fleet';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { DIRECTORY, NOW, step, workspace } from '../port';

export const FLEET_ID = `fleet:us-east-1:${DIRECTORY}:a1b2c3d4e5f6`;
export const OTHER_DIRECTORY = 'd-9367000002';
const OWNER = 'a1b2c3d4e5f60718';
const OURS = { [OWNER_TAG_KEY]: OWNER };

/** Two members, of {@link primary} 0 and 1. */
export const DECLARED: FleetDeclaration = {
  primaryWorkspaceIds: [primary(0), primary(1)], keepGoodMembers: false, primaryRegion: 'us-east-1', directoryId: DIRECTORY,
  replication: 'NO_REPLICATION', tags: {}, waitUntilReady: true,
};
/** The rate of calls is used up for so long that a step has time for one call only. */
export const BUSY = { pace: NOW + 42_000 };
/** Ours and so young that it does not tell its primary. */
export const YOUNG = workspace({ id: 'ws-young0001', primary: undefined, state: 'PENDING' });
/** Of a primary that no fleet of these tests has ever had. */
export const STRANGER = standby(8);
/** What a step says that waits for {@link YOUNG}. */
export const AWAITS_YOUNG = { status: 'waiting', until: 'WorkSpace ws-young0001 to show which primary it stands by for', seconds: 15 };
/** What a step says that has not come to the end of the directory. */
export const AWAITS_NEXT_PAGE = { status: 'waiting', until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 0 };

export function primary(index: number): string {
  return `ws-primary${String(index).padStart(2, '0')}`;
}

/** The id of the standby of {@link primary}. */
export function standbyId(index: number): string {
  return `ws-standby${String(index).padStart(2, '0')}`;
}

export function standby(index: number, changes: Partial<Workspace> = {}): Workspace {
  return workspace({ id: standbyId(index), primary: { workspaceId: primary(index), region: 'us-east-1' }, ...changes });
}

/** As the notes of a fleet have it. */
export function standbyIds(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => standbyId(from + index)).join();
}

export interface Situation {
  /** What differs from {@link DECLARED}. */
  readonly declared?: Partial<FleetDeclaration>;
  /** What differed from it before an update. */
  readonly before?: Partial<FleetDeclaration>;
  readonly physicalId?: string;
  readonly memory?: Memory;
  /** What the directory has. */
  readonly present?: readonly Workspace[];
  /** Which of them are somebody else's. */
  readonly foreign?: readonly string[];
  /** How long from now a request that was given up may still act. */
  readonly quietIn?: number;
  readonly answers?: Partial<WorkSpaces>;
}

/** What came out of a step, without the number of the pace and without what it has forgotten. */
export interface Result {
  readonly outcome: Outcome | { readonly status: 'failed'; readonly message: string; readonly certainty?: object };
  readonly calls: readonly string[];
  readonly log: readonly unknown[][];
}

export const create = (situation: Situation) => run('create', situation);
export const update = (situation: Situation) => run('update', situation);
export const remove = (situation: Situation) => run('delete', situation);

async function run(operation: 'create' | 'update' | 'delete', situation: Situation): Promise<Result> {
  const { answers, before, declared, foreign = [], memory, physicalId = FLEET_ID, present = [], quietIn = -1000 } = situation;
  const { port, context, calls, log } = step<FleetDeclaration>({ ...DECLARED, ...declared }, {
    describe: async ids => present.filter(({ id }) => ids.includes(id)),
    describeDirectory: async () => ({ workspaces: present }),
    listTags: async id => foreign.includes(id) ? {} : OURS,
    ...answers,
  }, {
    operation: operation === 'create' ? 'Create' : operation === 'update' ? 'Update' : 'Delete',
    oldProperties: operation === 'update' ? { ...DECLARED, ...before } : undefined,
    physicalId: operation === 'create' ? undefined : physicalId,
    owner: OWNER, quietUntil: NOW + quietIn * 1000, memory: { pace: NOW, ...memory },
  });
  const outcome = await new StandbyWorkspaceFleetHandler(port)[operation](context).then(known, failed);
  return { outcome, calls: calls.map(call => call.trimEnd()), log };
}

function known(outcome: Outcome): Outcome {
  if (outcome.status !== 'waiting') {
    return outcome;
  }
  const notes = Object.entries(outcome.memory ?? {}).filter(([name, value]) => name !== 'pace' && Boolean(value));
  return { ...outcome, memory: Object.fromEntries(notes) };
}

function failed({ message, certainty }: Error & { certainty?: object }): Result['outcome'] {
  return { status: 'failed', message, certainty };
}
