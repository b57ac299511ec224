import { briefPace, Pace, paced } from '../../../lambda/workspaces/pace';
import { clockAt, REQUESTED_AT } from '../step-context';

function error(name: string): Error {
  return Object.assign(new Error('text.'), { name });
}

describe('the pace', () => {
  const throttled = error('ThrottlingException');

  test('lets five calls through at once and then two a second', async () => {
    const clock = clockAt(0);
    const pace = briefPace(clock);
    const times: number[] = [];
    for (let call = 0; call < 8; call++) {
      await pace.call(async () => { times.push(clock.now() - REQUESTED_AT); });
    }
    expect(times).toEqual([0, 0, 0, 0, 0, 500, 1000, 1500]);
    expect(pace.memory).toBe(REQUESTED_AT + 4000);
  });

  test('sleeps only where a call comes too early', async () => {
    const sleeps: number[] = [];
    const pace = briefPace({ now: () => REQUESTED_AT, sleep: async milliseconds => { sleeps.push(milliseconds); } });
    for (let call = 0; call < 7; call++) {
      await pace.call(async () => {});
    }
    expect(sleeps).toEqual([500, 1000]);
  });

  test('takes the burst for used up when it does not know', async () => {
    const clock = clockAt(0);
    const pace = new Pace(clock);
    const times: number[] = [];
    for (let call = 0; call < 3; call++) {
      await pace.call(async () => { times.push(clock.now() - REQUESTED_AT); });
    }
    expect(times).toEqual([0, 500, 1000]);
  });

  test('gives up at the fifth throttling, and at once after another error', async () => {
    const clock = clockAt(0);
    let calls = 0;
    await expect(briefPace(clock).call(async () => { calls++; throw throttled; })).rejects.toBe(throttled);
    expect(calls).toBe(5);
    expect(clock.now() - REQUESTED_AT).toBeGreaterThan(5000);
    await expect(briefPace(clock).call(async () => { calls++; throw error('Odd'); })).rejects.toThrow('text.');
    expect(calls).toBe(6);
  });

  test('knows when a step has lasted long enough', async () => {
    const clock = clockAt(0);
    const pace = new Pace(clock);
    await clock.sleep(999);
    expect(pace.isOver(1)).toBe(false);
    await clock.sleep(1);
    expect(pace.isOver(1)).toBe(true);
  });

  test('leaves what is no call as it is', () => {
    expect(paced({ name: 'x' }, briefPace(clockAt(0))).name).toBe('x');
  });
});
