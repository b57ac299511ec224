import { FairShare, isOutdated, type Crowd, type Used } from '../../../lambda/lifecycle/fair-share';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';

const RATE = { perSecond: 1, burst: 5 };
const throttled = Object.assign(new Error('Slow down.'), { name: 'ThrottlingException' });

/** The share of one execution among so many, and its service, of which each call takes no time. */
class Sharing {
  public readonly clock = new VirtualClock(1_000_000);
  /** When calls were made, in seconds since the beginning. */
  public readonly calls: number[] = [];
  public fails = false;
  public used?: Used;

  constructor(private crowd: Partial<Crowd> = {}, private readonly looksOnce = false) {}

  public step(crowd = this.crowd): FairShare {
    this.crowd = crowd;
    const all = { running: 1, rank: 0, startedAt: 1_000_000, asOf: 1_000_000, isFirst: true, ...crowd };
    return new FairShare(RATE, all, this.clock, this.used, this.looksOnce);
  }

  public async call(share: FairShare, count = 1): Promise<void> {
    const port = share.pace({
      name: 'service',
      look: async (what: string) => {
        this.calls.push((this.clock.now() - 1_000_000) / 1000);
        if (this.fails) {
          throw throttled;
        }
        return `${what} seen`;
      },
    });
    expect(port.name).toBe('service');
    for (let left = count; left > 0; left--) {
      const result = this.clock.run(port.look('it'));
      await (this.fails ? expect(result).rejects.toBe(throttled) : expect(result).resolves.toBe('it seen'));
    }
    this.used = share.used;
  }

  public pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }
}

describe('who is alone', () => {
  test('makes as many calls at once as the service takes, then one by one', async () => {
    const sharing = new Sharing();
    await sharing.call(sharing.step(), 7);
    expect(sharing.calls).toEqual([0, 0, 0, 0, 0, 1, 2]);
  });

  test('waits with the next step until the calls are paid for', async () => {
    const sharing = new Sharing();
    expect(sharing.step().secondsToTurn).toBe(0);
    await sharing.call(sharing.step(), 5);
    expect(sharing.step().secondsToTurn).toBe(5);
    await sharing.pass(5);
    expect(sharing.step().secondsToTurn).toBe(0);
  });

  test('pays a call that was throttled twice', async () => {
    const sharing = new Sharing();
    sharing.fails = true;
    await sharing.call(sharing.step(), 4);
    expect(sharing.step().secondsToTurn).toBe(8);
  });

  test('saves no more than the service takes at once', async () => {
    const sharing = new Sharing();
    await sharing.call(sharing.step(), 2);
    await sharing.pass(1000);
    await sharing.call(sharing.step(), 6);
    expect(sharing.step().secondsToTurn).toBe(1);
  });
});

describe('among many', () => {
  const hundred = { running: 100, rank: 50 };

  test('the first calls take turns by rank, two calls each, at 95 % of the rate', () => {
    const turns = [0, 1, 2, 50].map(rank => new Sharing({ running: 100, rank }).step().secondsToTurn);
    expect(turns.map(turn => Math.round(turn * 10) / 10)).toEqual([0, 0, 1.1, 102.1]);
  });

  test('the turn stays the same from step to step, though others come and go', async () => {
    const sharing = new Sharing(hundred);
    sharing.used = sharing.step().used;
    await sharing.pass(60);
    expect(sharing.step({ running: 20, rank: 0 }).secondsToTurn).toBeCloseTo(102.1 - 60, 1);
  });

  test('calls in one step are apart', async () => {
    const sharing = new Sharing(hundred);
    await sharing.call(sharing.step(), 2);
    expect(sharing.calls.map(at => Math.round(at * 10) / 10)).toEqual([0, 1.1]);
  });

  test('each gets every hundredth call, but looks at the list before it has waited so long', async () => {
    const sharing = new Sharing({ running: 30 });
    await sharing.call(sharing.step(), 2);
    const wait = sharing.step().secondsToTurn;
    expect(wait).toBe(20);
    await sharing.pass(66);
    expect(sharing.step().secondsToTurn).toBe(0);
  });

  test('a call is paid for at the pace of its time, also when most have come to their end', async () => {
    const sharing = new Sharing({ running: 15, isFirst: false });
    await sharing.call(sharing.step(), 2);
    sharing.used = { ...sharing.used!, debt: 1 };
    const before = sharing.step().secondsToTurn;
    expect(before).toBeCloseTo(15 / 0.95, 0);
    expect(sharing.step({ running: 2, isFirst: false }).secondsToTurn).toBeCloseTo(before, 1);
  });

  test('looks of one call come one after the other, from the end of the first turns on', async () => {
    const running = 50;
    const nextLooks = [];
    for (const rank of [10, 20, 49]) {
      const sharing = new Sharing({ running, rank, isFirst: false }, true);
      sharing.used = sharing.step().used;
      await sharing.pass(sharing.step().secondsToTurn);
      await sharing.call(sharing.step(), 2);
      const { debt, asOf, interval } = sharing.used!;
      nextLooks.push((asOf - 1_000_000 + debt * interval) / 1000);
    }
    const endOfFirstTurns = (2 * running - RATE.burst) / 0.95;
    nextLooks.forEach((look, index) => expect(Math.abs(look - (endOfFirstTurns + [10, 20, 49][index] / 0.95))).toBeLessThan(3));
  });

  test('they take turns only when there are more of them than calls may come at once', () => {
    expect([1, 5, 6].map(running => new Sharing({ running }).step().takesTurns)).toEqual([false, false, true]);
  });
});

describe('it is time to look again how many there are', () => {
  test.each([
    [10, true, 2], [10, false, 20], [40, false, 20], [100, false, 50],
  ])('among %i (first look: %s) after %i s', (running, isFirst, seconds) => {
    const crowd = { running, rank: 0, startedAt: 0, asOf: 0, isFirst };
    expect(isOutdated(crowd, seconds * 1000)).toBe(false);
    expect(isOutdated(crowd, seconds * 1000 + 1)).toBe(true);
  });
});
