import { CONSTRUCTS } from './constructs';
import { FEATURES } from './features';

for (const feature of Object.values(FEATURES).flat()) {
  const entries = CONSTRUCTS.filter(entry => feature.without?.(entry) === undefined);
  const refused = entries.filter(entry => feature.refused?.(entry));

  describe(feature.name, () => {
    for (const entry of entries.filter(candidate => !refused.includes(candidate))) {
      test(`works with ${entry.name}`, () => {
        expect.hasAssertions();
        feature.check(entry);
      });
    }

    for (const entry of refused) {
      test(`refuses ${entry.name} with the reason`, () => {
        expect(() => feature.check(entry)).toThrow(feature.refused!(entry)!.message);
      });
    }
  });
}
