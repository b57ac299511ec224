import { isDeepStrictEqual } from 'util';
import type { Entry } from './enter';
import { operationOf, otherExecutions } from './execution';
import { isIdOfAnotherCreate } from './ownership';
import type { Waiter, WrittenState } from './ports';
import type { Operation, RawProperties, Request } from './request';

/** The list of executions may not show the last request before this one yet. */
export class NotListedYet extends Error {}

/** The requests before this one for the same resource, as their executions have written them down. */
export class Predecessor {
  constructor(private readonly request: Request, private readonly entry: Entry, private readonly waiter: Waiter) {}

  /**
   * Whether the last one came so far that it may have created or changed something.
   *
   * @throws NotListedYet
   */
  public async wasChanging(): Promise<boolean> {
    const { entry, latest } = this;
    if (!entry.seesItself) {
      throw new NotListedYet();
    }
    return latest === undefined || ((await this.waiter.lastInputOf(latest)).progress?.changed ?? false);
  }

  /** See StepContext. A Delete that has come since has removed what was left. */
  public async createWasAbandoned(isHere: (properties: RawProperties) => boolean): Promise<boolean> {
    const names = await this.all();
    const deletes = leading(names, 'Delete');
    const others = names.slice(deletes.length);
    const written = await this.writtenBy(leading(others, 'Create'));
    const creates = written.filter(({ request }) => isHere(request?.properties ?? {}));
    if (this.request.operation === 'Create') {
      return deletes.length === 0 && hasAbandoned(creates);
    }
    return creates.length > 0 ? this.isFor(creates, deletes) : this.mayBeForAnother(others);
  }

  /** See StepContext. */
  public async wasHeldBefore(isHere: (properties: RawProperties) => boolean, names: (physicalId: string) => boolean): Promise<boolean> {
    const earlier = await this.all();
    const updates = leading(earlier, 'Update');
    const written = await this.writtenBy(earlier.slice(0, updates.length + 1).filter(name => operationOf(name) !== 'Delete'));
    // A rollback that is continued has the properties of the one that failed, and the history may be forgotten.
    return written.length === 0 ? isHere(this.request.oldProperties ?? {}) : written.some(({ progress, request }) => names(request?.physicalResourceId ?? '')
      || (progress?.changed && isHere(request?.properties ?? {})));
  }

  /** Whether it is known that the last one has not succeeded: it failed, or was given up. */
  public async hasFailed(): Promise<boolean> {
    const { latest } = this;
    return latest !== undefined && !hasSucceeded(await this.waiter.lastInputOf(latest));
  }

  /** See StepContext. */
  public async createFailed(): Promise<boolean> {
    const names = (await this.all()).filter(name => operationOf(name) !== 'Delete');
    const create = names.findIndex(name => operationOf(name) === 'Create');
    return create >= 0 && !(await this.writtenBy(names.slice(0, create + 1))).some(hasSucceeded);
  }

  /** See StepContext. */
  public async leftByUpdates(isElsewhere: (properties: RawProperties, physicalId: string) => boolean): Promise<readonly RawProperties[]> {
    const { predecessors = [] } = this.entry;
    const updates = leading(predecessors.filter(name => operationOf(name) !== 'Delete'), 'Update');
    const left: RawProperties[] = [];
    for (const name of updates) {
      const update = await this.waiter.lastInputOf(name);
      if (hasSucceeded(update)) {
        break;
      }
      left.push(...leftBy(update, isElsewhere));
    }
    return left;
  }

  /** Whether this request asks for exactly what was before the last one, as a rollback does. */
  public async isTakenBack(): Promise<boolean> {
    const { latest } = this;
    if (latest === undefined || operationOf(latest) === 'Create') {
      return false;
    }
    const { progress, request } = await this.waiter.lastInputOf(latest);
    return !progress?.tookBack && isDeepStrictEqual(request?.properties, this.request.oldProperties)
      && isDeepStrictEqual(request?.oldProperties, this.request.properties);
  }

  private writtenBy(names: readonly string[]): Promise<WrittenState[]> {
    return Promise.all(names.map(name => this.waiter.lastInputOf(name)));
  }

  /** Whether what a Delete that knows no id is for may be what these creates have made. The last one may be held under its own id. */
  private async isFor([last, ...earlier]: readonly WrittenState[], deletes: readonly string[]): Promise<boolean> {
    const { physicalResourceId } = this.request;
    if (hasSucceeded(last)) {
      // Either its answer was not heard, or this Delete is for the create whose leftovers it has taken over, and not the first attempt.
      const isOtherGone = (await this.writtenBy(deletes)).some(({ request }) => request?.physicalResourceId !== physicalResourceId);
      return isOtherGone || !hasAbandoned(earlier);
    }
    // It began with nothing in its place, so what is there now is not of the create that this Delete is for.
    const isOfAnother = isIdOfAnotherCreate(physicalResourceId, last.request?.requestId);
    return !(isOfAnother && last.progress?.changed) && hasAbandoned([last, ...earlier]);
  }

  /** What an update has left is held under the id of the failed create. And the list may be behind. */
  private mayBeForAnother([name]: readonly string[]): boolean {
    return name === undefined ? !this.entry.seesItself : operationOf(name) === 'Update';
  }

  /** A stack may have stayed with a failed create for days, and a rollback may come late. */
  private async all(): Promise<readonly string[]> {
    const { predecessors = [] } = this.entry;
    return this.request.operation !== 'Delete' && predecessors.length === 0
      ? otherExecutions(await this.waiter.executions(0), this.request).predecessors : predecessors;
  }

  private get latest(): string | undefined {
    return this.entry.predecessors?.find(name => operationOf(name) !== 'Delete');
  }
}

function hasSucceeded({ progress }: WrittenState): boolean {
  return progress?.pendingAnswer?.status === 'SUCCESS';
}

function leftBy({ progress, request }: WrittenState, isElsewhere: (properties: RawProperties, physicalId: string) => boolean): RawProperties[] {
  const { physicalResourceId = '', properties = {} } = request ?? {};
  return progress?.changed && isElsewhere(properties, physicalResourceId) ? [properties] : [];
}

function leading(names: readonly string[], operation: Operation): readonly string[] {
  const end = names.findIndex(name => operationOf(name) !== operation);
  return names.slice(0, end < 0 ? undefined : end);
}

/** Whether one of these creates was about to create something, and none after it has succeeded. */
function hasAbandoned(latestFirst: readonly WrittenState[]): boolean {
  const done = latestFirst.findIndex(hasSucceeded);
  return latestFirst.slice(0, done < 0 ? undefined : done).some(({ progress }) => progress?.changed);
}
