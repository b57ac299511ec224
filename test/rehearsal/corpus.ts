import type { App } from 'aws-cdk-lib';
import type { Report } from '../../cli/rehearse';

/** A change of an app and what a rehearsal has to say of it. */
export interface AppChange<Props> {
  readonly what: string;
  readonly to: Props;
  readonly outcome: Report['outcome'];
  /** By the path of the construct, with its stack; resources that are as before are left out. */
  readonly changes: Readonly<Record<string, string>>;
  /** What else must be in the report. */
  readonly see?: (report: Report) => void;
}

/** An app of a kind that users have, and changes of it. */
export interface CorpusApp<Props = any> {
  readonly name: string;
  readonly from: Props;
  readonly changes: readonly AppChange<Props>[];
  build(app: App, props: Props): void;
}

/** Changes in a report, as the corpus has them. */
export function changesIn({ resources }: Report): Record<string, string> {
  return Object.fromEntries(resources.filter(({ change }) => change !== 'as before')
    .map(({ stack, path, change }) => [`${stack}/${path}`, change]));
}

export function resource(report: Report, path: string): Report['resources'][number] {
  return report.resources.find(one => `${one.stack}/${one.path}` === path)!;
}
