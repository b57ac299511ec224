import { Account } from './account';
import { RehearsedApp } from './app';
import { StackOutcome } from './report';
import { Snapshot } from './snapshot';
import { Recorded } from '../deployment-page/recording';
import { AssemblyStack } from '../../sandbox/cloudformation/assembly';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import { Inventor } from '../../sandbox/inert/inventor';

/** How the deployment of a stack went. */
export interface Deployment {
  readonly stack: AssemblyStack;
  readonly region: string;
  readonly account: Account;
  readonly outcome: StackOutcome;
  readonly from: number;
  readonly to: number;
  /** Undefined if nothing was begun. */
  readonly recorded?: Recorded;
  /** Last status of the stack. */
  readonly status?: string;
  /** Why it failed: of the first resource that did by itself, else of the stack. */
  readonly cause?: StackEvent;
  readonly reason?: string;
  readonly note?: string;
}

/** What was seen: the material of a report. */
export interface Observations {
  readonly current: RehearsedApp;
  readonly old?: RehearsedApp;
  readonly accounts: readonly Account[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly deployments: readonly Deployment[];
  readonly events: readonly StackEvent[];
  readonly inventor: Inventor;
  /** Logical ids of what makes our resources work. */
  readonly infrastructure: ReadonlySet<string>;
  /** What was in the accounts before and is in no stack. */
  readonly known: ReadonlySet<string>;
}

const CANCELLED = /^Resource (creation|update) cancelled$/;

/** The event of the first resource that failed by itself, in the stack or in one that is nested in it. */
export function causeOf(events: readonly StackEvent[], { stackName }: AssemblyStack): StackEvent | undefined {
  const failed = events.filter(({ status, reason = '' }) => status.endsWith('_FAILED') && !CANCELLED.test(reason));
  return failed.find(({ type }) => type !== 'AWS::CloudFormation::Stack') ?? failed[0]
    ?? events.find(event => event.stackName === stackName && event.status.endsWith('ROLLBACK_IN_PROGRESS'));
}
