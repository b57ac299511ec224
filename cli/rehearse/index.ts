import { ReportBuilder } from './build-report';
import { Observations } from './observations';
import { Rehearsal, RehearsalOptions } from './rehearsal';
import { Report } from './report';

export type { RehearsalOptions } from './rehearsal';
export { NotRehearsed } from './report';
export type { Report } from './report';

/**
 * Deploys two versions of an app one after the other in accounts that exist only for this, and says what the second deployment
 * does to the resources of this library.
 *
 * @param oldPath cloud assembly of what is deployed now, or its templates; undefined if nothing is
 * @param newPath cloud assembly of what is to be deployed
 * @throws NotRehearsed if nothing can be said
 */
export async function rehearse(oldPath: string | undefined, newPath: string, options: RehearsalOptions = {}): Promise<Report> {
  return reportOf(await observe(oldPath, newPath, options));
}

/** Deploys both versions, as `rehearse()` does. */
export async function observe(oldPath: string | undefined, newPath: string, options: RehearsalOptions): Promise<Observations> {
  return new Rehearsal(oldPath, newPath, options).run();
}

export function reportOf(seen: Observations): Report {
  return new ReportBuilder(seen).build();
}
