import type { WorkSpaces } from './client';
import { STEP_SECONDS } from './directory-scan';
import { Pace, paced } from './pace';
import { waiting, type StepContext, type Waiting } from '../lifecycle/handler';
import type { Clock, Logger } from '../lifecycle/ports';

/** Longest text of one failure that travels in the state of an execution, which holds 256 KB; the log has the rest. */
const MAX_TEXT_LENGTH = 80;

/** One member of a fleet that could not be made. */
export interface MemberFailure {
  /** Id of the primary, or of the standby if it does not tell its primary. */
  readonly member: string;
  readonly code: string;
  readonly message: string;
}

/** How far a removal has come. */
export interface RemovalMemory {
  verified?: number;
  doomed?: string[];
  sent?: number;
  gone?: number;
  refusedAt?: number;
}

/** What a fleet remembers from one step to the next. Ids are WorkSpaces', numbers of members count in the declaration. */
export interface FleetMemory {
  /** See Pace. */
  pace?: number;
  /** How many stages are over. */
  stage?: number;
  /** The page of the directory that comes next. */
  token?: string;
  isScanned?: boolean;
  /** Seen in the directory, too young to show their primary. */
  young?: string[];
  /** Standbys of members that were there before: `number:id`. */
  found?: string[];
  /** Of these the ones that are still being made, and those in ERROR. */
  pending?: string[];
  broken?: string[];
  /** Those that show another data replication than is declared. */
  differing?: string[];
  /** Standbys of members that are not declared any more. */
  leave?: string[];
  isGoing?: boolean;
  censusAt?: number;
  /** How many owners are known. */
  proven?: number;
  /** Found standbys that no member was known to have: left by an update that was cancelled. */
  taken?: string[];
  /** Whether what is there was left by a request before, and not kept. */
  isLeft?: boolean;
  /** Found standbys that the declaration adopts, and that are not ours yet. */
  adopting?: string[];
  /** Numbers of members that are requested, and how many have been. */
  missing?: number[];
  requested?: number;
  requestedAt?: number;
  made?: string[];
  /** Numbers of members that exist already, or were neither taken nor refused. */
  unclear?: number[];
  /** Whether they have been looked for, and what was found: `number:id`. */
  explained?: boolean;
  candidates?: string[];
  /** Why: code and message. */
  exists?: [string, string];
  failures?: [string, string, string][];
  awaited?: string[];
  finished?: number;
  unwellSince?: number;
  wrecks?: string[];
  tagged?: number;
  modified?: number;
  modifiedAt?: number;
  shown?: number;
  removal?: RemovalMemory;
  /** Seen by the census of a removal; then: whose owners it asks for, and those that are not ours. */
  visited?: string[];
  suspects?: string[];
  foreign?: string[];
  /** Of these the ones that carry no owner tag at all, and whether all others are gone. */
  untagged?: string[];
  isRemoved?: boolean;
  /** Standbys of members among them. */
  left?: string[];
  /** When a removal has first looked at the directory. */
  searchedAt?: number;
  isRecounted?: boolean;
  /** Ids of fleets that earlier updates have left and that are not removed yet. */
  leftovers?: string[];
}

/** The lists of ids in it. */
type IdList = { [Name in keyof FleetMemory]-?: string[] extends FleetMemory[Name] ? Name : never }[keyof FleetMemory];

/** One step of a fleet: its calls keep one pace, and it is over before the function's time is. */
export class FleetStep {
  public readonly memory: FleetMemory;
  public readonly pace: Pace;
  public readonly workspaces: WorkSpaces;
  public readonly clock: Clock;
  public readonly log: Logger;
  public readonly owner: string;

  constructor(port: WorkSpaces, public readonly context: StepContext<unknown>) {
    this.memory = JSON.parse(String(context.memory.fleet ?? '{}')) as FleetMemory;
    this.pace = new Pace(context.clock, this.memory.pace);
    this.workspaces = paced(context.paced(port), this.pace);
    this.clock = context.clock;
    this.log = context.log;
    this.owner = context.owner;
  }

  /** Carries on what was reached even if the step then ends in throttling. */
  public save(): void {
    this.memory.pace = this.pace.memory;
    this.context.remember({ fleet: JSON.stringify(this.memory) });
  }

  /** Whether what is left is the next step's. */
  public get isOver(): boolean {
    return this.pace.isOver(STEP_SECONDS);
  }

  public wait(until: string, seconds: number): Waiting {
    return waiting(until, seconds);
  }

  /** Goes on in the next step at once, because this one has changed something or has lasted long enough. */
  public next(until: string): Waiting {
    return waiting(until, 0);
  }

  /** Adds ids to a list of the memory. */
  public note(list: IdList, ...ids: string[]): void {
    (this.memory[list] ??= []).push(...ids);
  }

  public forget(...names: (keyof FleetMemory)[]): void {
    names.forEach(name => { delete this.memory[name]; });
  }

  public get failures(): MemberFailure[] {
    return (this.memory.failures ?? []).map(([member, code, message]) => ({ member, code, message }));
  }

  public fail(failures: readonly MemberFailure[]): void {
    if (failures.length === 0) {
      return;
    }
    this.log.write('ERROR', 'Members of the fleet failed', { failures });
    const noted = failures.map(({ member, code, message }): [string, string, string] =>
      [member, code.slice(0, MAX_TEXT_LENGTH), message.slice(0, MAX_TEXT_LENGTH)]);
    this.memory.failures = [...this.memory.failures ?? [], ...noted];
  }
}
