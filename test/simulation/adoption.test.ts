import { everyStep, expectFound, type Mutation } from './broken-variant';
import { runHistory } from './history';
import { SERVICES } from './services';
import { ses } from './services/ses';
import { workSpaces } from './services/workspaces';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

/* The modules themselves: what an import gives here is a copy, on which a spy sees nothing. */
const adoption = jest.requireActual<typeof import('../../lambda/lifecycle/adopt')>('../../lambda/lifecycle/adopt');
const tags = jest.requireActual<typeof import('../../lambda/lifecycle/tags')>('../../lambda/lifecycle/tags');

/*
 * The course on which stacks adopt what exists. What has to be true there is in adoption-watch.ts, besides all other laws.
 */
const SEEDS = 25;

describe.each(SERVICES.map(service => [service.name, service] as const))('histories of %s with adoption', (_, service) => {
  test(`break no law from seed 1 to ${SEEDS}, and something is adopted in them`, async () => {
    const logs: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { timeline, violations } = await runHistory(seed, { services: [service], course: 'adopt', trace: true });
      logs.push(...timeline.filter(line => /logs .*"Adopts the|answers .*"SUCCESS".*/.test(line)));

      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
    expect(logs.some(line => line.includes('Adopts the'))).toBe(true);
  });
});

describe('histories that once broke a law', () => {
  test.each([
    ['WorkSpaces', 222, 'a standby that does not show its data replication was adopted without the declared one', workSpaces],
    ['WorkSpaces', 230, 'a rollback to a fleet that adopts failed, since the update that it took back had terminated the adopted member', workSpaces],
  ])('%s, seed %d: %s', async (_name, seed, _what, service) => {
    expect((await runHistory(seed, { services: [service], course: 'adopt' })).violations).toEqual([]);
  });
});

type Resource = Parameters<typeof adoption.adopt>[1];

/** Adoption, broken on purpose: what the laws must notice on this course. */
const MUTATIONS: readonly Mutation[] = [
  ['adopts without a comparison', () => changedAdoption(original => ({ ...original, differences: () => [] })), 'adopt'],
  ['adopts without moving the owner', () => changedAdoption(original => ({ ...original, take: async () => undefined })), 'adopt'],
  ['deletes in a rollback what it has adopted', () => everyStep(MULTI_REGION_ENDPOINT_TYPE, (context, original) => {
    const { Adopt: _, ...raw } = context.raw;
    return original(context.operation === 'Delete' ? Object.create(context, { raw: { value: raw } }) : context);
  }), 'adopt'],
  ['deletes what another stack has adopted from it', () => everyStep(MULTI_REGION_ENDPOINT_TYPE, (context, original) => {
    const isOwned = context.operation === 'Delete' && context.raw.Adopt === undefined;
    const spy = isOwned ? jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true) : undefined;
    return original(context).finally(() => spy?.mockRestore());
  }), 'adopt'],
];

describe('SES', () => expectFound(ses, MUTATIONS));

function changedAdoption(change: (original: NonNullable<Resource['adoption']>) => NonNullable<Resource['adoption']>): void {
  const original = adoption.adopt;
  jest.spyOn(adoption, 'adopt').mockImplementation((step, resource, ...others) => {
    const changed = resource.adoption && change(resource.adoption as NonNullable<Resource['adoption']>);
    const broken = Object.create(resource, { adoption: { value: changed }, phase: { value: () => ({ is: 'ready' }) } }) as typeof resource;
    return original(step, broken, ...others);
  });
}
