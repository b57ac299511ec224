import type { WorkSpaces } from './client';
import { Pace, paced } from './pace';
import type { Memory, StepContext, Waiting } from '../lifecycle/handler';
import type { Logger, Clock } from '../lifecycle/ports';

/** Longest text of one failure that travels in the state of an execution, which holds 256 KB; the log has the rest. */
const MAX_TEXT_LENGTH = 80;

/** One member of a fleet that could not be made. */
export interface MemberFailure {
  /** Id of the primary, or of the standby if it does not tell its primary. */
  readonly member: string;
  readonly code: string;
  readonly message: string;
}

/**
 * One step of a fleet: its calls keep one pace, and its notes are lists of ids, kept short because they travel in the state of
 * the execution.
 */
export class FleetStep {
  public readonly pace: Pace;
  public readonly workspaces: WorkSpaces;
  public readonly clock: Clock;
  public readonly log: Logger;
  private readonly notes: Record<string, string | number | boolean>;

  constructor(port: WorkSpaces, public readonly context: StepContext<unknown>, private readonly physicalId?: string) {
    this.pace = new Pace(context.clock, context.memory.pace);
    this.workspaces = paced(port, this.pace);
    this.clock = context.clock;
    this.log = context.log;
    this.notes = { ...context.memory };
  }

  public wait(until: string, seconds: number): Waiting {
    return { status: 'waiting', until, seconds, physicalId: this.physicalId, memory: this.memory() };
  }

  /** Goes on in the next step at once, because this one has changed something or has lasted long enough. */
  public next(until: string): Waiting {
    return this.wait(until, 0);
  }

  public memory(): Memory {
    return { ...this.notes, pace: this.pace.memory };
  }

  public flag(name: string): boolean {
    return Boolean(this.notes[name]);
  }

  public number(name: string): number {
    return Number(this.notes[name] ?? 0);
  }

  public text(name: string): string {
    return String(this.notes[name] ?? '');
  }

  public list(name: string): string[] {
    return this.text(name).split(',').filter(Boolean);
  }

  public set(name: string, value: string | number | boolean | readonly string[]): void {
    this.notes[name] = typeof value === 'object' ? value.join() : value;
  }

  public add(name: string, ...items: string[]): void {
    this.set(name, [...this.list(name), ...items]);
  }

  /** Forgets notes, so that a part of the work can begin anew. */
  public forget(...names: string[]): void {
    names.forEach(name => { this.notes[name] = ''; });
  }

  public get failures(): MemberFailure[] {
    const noted = JSON.parse(this.text('failures') || '[]') as [string, string, string][];
    return noted.map(([member, code, message]) => ({ member, code, message }));
  }

  public fail(failures: readonly MemberFailure[]): void {
    if (failures.length === 0) {
      return;
    }
    this.log.write('ERROR', 'Members of the fleet failed', { failures });
    const noted = [...this.failures, ...failures]
      .map(({ member, code, message }) => [member, code.slice(0, MAX_TEXT_LENGTH), message.slice(0, MAX_TEXT_LENGTH)]);
    this.set('failures', JSON.stringify(noted));
  }
}
