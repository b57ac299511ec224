import { jittered, waitAfterFailures, easedFailures } from './backoff';
import { enter, type Certainty, type Entry } from './enter';
import { classify, quote, ResourceError } from './errors';
import { FairShare, isOutdated, type ServiceRate } from './fair-share';
import type { Location, Outcome, ResourceHandler, StepContext } from './handler';
import { isNothingCreatedId } from './ownership';
import type { Runtime } from './ports';
import { NotListedYet } from './predecessor';
import { failure, type Answer, type Progress, type StepResult } from './progress';
import { timeoutSecondsOf } from './properties';
import { deadlineOf, type Request } from './request';
import { stepContext } from './step-context';

/** Permissions of a new role take effect within seconds; a denial is believed after this. */
const DENIED_GRACE_SECONDS = 90;

/** A wait for the turn that is as short as this is slept in the step. */
const SLEPT_TURN_SECONDS = 2;
/** Looks that are as close as this are made in one step, as long as it has time. */
const SLEPT_WAIT_SECONDS = 6;
const STAY_MILLISECONDS = 30_000;

/**
 * One step of a request's execution, which is the only writer for its resource.
 *
 * An answer is kept in the execution before it is given, so a step that is repeated after its answer left never acts again.
 */
export async function runStep(
  handler: ResourceHandler<any>, request: Request, progress: Progress, runtime: Runtime, location: Location, rate?: ServiceRate,
): Promise<StepResult> {
  if (progress.pendingAnswer) {
    return { kind: 'answer', answer: progress.pendingAnswer };
  }
  return new Step(handler, request, progress, runtime, location, rate).run();
}

class Step {
  private reached: Progress;
  private share?: FairShare;
  /** Whether the last look has changed nothing, so that the next one may be made in the same step, after so long. */
  private mayStay = false;
  private staySeconds = 0;

  constructor(
    private readonly handler: ResourceHandler<any>, private readonly request: Request, progress: Progress,
    private readonly runtime: Runtime, private readonly location: Location, private readonly rate: ServiceRate | undefined,
  ) {
    this.reached = { ...progress, entry: progress.entry ?? { startedAt: runtime.clock.now() } };
  }

  public async run(): Promise<StepResult> {
    try {
      // Before it waits to be alone: nobody takes an answer any more, and a wait would be cut to nothing.
      return this.timeIsOver() ?? await this.becomeAlone() ?? await this.looks();
    } catch (error) {
      return this.explain(error);
    }
  }

  /** Looks again and again, as long as there is nothing to write down and the next look is near. */
  private async looks(): Promise<StepResult> {
    const { clock } = this.runtime;
    const leaveAt = clock.now() + STAY_MILLISECONDS;
    for (;;) {
      const result = this.timeIsOver() ?? await this.awaitTurn() ?? await this.reconcile();
      if (!this.mayStay || result.kind === 'answer' || result.seconds > SLEPT_WAIT_SECONDS || clock.now() > leaveAt) {
        return result;
      }
      this.mayStay = false;
      this.reached = result.progress;
      await clock.sleep(this.staySeconds * 1000);
    }
  }

  private async becomeAlone(): Promise<StepResult | undefined> {
    return this.handler.readsOnly || this.entry.aloneSince !== undefined ? undefined : this.enter(this.isOfUnknownId ? 'nothing comes' : undefined);
  }

  private async enter(certainty?: Certainty): Promise<StepResult | undefined> {
    const result = await enter(this.request, this.entry, certainty, this.runtime);
    if (result.kind === 'superseded') {
      return this.answer(this.failed('CloudFormation has sent a later request for this resource, so this one changes nothing any more.'));
    }
    this.reach({ entry: result.entry });
    if (result.kind === 'entered') {
      return undefined;
    }
    // What was seen while another execution was at work does not count; what this one has created does.
    const memory = this.reached.changed ? this.reached.memory : {};
    return this.waitExactly(result.seconds, { ...this.reached, memory, until: result.until });
  }

  /** Who shares a rate with many waits for the turn, and looks from time to time how many they are. */
  private async awaitTurn(): Promise<StepResult | undefined> {
    const { crowd } = this.entry;
    if (!this.rate || !crowd) {
      return undefined;
    }
    const notAlone = isOutdated(crowd, this.runtime.clock.now()) ? await this.enter() : undefined;
    if (notAlone) {
      return notAlone;
    }
    this.share = new FairShare(this.rate, this.entry.crowd!, this.runtime.clock, this.reached.used, this.request.operation === 'Delete');
    const seconds = this.share.secondsToTurn;
    if (seconds > SLEPT_TURN_SECONDS) {
      return this.waitExactly(seconds, { ...this.reached, until: `its turn among ${this.entry.crowd!.running} requests` });
    }
    await this.runtime.clock.sleep(seconds * 1000);
    return undefined;
  }

  private async reconcile(): Promise<StepResult> {
    const outcome = await this.operate(this.context());
    if (outcome.status === 'waiting') {
      return this.goOn(outcome);
    }
    // The list of executions may have been behind when this one began.
    const notAlone = this.handler.readsOnly || this.entry.seesItself ? undefined : await this.enter('sees itself');
    return notAlone ?? this.answer(outcome.status === 'gone' ? this.gone()
      : { status: 'SUCCESS', physicalId: outcome.physicalId, attributes: outcome.attributes });
  }

  private operate(context: StepContext<any>): Promise<Outcome> {
    switch (context.operation) {
      case 'Create': return this.handler.create(context);
      case 'Update': return this.handler.update(context);
      case 'Delete': return this.handler.delete(context);
    }
  }

  private goOn(outcome: Outcome & { readonly status: 'waiting' }): StepResult {
    const { steps, recentFailures, physicalId, memory } = this.reached;
    const next: Progress = {
      ...this.reached,
      steps: steps + 1,
      recentFailures: easedFailures(recentFailures),
      physicalId: outcome.physicalId ?? physicalId,
      until: outcome.until,
      lastError: undefined,
      memory: { ...memory, ...outcome.memory },
    };
    const seconds = this.spread(waitAfterFailures(outcome.seconds, next.recentFailures));
    this.reach({ uncountedSeconds: (this.reached.uncountedSeconds ?? 0) + (outcome.isUncounted ? seconds : 0) });
    this.mayStay = outcome.isLook === true;
    this.staySeconds = Math.max(seconds, this.share?.secondsToTurn ?? 0);
    return this.waitExactly(seconds, { ...next, uncountedSeconds: this.reached.uncountedSeconds });
  }

  private context(): StepContext<any> {
    const { handler, request, runtime, location, deadline, entry, share } = this;
    return stepContext({
      handler, request, runtime, location, deadline, entry, share, reached: () => this.reached, reach: change => this.reach(change),
    });
  }

  /** A Delete of what a create may have left without telling its id. */
  private get isOfUnknownId(): boolean {
    const { operation, physicalResourceId } = this.request;
    return operation === 'Delete' && !isNothingCreatedId(physicalResourceId) && !this.handler.recognizes(physicalResourceId!);
  }

  private timeIsOver(): StepResult | undefined {
    if (this.runtime.clock.now() < this.deadline) {
      return undefined;
    }
    const { operation, requestedAt } = this.request;
    const minutes = Math.round((this.deadline - requestedAt) / 60000);
    const until = this.reached.until ? ` while waiting for ${this.reached.until}` : '';
    const lastError = this.reached.lastError ? ` The last error was: ${this.reached.lastError}.` : '';
    return this.answer(this.failed(`the ${operation.toLowerCase()} was not finished within ${minutes} minutes${until}.${lastError} `
      + "Look at the service's own state of the resource, then deploy again; a longer 'timeout' can be set on the construct."));
  }

  private async explain(error: unknown): Promise<StepResult> {
    if (error instanceof NotListedYet) {
      return await this.enter('sees itself') ?? this.waitExactly(0, this.reached);
    }
    if (error instanceof ResourceError) {
      return this.answer(this.failed(error.message, error.physicalId));
    }
    const kind = classify(error);
    const isRetryable = kind === 'throttled' || kind === 'transient'
      || (kind === 'denied' && this.runtime.clock.now() < this.request.requestedAt + DENIED_GRACE_SECONDS * 1000);
    if (!isRetryable) {
      const hint = kind === 'denied'
        ? ' The role of the function lacks this permission, or a service control policy or permissions boundary denies it.' : '';
      return this.answer(this.failed(`${quote(error)}.${hint}`));
    }
    const { steps, recentFailures } = this.reached;
    const lastError = quote(error);
    this.reach({ lastError });
    const over = this.timeIsOver();
    if (over) {
      return over;
    }
    this.runtime.log.write('WARN', 'Trying again after an error that may pass', { error: lastError, recentFailures: recentFailures + 1 });
    return this.wait(waitAfterFailures(5, recentFailures), { ...this.reached, steps: steps + 1, recentFailures: recentFailures + 1, lastError });
  }

  private failed(reason: string, physicalId?: string): Answer {
    return failure(this.request, this.reached, reason, physicalId);
  }

  private gone(): Answer {
    return { status: 'SUCCESS', physicalId: this.request.physicalResourceId!, attributes: {} };
  }

  /** What only reads may answer at once: a repetition does no harm. */
  private answer(answer: Answer): StepResult {
    return this.handler.readsOnly ? { kind: 'answer', answer }
      : { kind: 'wait', seconds: 0, progress: { ...this.reached, until: 'the answer to be kept', pendingAnswer: answer } };
  }

  /** A wait never lasts beyond the deadline: the last step of all is the one that says so. */
  private wait(seconds: number, progress: Progress): StepResult {
    return this.waitExactly(jittered(seconds, this.runtime.random), progress);
  }

  /** Those that take turns began one after the other, and stay apart only if their waits are alike. */
  private spread(seconds: number): number {
    return this.share?.takesTurns ? seconds : jittered(seconds, this.runtime.random);
  }

  private waitExactly(atLeast: number, reached: Progress): StepResult {
    const progress = { ...reached, used: this.share?.used ?? reached.used };
    const seconds = Math.max(atLeast, this.share?.secondsToTurn ?? 0);
    const left = Math.max(0, (this.deadline - this.runtime.clock.now()) / 1000);
    return { kind: 'wait', seconds: Math.ceil(Math.min(seconds, left)), progress };
  }

  private get entry(): Entry {
    return this.reached.entry!;
  }

  private get deadline(): number {
    const { defaultTimeoutSeconds } = this.handler;
    const seconds = timeoutSecondsOf(this.request.properties) ?? defaultTimeoutSeconds;
    // A service takes its time to delete, and what is not waited for is left.
    const atLeast = this.request.operation === 'Delete' ? defaultTimeoutSeconds : 0;
    const since = (this.entry.aloneSince ?? this.runtime.clock.now()) + (this.reached.uncountedSeconds ?? 0) * 1000;
    return deadlineOf(this.request, since, Math.max(seconds, atLeast));
  }

  private reach(change: Partial<Progress>): void {
    this.reached = { ...this.reached, ...change };
  }
}
