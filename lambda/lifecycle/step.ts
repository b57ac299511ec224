import { isDeepStrictEqual } from 'util';
import { easedTroubles, jittered, troubledWait } from './backoff';
import { classify, quote, ResourceError } from './errors';
import type { Attributes, Memory, Outcome, Place, ResourceHandler, StepContext } from './handler';
import { executionName, executionPrefix, idNotKnown, isNothingCreatedId, nothingCreatedId, ownerTagValue } from './ownership';
import type { Rivals, Runtime } from './ports';
import { timeoutSecondsOf } from './properties';
import { deadlineOf, describe, type Request } from './request';
import { FUNCTION_TIMEOUT_SECONDS, SCHEMA_VERSION } from '../../src/wire/lifecycle';

/**
 * A create may issue its call so long after the request without looking whether it has a successor; a Delete that knows
 * no id concludes only after that, plus the longest invocation, plus a margin for clocks and the list of executions.
 */
const UNCHECKED_CLAIM_SECONDS = 60;
const QUIET_SECONDS = UNCHECKED_CLAIM_SECONDS + FUNCTION_TIMEOUT_SECONDS + 30;
/** From then on after an execution was started, nobody who has not seen it still makes a call for an earlier request. */
const SEEN_SECONDS = QUIET_SECONDS - UNCHECKED_CLAIM_SECONDS;

/** An update that arrives later than this may be a repetition of one that is long over. */
const LATE_UPDATE_SECONDS = 300;

/** Permissions of a new role take effect within seconds; a denial is believed after this. */
const DENIED_GRACE_SECONDS = 90;

/** What travels from step to step. */
export interface Progress {
  readonly steps: number;
  /** How often steps have lately ended in throttling or a passing error. */
  readonly troubles: number;
  readonly physicalId?: string;
  readonly until?: string;
  readonly lastError?: string;
  readonly memory: Memory;
  /** When the request was handed to its execution, in milliseconds since the epoch. */
  readonly handedAt?: number;
  /** Whether this request was about to change something. */
  readonly changed?: boolean;
  /** Whether an earlier request that CloudFormation has given up was still under way. */
  readonly contested?: boolean;
  /** Whether what this request has seen, it has seen when no earlier one could be at work any more. */
  readonly looksAfresh?: boolean;
  /** The answer that this request is going to get, whatever a later look may show. */
  readonly verdict?: Answer;
}

export const NO_PROGRESS: Progress = { steps: 0, troubles: 0, memory: {} };

export interface Answer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalId: string;
  readonly attributes: Attributes;
  readonly reason?: string;
}

export type StepResult =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'wait'; readonly seconds: number; readonly progress: Progress };

/** Thrown by `claim()` in the invocation by CloudFormation: the change has to be made by the request's one execution. */
class NeedsExecution extends Error {}

/** Who runs the step: CloudFormation's invocation of the function, or the one execution of the request. */
export type Worker = 'invocation' | 'execution';

export async function runStep(
  handler: ResourceHandler<any>, request: Request, progress: Progress, worker: Worker, runtime: Runtime, place: Place,
): Promise<StepResult> {
  if (progress.verdict) {
    return answer(progress.verdict);
  }
  if (request.operation === 'Delete' && isNothingCreatedId(request.physicalResourceId)) {
    return answer(gone(request));
  }
  const deadline = deadlineOf(request, timeoutSecondsOf(request.properties) ?? handler.defaultTimeoutSeconds);
  if (runtime.clock.now() >= deadline) {
    return answer(failed(request, progress, timeIsOver(request, progress, deadline)));
  }
  if (worker === 'invocation' && isLateUpdate(request, runtime)) {
    return answer(failed(request, progress, lateUpdate(request, runtime)));
  }
  if (leftNothing(handler, request)) {
    return answer(gone(request));
  }
  let reached = progress;
  let mayConclude = true;
  const reach = (change: Partial<Progress>) => { reached = { ...reached, ...change }; };
  const settle = (result: StepResult) => mayConclude ? keep(handler, reached, worker, result) : handOver(reached, result);
  const remember = (memory: Memory) => reach({ memory: { ...reached.memory, ...memory } });
  const claim = async (looks: boolean) => {
    const hasPredecessor = await claimFor(request, worker, runtime, looks);
    reach({ changed: true, contested: reached.contested || hasPredecessor || undefined });
  };
  try {
    const found = (physicalId: string) => reach({ physicalId });
    const context = contextOf(handler, request, progress, worker, runtime, place, deadline, { remember, claim, found });
    if (worker === 'invocation' && belongsToExecution(handler, context)) {
      throw new NeedsExecution();
    }
    mayConclude = worker === 'execution' || request.operation !== 'Create' || handler.readsOnly === true;
    const outcome = await operate(handler, context);
    if (request.operation === 'Update' && outcome.status === 'ready' && reached.changed) {
      // The list of executions may have been behind when the first change was made.
      reach({ contested: reached.contested || (await rivalsOf(request, runtime)).predecessor || undefined });
    }
    return settle(hold(handler, context, outcome, reached) ?? conclude(request, reached, outcome, deadline, runtime));
  } catch (error) {
    return settle(explain(error, request, reached, deadline, runtime));
  }
}

/**
 * A Create that Lambda delivers again may find what the execution of the first delivery has made, and an answer from here would not
 * end that execution: when the resource is deleted afterwards, it would be made once more.
 */
function handOver(progress: Progress, result: StepResult): StepResult {
  return result.kind === 'answer' ? { kind: 'wait', seconds: 0, progress } : result;
}

/**
 * An answer is kept in the execution before it is given: a step that is repeated after its answer has left must not act once more,
 * when a later request may have changed the world.
 */
function keep(handler: ResourceHandler<any>, progress: Progress, worker: Worker, result: StepResult): StepResult {
  const mayActAgain = worker === 'execution' && !handler.readsOnly;
  return result.kind === 'answer' && mayActAgain
    ? { kind: 'wait', seconds: 0, progress: { ...progress, until: 'the answer to be kept', verdict: result.answer } } : result;
}

/** The answer when the step could not be carried out at all, e.g. because the function kept failing. */
export function abandon(request: Request, progress: Progress, reason: string): Answer {
  return failed(request, progress, reason);
}

function operate<P>(handler: ResourceHandler<P>, context: StepContext<P>): Promise<Outcome> {
  switch (context.operation) {
    case 'Create': return handler.create(context);
    case 'Update': return handler.update(context);
    case 'Delete': return handler.delete(context);
  }
}

function contextOf<P>(
  handler: ResourceHandler<P>, request: Request, progress: Progress, worker: Worker, runtime: Runtime, place: Place,
  deadline: number, calls: { remember(memory: Memory): void; found(physicalId: string): void; claim(looks: boolean): Promise<void> },
): StepContext<P> {
  return {
    operation: request.operation,
    properties: handler.parse(request.properties),
    oldProperties: parseOld(handler, request),
    physicalId: request.physicalResourceId,
    logicalId: request.logicalResourceId,
    owner: ownerTagValue(request.stackId, request.logicalResourceId),
    requestId: request.requestId,
    requestedAt: request.requestedAt,
    deadline,
    quietUntil: quietUntil(request, progress, worker, runtime),
    memory: progress.memory,
    remember: calls.remember,
    found: calls.found,
    clock: runtime.clock,
    log: runtime.log,
    place,
    claim: () => calls.claim(false),
    claimChange: () => calls.claim(true),
  };
}

/**
 * Only an execution is seen by the create that it succeeds, so without one there is no end; and a create that looked just
 * before it was there may still be making its call.
 */
function quietUntil(request: Request, progress: Progress, worker: Worker, runtime: Runtime): number {
  const handedAt = worker === 'invocation' ? runtime.clock.now() : progress.handedAt ?? request.requestedAt;
  return Math.max(request.requestedAt + QUIET_SECONDS * 1000, handedAt + SEEN_SECONDS * 1000);
}

/**
 * An Update that finds everything as it is wanted, though it was declared differently before, may take one back that has not
 * changed anything yet and still has a worker on its way. It concludes from a look at the end of the time in which that
 * worker, which now sees an execution of a later request, can still have been about to make its change. The same holds
 * if an earlier request was seen at work. That look remembers nothing of those before.
 */
function hold<P>(
  handler: ResourceHandler<P>, context: StepContext<P>, outcome: Outcome, progress: Progress,
): StepResult | undefined {
  const isSuspicious = progress.changed ? progress.contested : isDeclaredAnew(handler, context);
  const { clock, operation, requestedAt } = context;
  const seconds = Math.max(0, Math.ceil(((progress.handedAt ?? requestedAt) - clock.now()) / 1000) + SEEN_SECONDS);
  if (operation !== 'Update' || outcome.status !== 'ready' || !isSuspicious || (progress.looksAfresh && seconds === 0)) {
    return undefined;
  }
  const until = 'certainty that no abandoned update is still under way';
  return { kind: 'wait', seconds, progress: { ...progress, steps: progress.steps + 1, until, memory: {}, looksAfresh: true } };
}

/**
 * Only an execution shows an update that is taken back that it has a successor; and only an execution concludes once: a Delete that
 * finds nothing and is delivered again may find what was made since.
 */
function belongsToExecution<P>(handler: ResourceHandler<P>, context: StepContext<P>): boolean {
  return isDeclaredAnew(handler, context) || (context.operation === 'Delete' && !handler.readsOnly);
}

/** An Update that may have something to do. */
function isDeclaredAnew<P>(handler: ResourceHandler<P>, { operation, properties, oldProperties }: StepContext<P>): boolean {
  return operation === 'Update' && !handler.readsOnly && !isDeepStrictEqual(properties, oldProperties);
}

/**
 * A Delete whose id nobody ever answered, of properties that no Create ever got past: nothing was created. Properties of
 * another schema version do not count: the function that knows them may have created something.
 */
function leftNothing<P>(handler: ResourceHandler<P>, request: Request): boolean {
  if (request.operation !== 'Delete' || request.properties.Schema !== SCHEMA_VERSION
    || handler.recognizes(request.physicalResourceId!, request.properties)) {
    return false;
  }
  try {
    handler.parse(request.properties);
    return false;
  } catch {
    return true;
  }
}

/** What was deployed before may be in a form that nobody can read any more; the world has to do then. */
function parseOld<P>(handler: ResourceHandler<P>, request: Request): P | undefined {
  if (!request.oldProperties) {
    return undefined;
  }
  try {
    return handler.parse(request.oldProperties);
  } catch {
    return undefined;
  }
}

/**
 * @param looks whether even a young Create looks for a later request
 * @returns whether an earlier request was seen at work
 */
async function claimFor(request: Request, worker: Worker, runtime: Runtime, looks: boolean): Promise<boolean> {
  if (worker === 'invocation') {
    throw new NeedsExecution();
  }
  const age = runtime.clock.now() - request.requestedAt;
  const isYoungCreate = request.operation === 'Create' && age <= UNCHECKED_CLAIM_SECONDS * 1000;
  if (request.operation === 'Delete' || (isYoungCreate && !looks)) {
    return false;
  }
  const { successor, predecessor } = await rivalsOf(request, runtime);
  if (successor) {
    throw new ResourceError(
      `CloudFormation has sent a later request for ${describe(request)}, so this one changes nothing any more.`);
  }
  return predecessor;
}

function rivalsOf(request: Request, runtime: Runtime): Promise<Rivals> {
  return runtime.waiter.rivals(executionPrefix(request), executionName(request), request.requestedAt);
}

function conclude(
  request: Request, progress: Progress, outcome: Outcome, deadline: number, runtime: Runtime,
): StepResult {
  if (outcome.status === 'gone') {
    return answer(gone(request));
  }
  if (outcome.status === 'ready') {
    return answer({ status: 'SUCCESS', physicalId: outcome.physicalId, attributes: outcome.attributes });
  }
  const next: Progress = {
    steps: progress.steps + 1,
    troubles: easedTroubles(progress.troubles),
    physicalId: outcome.physicalId ?? progress.physicalId,
    until: outcome.until,
    handedAt: progress.handedAt,
    changed: progress.changed,
    contested: progress.contested,
    looksAfresh: progress.looksAfresh,
    memory: { ...progress.memory, ...outcome.memory },
  };
  return wait(troubledWait(outcome.seconds, next.troubles), next, deadline, runtime);
}

function explain(
  error: unknown, request: Request, progress: Progress, deadline: number, runtime: Runtime,
): StepResult {
  if (error instanceof NeedsExecution) {
    return { kind: 'wait', seconds: 0, progress };
  }
  if (error instanceof ResourceError) {
    return answer(refused(error, request, progress));
  }
  const trouble = classify(error);
  const patient = trouble === 'throttled' || trouble === 'transient'
    || (trouble === 'denied' && runtime.clock.now() < request.requestedAt + DENIED_GRACE_SECONDS * 1000);
  if (!patient) {
    return answer(failed(request, progress, permanent(error, request, trouble === 'denied')));
  }
  const lastError = quote(error);
  runtime.log.write('WARN', 'Trying again after an error that may pass', { error: lastError, troubles: progress.troubles + 1 });
  const next = { ...progress, steps: progress.steps + 1, troubles: progress.troubles + 1, lastError };
  return wait(troubledWait(5, progress.troubles), next, deadline, runtime);
}

/** A wait never lasts beyond the deadline: the last step of all is the one that says so. */
function wait(seconds: number, progress: Progress, deadline: number, runtime: Runtime): StepResult {
  const left = Math.max(0, (deadline - runtime.clock.now()) / 1000);
  return { kind: 'wait', seconds: Math.ceil(Math.min(jittered(seconds, runtime.random), left)), progress };
}

function refused(error: ResourceError, request: Request, progress: Progress): Answer {
  const reason = `${describe(request)}: ${error.message}`;
  const physicalId = error.certainty.physicalId ?? progress.physicalId;
  const { keepsEarlier, nothingCreated } = error.certainty;
  if (request.operation === 'Create' && !physicalId && (keepsEarlier || (nothingCreated && !progress.changed))) {
    return { status: 'FAILED', physicalId: nothingCreatedId(request), attributes: {}, reason };
  }
  return failed(request, { ...progress, physicalId }, reason);
}

function failed(request: Request, progress: Progress, reason: string): Answer {
  return { status: 'FAILED', physicalId: physicalIdOf(request, progress), attributes: {}, reason };
}

function gone(request: Request): Answer {
  return { status: 'SUCCESS', physicalId: request.physicalResourceId!, attributes: {} };
}

/** Update and Delete must answer the id they were sent; a failed Create answers the best id that is known. */
function physicalIdOf(request: Request, progress: Progress): string {
  return request.physicalResourceId ?? progress.physicalId ?? idNotKnown(request);
}

function answer(value: Answer): StepResult {
  return { kind: 'answer', answer: value };
}

function isLateUpdate(request: Request, runtime: Runtime): boolean {
  return request.operation === 'Update'
    && runtime.clock.now() > request.requestedAt + LATE_UPDATE_SECONDS * 1000;
}

function lateUpdate(request: Request, runtime: Runtime): string {
  const minutes = Math.round((runtime.clock.now() - request.requestedAt) / 60000);
  return `${describe(request)}: the request reached the function ${minutes} minutes late, so it may be a repetition of one `
    + 'that is long over; nothing was changed. Lambda delays requests when the account is out of concurrent executions: '
    + 'raise that quota and deploy again.';
}

function timeIsOver(request: Request, progress: Progress, deadline: number): string {
  const minutes = Math.round((deadline - request.requestedAt) / 60000);
  const until = progress.until ? ` while waiting for ${progress.until}` : '';
  const lastError = progress.lastError ? ` The last error was: ${progress.lastError}.` : '';
  return `${describe(request)}: the ${request.operation.toLowerCase()} was not finished within ${minutes} minutes${until}.${lastError} `
    + "Look at the service's own state of the resource, then deploy again; a longer 'timeout' can be set on the construct.";
}

function permanent(error: unknown, request: Request, denied: boolean): string {
  const hint = denied
    ? ' The role of the function lacks this permission, or a service control policy or permissions boundary denies it.'
    : '';
  return `${describe(request)}: ${quote(error)}.${hint}`;
}
