import type { Entry } from './enter';
import type { FairShare } from './fair-share';
import type { Location, ResourceHandler, StepContext } from './handler';
import { ownerTagValue } from './ownership';
import type { Runtime } from './ports';
import { Predecessor } from './predecessor';
import type { Progress } from './progress';
import { OtherVersionError } from './properties';
import type { RawProperties, Request } from './request';

/** What a step knows when its handler is called. */
export interface StepState {
  readonly handler: ResourceHandler<any>;
  readonly request: Request;
  readonly runtime: Runtime;
  readonly location: Location;
  readonly deadline: number;
  readonly entry: Entry;
  readonly share?: FairShare;
  reached(): Progress;
  reach(change: Partial<Progress>): void;
}

/** The circumstances of a step, for its handler. */
export function stepContext({ handler, request, runtime, location, deadline, entry, share, reached, reach }: StepState): StepContext<any> {
  const predecessor = new Predecessor(request, entry, runtime.waiter);
  return {
    operation: request.operation,
    get properties() { return handler.parse(request.properties); },
    get oldProperties() { return parseOld(handler, request.oldProperties); },
    raw: request.properties,
    oldRaw: request.oldProperties,
    physicalId: request.physicalResourceId,
    logicalId: request.logicalResourceId,
    owner: ownerTagValue(request.stackId, request.logicalResourceId),
    requestId: request.requestId,
    requestedAt: request.requestedAt,
    deadline,
    hasCompany: (entry.crowd?.running ?? 1) > 1,
    memory: reached().memory,
    remember: memory => reach({ memory: { ...reached().memory, ...memory } }),
    found: physicalId => reach({ physicalId }),
    paced: port => share?.pace(port) ?? port,
    changing: () => reach({ changed: true }),
    predecessorWasChanging: () => predecessor.wasChanging(),
    createWasAbandoned: isHere => predecessor.createWasAbandoned(isHere),
    wasHeldBefore: (isHere, names) => predecessor.wasHeldBefore(isHere, names),
    predecessorFailed: () => predecessor.hasFailed(),
    createFailed: () => predecessor.createFailed(),
    leftByUpdates: isElsewhere => predecessor.leftByUpdates(isElsewhere),
    takesBack: async () => {
      const tookBack = await predecessor.isTakenBack();
      reach({ tookBack });
      return tookBack;
    },
    clock: runtime.clock,
    log: runtime.log,
    location,
  };
}

/** What a newer version has deployed is read as far as this one knows it. If nobody can read it any more, the world has to do. */
function parseOld<P>(handler: ResourceHandler<P>, raw: RawProperties | undefined): P | undefined {
  try {
    return raw && handler.parse(raw);
  } catch (error) {
    return error instanceof OtherVersionError ? parseOld(handler, error.readable) : undefined;
  }
}
