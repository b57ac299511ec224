import { isDeepStrictEqual } from 'util';
import type { Entry } from './enter';
import { isCreate } from './execution';
import { isIdOfAnotherCreate } from './ownership';
import type { Waiter } from './ports';
import type { Request } from './request';

/** The request before this one for the same resource, as its execution has written it down. */
export class Predecessor {
  constructor(private readonly request: Request, private readonly entry: Entry, private readonly waiter: Waiter) {}

  /** Whether it came so far that it may have created or changed something. */
  public async wasChanging(): Promise<boolean> {
    const { predecessor, seesItself } = this.entry;
    const isDelete = this.request.operation === 'Delete';
    if (predecessor === undefined) {
      return !isDelete || !seesItself;
    }
    if (isDelete && !isCreate(predecessor)) {
      return true;
    }
    const { progress, request } = await this.waiter.lastInputOf(predecessor);
    // A create begins with nothing in its place, so what is there now is not of the create that this Delete is for.
    const isOfLaterCreate = isDelete && request && isIdOfAnotherCreate(this.request.physicalResourceId, request.requestId);
    return !isOfLaterCreate && (progress?.changed ?? false);
  }

  /** Whether it is known that it has not succeeded: it failed, or was given up. */
  public async hasFailed(): Promise<boolean> {
    const { predecessor } = this.entry;
    return predecessor !== undefined && (await this.waiter.lastInputOf(predecessor)).progress?.pendingAnswer?.status !== 'SUCCESS';
  }

  /** Whether this request asks for exactly what was before that one, as a rollback does. */
  public async isTakenBack(): Promise<boolean> {
    const { predecessor } = this.entry;
    if (predecessor === undefined || isCreate(predecessor)) {
      return false;
    }
    const { progress, request } = await this.waiter.lastInputOf(predecessor);
    return !progress?.tookBack && isDeepStrictEqual(request?.properties, this.request.oldProperties)
      && isDeepStrictEqual(request?.oldProperties, this.request.properties);
  }
}
