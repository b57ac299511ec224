import { ownerTagValue, sha256 } from './ownership';
import type { StartedExecution } from './ports';
import type { Operation, Request } from './request';

/** So many travel from step to step. */
const MAX_PREDECESSORS = 8;

/** Names of all executions for one resource start alike: that is how they find each other. */
export function executionPrefix(request: Request): string {
  return `${ownerTagValue(request.stackId, request.logicalResourceId).slice(0, 24)}-`;
}

/**
 * Name of the one execution of a request. The request id alone is not enough: CloudFormation sends it again with a fresh URL
 * when a deployment is retried. The time of the request is in the name because Lambda may deliver a request after a later one.
 */
export function executionName(request: Request): string {
  const request32 = sha256(`${request.requestId} ${request.responseUrl.reveal()}`).slice(0, 32);
  const signedAt = request.responseUrl.signedAt();
  const time = signedAt === undefined ? '' : `${(signedAt / 1000).toString(36)}-`;
  return `${executionPrefix(request)}${request.operation}-${time}${request32}`;
}

/** What the request of an execution asks for. */
export function operationOf(name: string): Operation {
  return /^[0-9a-f]{24}-(Create|Update|Delete)-/.exec(name)![1] as Operation;
}

/** When the request of an execution was made, in milliseconds since the epoch; undefined if its name does not say. */
export function requestedAtOf(name: string): number | undefined {
  const time = /-(?:Create|Update|Delete)-([0-9a-z]+)-[0-9a-f]{32}$/.exec(name)?.[1];
  return time === undefined ? undefined : parseInt(time, 36) * 1000;
}

/** The other executions for the same resource, and whether the list shows the own one. */
export interface OtherExecutions {
  /** Of later requests, running or ended: CloudFormation has given this request up. */
  readonly later: readonly string[];
  /** Of earlier requests, still running: CloudFormation has given those up. */
  readonly earlierRunning: readonly string[];
  /** The last requests before this one, the latest first. */
  readonly predecessors: readonly string[];
  readonly showsOwn: boolean;
  /** Executions of all resources that run, with this one. */
  readonly running: number;
  /** How many of those started before this one. */
  readonly rank: number;
  /** When this one started, in milliseconds since the epoch, if the list shows it. */
  readonly ownStart?: number;
}

/**
 * Sorts the executions of one resource by the time of their requests. Of two requests in the same second a Delete is the later
 * one, else the one that started later. Two Deletes do not stop each other: CloudFormation deletes two old ids of a resource at once.
 *
 * @param latestFirst as the list shows them
 */
export function otherExecutions(latestFirst: readonly StartedExecution[], request: Request): OtherExecutions {
  const prefix = executionPrefix(request);
  const name = executionName(request);
  const own = latestFirst.findIndex(execution => execution.name === name);
  const later: string[] = [];
  const earlier: StartedExecution[] = [];
  const deletes: StartedExecution[] = [];
  latestFirst.forEach((other, position) => {
    const isDelete = other.name.startsWith('Delete-', prefix.length);
    if (!other.name.startsWith(prefix) || position === own) {
      return;
    }
    if (isDelete && request.operation === 'Delete') {
      deletes.push(...isLater(other, request, true) ? [] : [other]);
      return;
    }
    const startedLater = own < 0 || position < own;
    if (isLater(other, request, isDelete || (startedLater && request.operation !== 'Delete'))) {
      later.push(other.name);
    } else {
      earlier.push(other);
    }
  });
  const othersRunning = latestFirst.filter((other, position) => other.running && position !== own);
  const rank = latestFirst.slice(own + 1).filter(({ running }) => running).length;
  return {
    later, showsOwn: own >= 0, ownStart: latestFirst[own]?.startedAt, rank, running: othersRunning.length + 1,
    earlierRunning: earlier.filter(({ running }) => running).map(({ name: running }) => running),
    predecessors: latestOf([...earlier, ...deletes]),
  };
}

function latestOf(executions: readonly StartedExecution[]): string[] {
  const timeOf = ({ name, startedAt }: StartedExecution) => requestedAtOf(name) ?? startedAt;
  return [...executions].sort((a, b) => timeOf(b) - timeOf(a)).slice(0, MAX_PREDECESSORS).map(({ name }) => name);
}

function isLater(other: StartedExecution, request: Request, winsTie: boolean): boolean {
  const requestedAt = requestedAtOf(other.name) ?? other.startedAt;
  return requestedAt > request.requestedAt || (requestedAt === request.requestedAt && winsTie);
}
