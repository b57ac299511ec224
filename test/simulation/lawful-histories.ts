import { runHistory } from './history';
import type { ServiceModel } from './resource-kind';

const SEEDS = 40;

/** Random histories of one service: no law is broken in them, and its resource type comes to all that can happen to it. */
export function expectLawfulHistories(service: ServiceModel, type: string): void {
  test(`no law is broken in ${SEEDS} histories, and each operation on a ${type} succeeds in them`, async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const history = await runHistory(seed, { services: [service] });
      Object.keys(history.outcomes).forEach(outcome => outcomes.add(outcome));

      expect({ seed, violations: history.violations }).toEqual({ seed, violations: [] });
    }
    for (const operation of ['Create', 'Update', 'Delete']) {
      expect(outcomes).toContain(`${type} ${operation} SUCCESS`);
    }
  });
}
