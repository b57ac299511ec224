import { Interval } from './report';

/** How many mappings of an endpoint group there are, and to how many of them traffic is allowed. */
export interface MappingCount {
  /** Of the endpoint group. */
  readonly region: string;
  readonly mappings: number;
  readonly allowed: number;
}

/** What exists at a moment. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Ids of what exists. */
  readonly ids: ReadonlySet<string>;
  /** Ids of what can be used: not of what is being created or deleted. */
  readonly usable: ReadonlySet<string>;
  /** By the ARN of an endpoint group. */
  readonly groups: ReadonlyMap<string, MappingCount>;
}

/** What exists from moment to moment, in the services that our resources are made in. */
export class Timeline {
  private readonly moments: Moment[] = [];

  public add(moment: Moment): void {
    this.moments.push(moment);
  }

  /** Whether a thing was there at some moment. */
  public hasSeen(id: string | undefined): boolean {
    return id !== undefined && this.moments.some(({ ids }) => ids.has(id));
  }

  /** Whether both things were there at some moment. */
  public coexisted(one: string, other: string): boolean {
    return this.moments.some(({ ids }) => ids.has(one) && ids.has(other));
  }

  /** When something that was there is missing. */
  public absences(isThere: (moment: Moment) => boolean, from: number, to: number): Interval[] {
    const intervals: Interval[] = [];
    let missingSince: number | undefined;
    for (const moment of this.moments.filter(({ at }) => from <= at && at <= to)) {
      if (!isThere(moment)) {
        missingSince ??= moment.at;
      } else if (missingSince !== undefined) {
        intervals.push(interval(missingSince, moment.at, from));
        missingSince = undefined;
      }
    }
    return missingSince === undefined ? intervals : [...intervals, interval(missingSince, to, from)];
  }
}

function interval(from: number, to: number, origin: number): Interval {
  return { fromSeconds: (from - origin) / 1000, toSeconds: (to - origin) / 1000 };
}
