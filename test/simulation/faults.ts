import { Dice, hash } from './dice';

/** Where something can go wrong. */
export type Site = 'read' | 'write' | 'start' | 'list' | 'stop' | 'answer' | 'event' | 'step';

/** What can go wrong there. */
export type FaultKind =
  | 'crash before' | 'crash after' | 'hang before' | 'hang after' | 'slow'
  | 'throttled' | 'server error' | 'server error after effect' | 'lost answer' | 'refused' | 'denied' | 'stale'
  | 'unreachable' | 'url refused' | 'accepted, answer lost'
  | 'delivery throttled' | 'delivery delayed' | 'delivery very late' | 'delivered twice' | 'crash at start' | 'crash at end'
  | 'second worker';

/** A fault that happened. */
export interface Injected {
  /** Names the place in a way that hardly changes when other faults or steps of the history are left out. */
  readonly key: string;
  readonly kind: FaultKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Label of the request that it hit. */
  readonly request: string;
}

const POSSIBLE: Record<Site, readonly FaultKind[]> = {
  read: ['crash before', 'crash after', 'hang before', 'slow', 'throttled', 'server error', 'lost answer', 'stale'],
  write: [
    'crash before', 'crash after', 'hang before', 'hang after', 'slow', 'throttled', 'server error', 'server error after effect',
    'lost answer', 'refused',
  ],
  start: ['crash before', 'crash after', 'hang after', 'throttled', 'server error', 'server error after effect', 'lost answer', 'slow'],
  list: ['crash before', 'throttled', 'server error', 'slow'],
  stop: ['crash before', 'crash after', 'throttled', 'server error', 'server error after effect', 'lost answer', 'slow'],
  answer: ['crash before', 'crash after', 'hang after', 'slow', 'unreachable', 'accepted, answer lost', 'server error', 'url refused'],
  event: [
    'delivery throttled', 'delivery delayed', 'delivery very late', 'delivered twice', 'crash at start', 'crash at end',
  ],
  step: ['delivery throttled', 'delivery delayed', 'crash at start', 'crash at end', 'second worker'],
};

/** These leave CloudFormation without an answer, or the operation without success, so they are rare. */
const RARE: ReadonlySet<FaultKind> = new Set(['url refused', 'delivery very late', 'refused']);
const KILLING: ReadonlySet<FaultKind> = new Set(
  ['crash before', 'crash after', 'hang before', 'hang after', 'crash at start', 'crash at end']);

/** The place of the one fault of a history. */
export interface SingleFault {
  readonly place: number;
  readonly kind: FaultKind;
  /** Only places in requests whose label matches are counted. @default - all */
  readonly requests?: RegExp;
}

export interface FaultOptions {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** So often a delivery by CloudFormation may fail: what Lambda has given up nobody can answer. */
  readonly maxFailedDeliveries: number;
  /** Keys of the faults that may happen. @default - all that the seed says */
  readonly only?: ReadonlySet<string>;
  /** One fault at one place instead of those of the seed: the n-th place where it is possible, counted from 0. */
  readonly single?: SingleFault;
}

/** Decides at every place where something can go wrong. */
export class FaultPlan {
  public readonly injected: Injected[] = [];
  /** How many places for `single` there were. */
  public places = 0;
  private readonly rates: Record<Site, readonly [FaultKind, number][]>;
  private readonly visits = new Map<string, number>();
  private readonly failedDeliveries = new Map<string, number>();
  private stopped = false;

  constructor(private readonly options: FaultOptions) {
    this.rates = ratesOf(new Dice(options.seed, 'faults'));
  }

  /** From now on nothing goes wrong. */
  public stop(): void {
    this.stopped = true;
  }

  /**
   * @param request label of the request
   * @param isDelivery whether the place is in an invocation by CloudFormation
   */
  public at(site: Site, request: string, place: string, now: number, isDelivery: boolean): FaultKind | undefined {
    if (this.options.single) {
      return this.decideSingle(site, request, place, now);
    }
    if (this.stopped || now >= this.options.until) {
      return undefined;
    }
    const visited = `${request} ${place}`;
    const visit = (this.visits.get(visited) ?? 0) + 1;
    this.visits.set(visited, visit);
    if (this.rates[site].length === 0) {
      return undefined;
    }
    const key = `${visited} ${visit}`;
    const kind = this.draw(site, key);
    if (!kind || (this.options.only && !this.options.only.has(key)) || (isDelivery && !this.mayFail(kind, request))) {
      return undefined;
    }
    this.injected.push({ key, kind, at: now, request });
    return kind;
  }

  /** A number from 0 to 1 for the size of a fault. */
  public amount(request: string, place: string): number {
    return hash(`${request} ${place} ${this.injected.length}`, this.options.seed) / 4294967296;
  }

  private decideSingle(site: Site, request: string, place: string, now: number): FaultKind | undefined {
    const { single } = this.options;
    const isCandidate = POSSIBLE[site].includes(single!.kind) && (single!.requests?.test(request) ?? true);
    if (this.stopped || !isCandidate || this.places++ !== single!.place) {
      return undefined;
    }
    this.injected.push({ key: `${request} ${place}`, kind: single!.kind, at: now, request });
    return single!.kind;
  }

  private draw(site: Site, key: string): FaultKind | undefined {
    let chance = hash(key, this.options.seed) / 4294967296;
    for (const [kind, rate] of this.rates[site]) {
      chance -= rate;
      if (chance < 0) {
        return kind;
      }
    }
    return undefined;
  }

  private mayFail(kind: FaultKind, request: string): boolean {
    if (!KILLING.has(kind)) {
      return true;
    }
    const failed = (this.failedDeliveries.get(request) ?? 0) + 1;
    this.failedDeliveries.set(request, failed);
    return failed <= this.options.maxFailedDeliveries;
  }
}

/** Some histories are calm, some suffer one kind of fault, most a mixture. */
function ratesOf(dice: Dice): Record<Site, readonly [FaultKind, number][]> {
  const style = dice.next();
  const all = [...new Set(Object.values(POSSIBLE).flat())];
  const favourite = dice.pick(all);
  const rates = new Map(all.map(kind => [kind, rateOf(dice, kind, style, favourite)]));
  return Object.fromEntries(Object.entries(POSSIBLE).map(([site, kinds]) =>
    [site, kinds.map(kind => [kind, rates.get(kind)!] as [FaultKind, number]).filter(([, rate]) => rate > 0)],
  )) as unknown as Record<Site, readonly [FaultKind, number][]>;
}

function rateOf(dice: Dice, kind: FaultKind, style: number, favourite: FaultKind): number {
  const drawn = dice.pick([0, 0, 0.005, 0.02, 0.06]);
  if (style < 0.1) {
    return 0;
  }
  if (style < 0.4) {
    return kind === favourite ? (RARE.has(kind) ? 0.05 : 0.25) : 0;
  }
  return RARE.has(kind) ? drawn / 5 : drawn;
}
