import { Account, failing, quiet } from './account';
import { SUBJECTS } from './resources';
import type { Novelty } from '../simulation/versions';

const NOVELTIES: readonly Novelty[] = ['property', 'schema', 'type'];
/** Seconds after which the sibling fails: while the new resource is being created, and long after. */
const MOMENTS: readonly [string, number][] = [['being created', 8], ['complete', 3000]];

describe.each(SUBJECTS.map(subject => [subject.name, subject] as const))('L1, L2: a new %s of a newer library', (_, subject) => {
  describe.each(NOVELTIES)('with a %s that the older one does not know', novelty => {
    test.each(MOMENTS)('leaves nothing when the deployment is rolled back while it is %s', async (_moment, seconds) => {
      const account = new Account({ novelty });
      subject.prepare(account);
      const before = { ...subject.base, Other: quiet() };
      expect(await account.deploy(before)).toMatchObject({ status: 'CREATE_COMPLETE' });

      const after = { ...before, Thing: subject.thing(), Sibling: failing(seconds) };
      const { status } = await account.deploy(after, { version: 2 });

      const isReported = /DELETE_FAILED: /.test(account.reasons('Thing'));
      expect({ status, left: subject.count(account), isReported })
        .toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', left: isReported ? expect.any(Number) : 0, isReported: novelty === 'type' && isReported });
      if (!isReported) {
        expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
        expect(account.exists()).toEqual([]);
      }
    });
  });
});

describe.each(SUBJECTS.map(subject => [subject.name, subject] as const))('an older library is deployed again, with a %s of the newer one', (_, subject) => {
  test.each<Novelty>(['property', 'schema'])('with a new %s: it goes on, and nothing is left at the end', async novelty => {
    const account = new Account({ novelty });
    subject.prepare(account);
    const resources = { ...subject.base, Thing: subject.thing() };
    expect(await account.deploy(resources, { version: 2 })).toMatchObject({ status: 'CREATE_COMPLETE' });
    const made = account.exists();

    expect(await account.deploy(resources, { version: 1 })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(account.exists()).toEqual(made);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual([]);
  });

  test.each<Novelty>(['property', 'schema'])('with a new %s: it is removed, and nothing is left', async novelty => {
    const account = new Account({ novelty });
    subject.prepare(account);
    const other = quiet();
    await account.deploy({ ...subject.base, Thing: subject.thing(), Other: other }, { version: 2 });
    expect(await account.deploy({ ...subject.base, Other: other }, { version: 1 })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(account.reasons('Thing')).not.toContain('DELETE_FAILED');
    expect(subject.count(account)).toBe(0);
  });
});
