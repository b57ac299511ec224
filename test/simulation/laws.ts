import type { HistoryWorld, ObservedRequest } from './history';
import type { Thing } from './resource-kind';
import { olderType } from './versions';
import { ownerTagValue } from '../../lambda/lifecycle/ownership';
import type { CustomResourceRequest } from '../../sandbox/cloudformation/custom-resource';
import type { JsonObject } from '../../sandbox/cloudformation/template';

/** The laws of docs/architecture.md. */
export type Law = 'One answer' | 'No orphan' | 'No theft' | 'No loss' | 'It ends' | 'No leak';

export interface Violation {
  readonly law: Law;
  readonly what: string;
  /** Milliseconds since the begin of the history. */
  readonly at: number;
}

const MAX_BODY_BYTES = 4096;
const CLOUDFORMATION_LIMIT_SECONDS = 3600;
/** A fault so shortly before CloudFormation's limit can make the answer late, whatever the engine does. */
const EXCUSED_BEFORE_LIMIT_SECONDS = 180;
/** An access key, and what a signature looks like in a presigned URL. */
const SECRETS = /\bASIA[A-Z0-9]{12,}\b|X-Amz-Signature=(?!\*)|X-Amz-Credential=(?!\*)/;
const RATE_WINDOW_MILLISECONDS = 600_000;
/** Calls that the service refused count as well, and so do those that this simulation refused. */
const RATE_TOLERANCE = 1.2;

interface Body {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: JsonObject;
}

/** Checks the laws over one history. */
export function lawsOf(world: HistoryWorld): Laws {
  return new Laws(world);
}

class Laws {
  constructor(private readonly world: HistoryWorld) {}

  /** Something that people can read. */
  public onText(where: string, text: string): void {
    this.count('No leak');
    if (SECRETS.test(text)) {
      this.world.broken('No leak', `${where} contains a secret: ${text.slice(0, 400)}`);
    }
  }

  /** An answer on its way to CloudFormation, before it is taken. */
  public onAnswer(request: ObservedRequest, text: string): void {
    const { world } = this;
    this.count('One answer');
    this.onText('an answer', text);
    world.say(() => `${request.label}  answers ${text.slice(0, 500)}`);
    if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
      world.broken('One answer', `${request.label}: the answer has ${Buffer.byteLength(text)} bytes`);
    }
    const body = JSON.parse(text) as Body;
    if (this.isAwaited(request)) {
      this.checking(() => body.Status === 'SUCCESS' ? this.checkSuccess(request, body) : this.checkFailure(request, body));
    }
  }

  /** What a check throws would look like a lost answer to the engine. */
  private checking(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.world.broken('It ends', `the simulation itself is wrong: ${(error as Error).stack}`);
    }
  }

  /** All operations are over and so is everything that was late, but the stacks are still there. */
  public atRest(): void {
    this.checkBeliefs();
    this.checkForeign();
  }

  /** All stacks are deleted. */
  public atTheEnd(): void {
    this.checkAnswers();
    this.checkStacks();
    this.checkOrphans();
    this.checkForeign();
    this.checkKept();
    this.world.adoption.atTheEnd();
    this.checkExecutions();
    this.checkRate();
    for (const defect of this.world.dispatcher.defects) {
      this.world.broken('It ends', `the simulation itself is wrong: ${defect.stack}`);
    }
  }

  public outcomes(): Record<string, number> {
    const outcomes: Record<string, number> = {};
    for (const request of this.world.buckets.requests) {
      const { RequestType, ResourceType } = request.event;
      const outcome = `${ResourceType.replace('Custom::', '')} ${RequestType} ${outcomeOf(request)}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return outcomes;
  }

  private checkSuccess({ label, event, openedAt }: ObservedRequest, body: Body): void {
    const { world } = this;
    const kind = world.service.kinds.find(({ type }) => type === olderType(event.ResourceType))!;
    const owner = ownerTagValue(event.StackId, event.LogicalResourceId);
    const now = world.clock.now();
    if (this.tamperedSince(owner, openedAt - 60_000) || world.adoption.isOldOwner(owner)) {
      return;
    }
    if (event.RequestType === 'Delete') {
      const isToBeKept = event.ResourceProperties.Adopt !== undefined;
      if (!isToBeKept && !this.isRaced(owner) && kind.remains(event.PhysicalResourceId!, owner, now)) {
        world.broken('One answer', `${label}: SUCCESS, but ${event.PhysicalResourceId} is still there`);
      }
      return;
    }
    const missing = kind.attributes.filter(name => typeof body.Data?.[name] !== 'string' || body.Data[name] === '');
    if (missing.length > 0) {
      world.broken('One answer', `${label}: the answer lacks the attributes ${missing.join(', ')}`);
    }
    const belief = {
      owner, properties: event.ResourceProperties, physicalId: body.PhysicalResourceId, attributes: body.Data ?? {},
      hasFailedUpdate: this.hasFailedUpdate(event.StackId, event.LogicalResourceId), requestedAt: openedAt,
    };
    const problem = !this.isRaced(owner) && kind.problem(belief, now);
    if (problem) {
      world.broken('One answer', `${label}: SUCCESS, but ${problem}`);
    }
  }

  /** A failure needs a cause: a fault, or a world in which the request cannot be met. */
  private checkFailure({ label, openedAt, event }: ObservedRequest, { Reason = '' }: Body): void {
    const { world } = this;
    const isTimeout = /was not finished within/.test(Reason);
    if (/TooManyRequests|Throttling/.test(Reason) && !isTimeout) {
      world.broken('It ends', `${label}: failed by throttling, which passes: ${Reason}`);
    }
    const hit = world.faults.injected.some(({ request }) => request === label);
    const owner = ownerTagValue(event.StackId, event.LogicalResourceId);
    const excused = hit || (isTimeout && this.world.clock.now() - openedAt > 200_000) || this.tamperedSince(owner, 0)
      || !world.knowsType(event) || world.model.legitimateFailures.some(failure => failure.test(Reason)) || /AccessDenied|later request/.test(Reason)
      || (world.adoption.isDiffering(event.LogicalResourceId) && /can't be adopted/.test(Reason));
    if (!excused) {
      world.broken('It ends', `${label}: FAILED without a cause: ${Reason}`);
    }
  }

  private checkAnswers(): void {
    for (const request of this.world.buckets.requests) {
      const { label } = this.world.requests.get(request.event.RequestId)!;
      if (request.status === 'open') {
        this.world.broken('One answer', `${label} was never answered`);
      }
      if (request.status === 'timed out' && !this.isExcused(request)) {
        this.world.broken('One answer', `${label} was not answered before CloudFormation's limit`);
      }
      const unusable = request.effectiveAnswers.find(({ note }) => note && !note.startsWith('Received response status [FAILED]'));
      if (unusable) {
        this.world.broken('One answer', `${label} was answered with what CloudFormation does not accept: ${unusable.note}`);
      }
    }
  }

  /** Whether a fault of this simulation kept every possible engine from answering in time. */
  private isExcused(request: CustomResourceRequest): boolean {
    const { label, delayed, openedAt } = this.world.requests.get(request.event.RequestId)!;
    const limit = Number(request.event.ResourceProperties.ServiceTimeout ?? CLOUDFORMATION_LIMIT_SECONDS) * 1000;
    const critical = openedAt + limit - EXCUSED_BEFORE_LIMIT_SECONDS * 1000;
    const faults = this.world.faults.injected.filter(fault => fault.request === label);
    return delayed > limit - 120_000
      || faults.some(({ kind, at }) => kind === 'url refused' || kind === 'delivery very late' || at >= critical);
  }

  private checkBeliefs(): void {
    const { world } = this;
    const now = world.clock.now();
    for (const stack of world.cloudFormation.stacks) {
      for (const resource of stack.resources.values()) {
        const kind = world.service.kinds.find(({ type }) => type === olderType(resource.type));
        const owner = ownerTagValue(stack.id, resource.logicalId);
        if (!kind || kind.readOnly || !/^(CREATE|UPDATE)_COMPLETE$/.test(resource.status) || this.tamperedSince(owner, 0)
          || this.isRaced(owner)) {
          continue;
        }
        this.count('No loss');
        const { properties, attributes, physicalId } = resource;
        const hasFailedUpdate = this.hasFailedUpdate(stack.id, resource.logicalId);
        const requestedAt = this.requestedAt(stack.id, resource.logicalId);
        const problem = !resource.unconfirmed
          && kind.problem({ properties, attributes, owner, hasFailedUpdate, requestedAt, physicalId: physicalId! }, now);
        if (problem) {
          world.broken('No loss', `CloudFormation holds ${stack.name}/${resource.logicalId} (${physicalId}) as ${resource.status}, but ${problem}`);
        }
      }
    }
  }

  private checkForeign(): void {
    const things = new Map(this.world.service.things(this.world.clock.now()).map(thing => [`${thing.type} ${thing.id}`, thing]));
    for (const foreign of this.world.foreign) {
      this.count('No theft');
      const now = things.get(`${foreign.type} ${foreign.id}`);
      if (now?.fingerprint !== foreign.fingerprint && !this.isOnlyTagged(foreign.fingerprint, now?.fingerprint)) {
        this.world.broken('No theft', `somebody else's ${foreign.type} ${foreign.id} was '${foreign.fingerprint}' `
          + `and is ${now ? `'${now.fingerprint}'` : 'gone'}`);
      }
    }
  }

  /**
   * docs/reliability.md, "What is known and excluded": a create had tagged what somebody else took at the same moment, so it failed, and RETAIN keeps
   * CloudFormation from asking for the tag to go.
   */
  private isOnlyTagged(before: string, now: string = ''): boolean {
    const tag = /\s*cdk-multi-region:owner=(\S+)/.exec(now);
    const wasSkipped = this.world.cloudFormation.events.some(({ logicalId, stackId, status }) =>
      status === 'DELETE_SKIPPED' && ownerTagValue(stackId, logicalId) === tag?.[1]);
    return wasSkipped && now.replace(tag![0], '').trim() === before.trim();
  }

  /** What RETAIN has left stays, whatever is declared later under the same logical id. */
  private checkKept(): void {
    const existing = new Set(this.world.service.things(this.world.clock.now()).map(({ type, id }) => `${type} ${id}`));
    for (const { type, id, owner } of this.world.kept) {
      if (!existing.has(`${type} ${id}`) && !this.tamperedSince(owner!, 0)) {
        this.world.broken('No loss', `${type} ${id} was kept by RETAIN and is gone`);
      }
    }
  }

  private checkStacks(): void {
    const { cloudFormation: { stacks, events } } = this.world;
    // What was retained on purpose may keep alive what it stands on.
    for (const stack of stacks.filter(({ id }) => !events.some(event => event.stackId === id && event.status === 'DELETE_SKIPPED'))) {
      const reason = `${stack.name} is ${stack.status}: ${stack.statusReason}`;
      this.world.broken('It ends', `without any fault the stack could not be deleted: ${reason}`);
    }
  }

  private checkOrphans(): void {
    const { world } = this;
    this.count('No orphan');
    const kept = this.undeletedOwners();
    const reported = new Set<string>();
    for (const stack of world.cloudFormation.stacks) {
      // Still held: whether it may be is checkStacks()' affair.
      stack.resources.forEach(({ logicalId, physicalId }) => kept.add(`${ownerTagValue(stack.id, logicalId)} ${physicalId}`));
    }
    for (const event of world.cloudFormation.events) {
      const owner = ownerTagValue(event.stackId, event.logicalId);
      if (event.status === 'DELETE_SKIPPED') {
        kept.add(`${owner} ${event.physicalId}`);
        if (!event.physicalId || !world.service.things(0).some(({ id, heldAs }) => [id, heldAs].includes(event.physicalId))) {
          kept.add(owner);
        }
      }
      // CloudFormation has been told, has tried three times in the clean-up of an update, and says so to the person.
      if (event.status === 'DELETE_FAILED') {
        reported.add(`${owner} ${event.physicalId}`);
      }
    }
    // While 'adopt' is set, a Delete leaves alone what it names.
    for (const { event } of world.requests.values()) {
      if (event.RequestType === 'Delete' && event.ResourceProperties.Adopt !== undefined) {
        const owner = ownerTagValue(event.StackId, event.LogicalResourceId);
        kept.add(event.PhysicalResourceId?.includes('/') ? `${owner} ${event.PhysicalResourceId}` : owner);
      }
    }
    for (const thing of world.service.things(world.clock.now())) {
      const isOurs = thing.owner !== undefined && !world.foreign.some(({ type, id }) => type === thing.type && id === thing.id);
      const isKept = kept.has(thing.owner ?? '')
        || [thing.id, thing.heldAs].some(id => kept.has(`${thing.owner} ${id}`) || reported.has(`${thing.owner} ${id}`));
      if (isOurs && !isKept && !world.adoption.isKept(thing.owner!) && !this.isRaced(thing.owner!)
        && !this.isUnheardReplacement(thing)) {
        world.broken('No orphan', `${thing.type} ${thing.id} is left: ${thing.fingerprint}`);
      }
    }
  }

  /**
   * Owners of what CloudFormation could not delete up to the end, and said so, under a physical id that it had invented, or that says
   * that none is known: what the create made has another one.
   */
  private undeletedOwners(): Set<string> {
    const owners = new Map<string, string>();
    for (const { logicalId, physicalId = '', stackId, stackName, status } of this.world.cloudFormation.events) {
      if (status === 'DELETE_COMPLETE') {
        owners.delete(physicalId);
      } else if (status === 'DELETE_FAILED' && (physicalId.startsWith(`${stackName}-${logicalId}-`) || physicalId.startsWith('id-not-known:'))) {
        owners.set(physicalId, ownerTagValue(stackId, logicalId));
      }
    }
    return new Set(owners.values());
  }

  private checkExecutions(): void {
    this.count('It ends');
    for (const { name, status, input, stopDate } of this.world.stepFunctions.allExecutions()) {
      const isStoppedByLater = status === 'ABORTED' && this.hasLaterRequest(this.world.requestOf(input)!, stopDate!);
      if (status !== 'SUCCEEDED' && !isStoppedByLater) {
        this.world.broken('It ends', `execution ${name} is ${status}`);
      }
    }
  }

  /** Only a later request for the same resource may stop an execution. */
  private hasLaterRequest({ event, openedAt }: ObservedRequest, until: number): boolean {
    return [...this.world.requests.values()].some(other => other.openedAt >= openedAt && other.openedAt <= until
      && other.event.RequestId !== event.RequestId && other.event.StackId === event.StackId
      && other.event.LogicalResourceId === event.LogicalResourceId);
  }

  /** Over ten minutes no more calls than the service takes in that time. */
  private checkRate(): void {
    const { service: { rate }, serviceCalls: calls } = this.world;
    if (!rate) {
      return;
    }
    const allowed = RATE_TOLERANCE * (rate.burst + rate.perSecond * RATE_WINDOW_MILLISECONDS / 1000);
    for (let first = 0, last = 0; last < calls.length; last++) {
      while (calls[last] - calls[first] > RATE_WINDOW_MILLISECONDS) {
        first++;
      }
      if (last - first + 1 > allowed) {
        this.world.broken('It ends', `${last - first + 1} calls in ten minutes, the service takes ${allowed}`);
        return;
      }
    }
  }

  /**
   * docs/reliability.md, "What is known and excluded": an update has made it in another place, its success was not heard, and the next request is
   * a Delete of what was before. A Delete that cleans up after a good replacement looks the same.
   */
  private isUnheardReplacement({ id, heldAs, owner }: Thing): boolean {
    const requests = this.world.buckets.requests.filter(({ event }) => ownerTagValue(event.StackId, event.LogicalResourceId) === owner);
    const made = [id, ...heldAs === undefined ? [] : [heldAs]];
    return requests.some(({ event, status }, position) => {
      const answer = this.answerOf(event.RequestId);
      return event.RequestType === 'Update' && status !== 'answered' && requests[position + 1]?.event.RequestType === 'Delete'
        && answer?.status === 'SUCCESS' && made.includes(answer.physicalId);
    });
  }

  /** The answer that an execution has kept, whether it was heard or not. */
  private answerOf(requestId: string): { readonly status: string; readonly physicalId: string } | undefined {
    const execution = this.world.stepFunctions.allExecutions().find(({ input }) => this.world.requestOf(input)?.event.RequestId === requestId);
    return execution?.output && JSON.parse(execution.output).progress.pendingAnswer;
  }

  /**
   * Whether an update has failed, or a create that was not rolled back. Or what RETAIN has left of it is taken up again with its tags of then, when
   * it is declared again under the same id.
   */
  private hasFailedUpdate(stackId: string, logicalId: string): boolean {
    const { events } = this.world.cloudFormation;
    const wasKept = events.some(event => event.stackId === stackId && event.logicalId === logicalId && event.status === 'DELETE_SKIPPED');
    const requests = this.world.buckets.requests.filter(({ event }) => event.StackId === stackId && event.LogicalResourceId === logicalId);
    const lastDelete = requests.map(({ event }) => event.RequestType).lastIndexOf('Delete');
    return wasKept || requests.some((request, position) => hasFailed(request)
      && (request.event.RequestType === 'Update' || (request.event.RequestType === 'Create' && position > lastDelete)));
  }

  private requestedAt(stackId: string, logicalId: string): number {
    const { requests } = this.world;
    return Math.max(...[...requests.values()]
      .filter(({ event }) => event.StackId === stackId && event.LogicalResourceId === logicalId).map(({ openedAt }) => openedAt));
  }

  /**
   * docs/reliability.md, "What is known and excluded": two executions for the resource started so shortly after one another that
   * neither saw the other in the list, or two requests for it were made in the same second.
   */
  private isRaced(owner: string): boolean {
    const { listingLag, requests, stepFunctions } = this.world;
    const starts = stepFunctions.allExecutions().filter(({ name }) => name.startsWith(owner.slice(0, 24))).map(({ startDate }) => startDate);
    const seconds = [...requests.values()].filter(({ event }) => ownerTagValue(event.StackId, event.LogicalResourceId) === owner)
      .map(({ openedAt }) => Math.floor(openedAt / 1000));
    return starts.some((start, index) => index > 0 && start - starts[index - 1] < listingLag) || new Set(seconds).size < seconds.length;
  }

  private isAwaited(request: ObservedRequest): boolean {
    return this.world.buckets.requests.some(({ event, status }) => event.RequestId === request.event.RequestId && status === 'open');
  }

  private tamperedSince(owner: string, time: number): boolean {
    return (this.world.tampered.get(owner) ?? -Infinity) >= time;
  }

  private count(law: Law): void {
    this.world.checks[law] = (this.world.checks[law] ?? 0) + 1;
  }
}

function hasFailed(request: CustomResourceRequest): boolean {
  return !['open', 'cancelled', 'SUCCESS'].includes(outcomeOf(request));
}

function outcomeOf(request: CustomResourceRequest): string {
  const answer = request.effectiveAnswers[0];
  if (!answer) {
    return request.status;
  }
  return (JSON.parse(answer.body) as Body).Status;
}
