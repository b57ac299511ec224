import { runHistory } from './history';
import { SERVICES } from './services';

/** So few that mutation testing can afford them for every mutant that all other tests leave alive. */
const SEEDS = 5;
const GROUPS = 8;

describe.each(SERVICES.map(service => [service.name, service] as const))('histories of %s', (_, service) => {
  test.each(Array.from({ length: GROUPS }, (_group, index) => index * SEEDS + 1))('break no law from seed %i on', async from => {
    for (let seed = from; seed < from + SEEDS; seed++) {
      expect((await runHistory(seed, { services: [service] })).violations).toEqual([]);
    }
  });
});
