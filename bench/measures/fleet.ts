import { deploy, rowsOf, type Deployment } from './deployment';
import type { Measure, Row } from '../measure';
import { limitOf } from '../simulation/limit';
import { FUNCTION_MEGABYTES as OUR_MEGABYTES, Ours } from '../simulation/ours';
import { FUNCTION_MEGABYTES as FRAMEWORK_MEGABYTES, ProviderFramework } from '../simulation/provider-framework';
import { SesEndpoints } from '../simulation/ses-endpoints';
import { randomNumbers } from '../statistics';

/** All that SES grants an account in a Region; the burst is not documented. */
export const RATE = { perSecond: 1, burst: 5 };
const CREATION_SECONDS = 70;
const DELETION_SECONDS = 20;
/** Create, and READY seen twice. */
export const createLimit = (count: number) => limitOf(RATE, { startingCalls: count, calls: 3 * count, serviceSeconds: CREATION_SECONDS });
/** The tags, the delete and a look. */
export const deleteLimit = (count: number) => limitOf(RATE, { startingCalls: 2 * count, calls: 3 * count, serviceSeconds: DELETION_SECONDS });
/** The handlers' default time-out. */
const GOALS = { maxSeconds: 30 * 60 };

/** Many endpoints of one deployment, all requested at once, under the rate of SES. */
export const fleet: Measure = {
  name: 'fleet',
  run: async ({ effort }) => {
    const rows: Row[] = [];
    for (const count of effort.fleets) {
      rows.push(...await creates(count), ...await deletes(count), ...await frameworkCreates(count));
    }
    return rows;
  },
};

async function creates(count: number): Promise<Row[]> {
  return rowsOf(await createEndpoints(count), {
    name: `${count} endpoints at once, create`, subject: 'ours', limit: createLimit(count), goals: GOALS,
  });
}

/** Creates so many endpoints at once. */
export function createEndpoints(count: number): Promise<Deployment> {
  const endpoints = new SesEndpoints({ creationSeconds: CREATION_SECONDS, requestRate: RATE }, randomNumbers(1), OUR_MEGABYTES);
  const ours = new Ours(endpoints);
  return deploy(endpoints.world, () => Promise.all(namesOf(count).map(name => ours.operate('Create', name))));
}

async function deletes(count: number): Promise<Row[]> {
  return rowsOf(await deleteEndpoints(count), {
    name: `${count} endpoints at once, delete`, subject: 'ours', limit: deleteLimit(count), goals: GOALS,
  });
}

/** Deletes so many endpoints at once, which were created without haste. */
export async function deleteEndpoints(count: number): Promise<Deployment> {
  const times = { creationSeconds: 0, deletionSeconds: DELETION_SECONDS };
  const endpoints = new SesEndpoints({ ...times, requestRate: RATE }, randomNumbers(1), OUR_MEGABYTES);
  const { world } = endpoints;
  const ours = new Ours(endpoints);
  for (const name of namesOf(count)) {
    await world.clock.run(ours.operate('Create', name));
    await world.clock.run(world.clock.sleep(10_000));
  }
  world.forgetWork();
  return deploy(world, () => Promise.all(namesOf(count).map(name => ours.operate('Delete', name))));
}

async function frameworkCreates(count: number): Promise<Row[]> {
  const endpoints = new SesEndpoints({ creationSeconds: CREATION_SECONDS, requestRate: RATE }, randomNumbers(1), FRAMEWORK_MEGABYTES);
  const framework = new ProviderFramework(endpoints, { careful: false });
  const created = await deploy(endpoints.world, () => Promise.all(namesOf(count).map(name => framework.operate('Create', name))));
  return rowsOf(created, { name: `${count} endpoints at once, create`, subject: 'provider framework, 5 s', limit: createLimit(count) });
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `endpoint-${index}`);
}
