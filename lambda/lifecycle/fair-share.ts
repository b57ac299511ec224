import { classify } from './errors';
import type { Clock } from './ports';

/** Calls that a service grants an account in a Region: a steady rate, and how many may come at once. */
export interface ServiceRate {
  readonly perSecond: number;
  readonly burst: number;
  /** So many calls an execution makes at its first turn, at most; 2 (a look, and the create or remove) unless told. */
  readonly firstCalls?: number;
}

/** What the list of executions says about the others of the same provider. */
export interface Crowd {
  /** Executions that run, with this one. */
  readonly running: number;
  /** How many of them started before this one. */
  readonly rank: number;
  /** When this one started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the list was read, in milliseconds since the epoch. */
  readonly asOf: number;
  /** Whether it was the first look, which shows only those that started before. */
  readonly isFirst: boolean;
}

/** What an execution has used of its share. It travels from step to step. */
export interface Used {
  /** All calls so far. */
  readonly calls: number;
  /** Calls that are not paid for yet. Below zero: credit. */
  readonly debt: number;
  /** When that was so, in milliseconds since the epoch. */
  readonly asOf: number;
  /** When the first call may be made. */
  readonly firstTurn: number;
  /** Milliseconds between two calls of this execution when it made the last one. */
  readonly interval: number;
}

/** The account's other users call the service, too, and waits are not exact. */
const USED_SHARE = 0.95;
/** A look, and the create or remove. */
const FIRST_CALLS = 2;
/** A step that makes more calls than this spreads them over its own share. */
const MANY_CALLS = 4;
const SECOND_LOOK_SECONDS = 2;
const NEXT_LOOK_SECONDS = 20;

/** It is time to look again how many there are. The more there are, the more seldom, for each look is a call as well. */
export function isOutdated(crowd: Crowd, now: number): boolean {
  return now > crowd.asOf + (crowd.isFirst ? SECOND_LOOK_SECONDS : nextLookSeconds(crowd)) * 1000;
}

function nextLookSeconds({ running }: Crowd): number {
  return Math.max(NEXT_LOOK_SECONDS, running / 2);
}

/**
 * The share of one execution in the rate of a service: of N executions each gets every N-th call. First calls take turns by
 * rank; then a step begins when the calls of the steps before it are paid for.
 */
export class FairShare {
  /** Milliseconds between two calls of all executions, and between two of this one. */
  private readonly spacing: number;
  private readonly interval: number;
  /** A call is paid for by time, at the pace of the time when it was made: so those that took turns stay apart when others have come to their end. */
  private get payingInterval(): number {
    return Math.max(this.interval, this.use.interval);
  }
  private readonly firstCalls: number;
  /** So many calls this one may make at once. */
  private readonly allowance: number;
  private use: Used;
  private lastCallAt = -Infinity;
  private callsInStep = 0;

  /** @param looksOnce whether a look at what was started is one call */
  constructor(
    private readonly rate: ServiceRate, private readonly crowd: Crowd, private readonly clock: Clock, used?: Used, private readonly looksOnce = false,
  ) {
    this.firstCalls = rate.firstCalls ?? FIRST_CALLS;
    this.spacing = 1000 / rate.perSecond / (crowd.running > 1 ? USED_SHARE : 1);
    this.interval = crowd.running * this.spacing;
    this.allowance = Math.max(1, Math.floor(rate.burst / crowd.running));
    const firstTurn = crowd.startedAt + Math.max(0, (crowd.rank + 1) * this.firstCalls - rate.burst) * this.spacing;
    this.use = used ?? { calls: 0, debt: 0, asOf: clock.now(), firstTurn, interval: 0 };
    this.pay(0);
  }

  /** Whether there are more executions than calls may come at once. */
  public get takesTurns(): boolean {
    return this.crowd.running > this.rate.burst;
  }

  public get used(): Used {
    return this.use;
  }

  /** How long to wait before the next step may begin, or before it is worth to look again how many there are. */
  public get secondsToTurn(): number {
    const { calls, debt, asOf, firstTurn } = this.use;
    if (calls < this.firstCalls) {
      return Math.max(0, firstTurn - this.clock.now()) / 1000;
    }
    const paidAt = asOf + Math.max(0, debt) * this.payingInterval;
    return Math.max(0, Math.min((paidAt - this.clock.now()) / 1000, nextLookSeconds(this.crowd)));
  }

  /** A port whose calls are counted, and kept apart where what may come at once is used up. */
  public pace<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? (...parameters: unknown[]) => this.call(() => Reflect.apply(member, target, parameters) as Promise<unknown>)
          : member;
      },
    });
  }

  private async call<T>(operation: () => Promise<T>): Promise<T> {
    const apart = this.callsInStep < MANY_CALLS ? this.spacing : this.interval;
    const pause = this.lastCallAt + apart - this.clock.now();
    if (this.callsInStep >= this.allowance && pause > 0) {
      await this.clock.sleep(pause);
    }
    this.lastCallAt = this.clock.now();
    this.callsInStep++;
    this.pay(1);
    try {
      return await operation();
    } catch (error) {
      if (classify(error) === 'throttled') {
        this.pay(1);
      }
      throw error;
    }
  }

  /**
   * What time may pay in advance. Where the next look is one call, who had to wait longest for the first turn owes least after it:
   * so the looks come one after the other, too, and begin when the first turns are over.
   */
  private get credit(): number {
    const { rank, running, isFirst } = this.crowd;
    const ofBurst = this.takesTurns ? this.rate.burst / running : this.allowance - 1;
    return this.looksOnce && !isFirst && this.use.calls < this.firstCalls ? Math.max(rank / running, ofBurst) : ofBurst;
  }

  /** Time pays for calls. What was not used is credit for later, up to the allowance. */
  private pay(calls: number): void {
    const now = this.clock.now();
    const paid = this.use.debt - Math.max(0, now - this.use.asOf) / this.payingInterval;
    const interval = calls > 0 ? this.interval : this.use.interval;
    this.use = { ...this.use, interval, calls: this.use.calls + calls, debt: Math.max(paid, -this.credit) + calls, asOf: now };
  }
}
