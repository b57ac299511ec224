import { AdoptionWatch } from './adoption-watch';
import { onCourse, type Course } from './courses';
import { Dice } from './dice';
import { FastClock } from './fast-clock';
import { FaultPlan, type FaultKind, type Injected, type SingleFault, type Site } from './faults';
import { InProcessLambda, type Process } from './in-process-lambda';
import { lawsOf, type Violation } from './laws';
import { BREAKER_TYPE, FUNCTION_ARN, planOf, type Plan, type PlannedStep, serviceOf, type Step } from './plan';
import { ACCOUNT, REGION, type Client, type ServiceModel, type SimulatedService, type Thing } from './resource-kind';
import { SERVICES } from './services';
import { DeployedVersions, olderType, versioned } from './versions';
import { jsonLogger, StepFunctionsWaiter } from '../../lambda/lifecycle/aws-runtime';
import { lifecycleFunction } from '../../lambda/lifecycle/function';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import { ownerTagValue } from '../../lambda/lifecycle/ownership';
import type { Runtime, Waiter } from '../../lambda/lifecycle/ports';
import type { Request } from '../../lambda/lifecycle/request';
import { CloudFormation } from '../../sandbox/cloudformation/cloud-formation';
import {
  CustomResourceProvisioner, ResponseBuckets, type CustomResourceEvent,
} from '../../sandbox/cloudformation/custom-resource';
import { pause, ProvisionerRegistry, ProvisioningError, type ResourceProvisioner } from '../../sandbox/cloudformation/provisioner';
import { SeededRandom } from '../../sandbox/cloudformation/random';
import type { StackEvent } from '../../sandbox/cloudformation/stack';
import type { InvocationFault, InvocationInfo } from '../../sandbox/lambda/invocation-faults';
import { ServiceDispatcher } from '../../sandbox/services/dispatch';
import { InProcessClient, operationOf } from '../../sandbox/services/in-process-client';
import { ServiceError } from '../../sandbox/services/service';
import { LightInterpreter } from '../../sandbox/step-functions/light-interpreter';
import { StepFunctionsService } from '../../sandbox/step-functions/step-functions-service';
import { waiterDefinition } from '../../src/lifecycle/waiter-definition';

const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const MACHINE_NAME = 'Waiter';
const MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${MACHINE_NAME}`;
const DEFINITION = waiterDefinition().replaceAll('${AWS::Partition}', 'aws');
const MAX_TIMERS = 60_000;
/** Lambda holds an event for six hours; what was delivered then has come to rest after another two. */
const REST_MILLISECONDS = 8.5 * 3600 * 1000;
const LONG_MESSAGE = `The request was refused. ${'The service has a lot to say about it. '.repeat(200)}`;
const SECRET_MESSAGE = 'Internal failure of https://internal.test/x?X-Amz-Credential=ASIAEXAMPLEEXAMPLE12&X-Amz-Signature=5ec7e7';

const SITES_OF_STEP_FUNCTIONS: Readonly<Record<string, Site>> = { StartExecution: 'start', StopExecution: 'stop' };

/** A change of the product that the laws have to find: see mutations.test.ts. */
export interface Variant {
  readonly handlers?: (handlers: Record<string, ResourceHandler<any>>) => Record<string, ResourceHandler<any>>;
  readonly runtime?: (runtime: Runtime, request: Request | undefined) => Runtime;
}

export interface RunOptions {
  /** Only these steps of the plan. @default - all */
  readonly steps?: ReadonlySet<string>;
  /** Only these faults. @default - all */
  readonly faults?: ReadonlySet<string>;
  readonly single?: SingleFault;
  /** Writes a readable timeline. */
  readonly trace?: boolean;
  readonly variant?: Variant;
  /** @default - all */
  readonly services?: readonly ServiceModel[];
  /** Instead of that of the seed. */
  readonly plan?: Plan;
  /** What people do besides the ordinary. @default standard */
  readonly course?: Course;
}

/** One request of CloudFormation with what the simulation knows of it. */
export interface ObservedRequest {
  readonly label: string;
  readonly event: CustomResourceEvent;
  readonly openedAt: number;
  /** All that Lambda's queue was told to hold it back. */
  delayed: number;
}

/** The event that a process works on. */
interface Subject {
  readonly text: string;
  /** Whether the event is CloudFormation's and not a step of the state machine. */
  readonly isDelivery: boolean;
  readonly request?: ObservedRequest;
}

/** What came of a seed. */
export interface History {
  readonly plan: Plan;
  readonly service: string;
  readonly violations: readonly Violation[];
  readonly injected: readonly Injected[];
  /** Number of the requests by operation and outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** How often each law was checked. */
  readonly checks: Readonly<Record<string, number>>;
  readonly timeline: readonly string[];
  /** Places where the fault of `single` was possible. */
  readonly places: number;
}

/** Runs the history of a seed. */
export async function runHistory(seed: number, options: RunOptions = {}): Promise<History> {
  const { stackTraceLimit } = Error;
  // Errors are ordinary inputs here, by the thousand; their stacks would cost a tenth of the time.
  Error.stackTraceLimit = options.trace ? stackTraceLimit : 0;
  try {
    return await new HistoryWorld(seed, options).run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The engine and the handlers in a simulated account. */
export class HistoryWorld {
  public readonly clock = new FastClock(START, MAX_TIMERS);
  public readonly service: SimulatedService;
  public readonly model: ServiceModel;
  public readonly plan: Plan;
  public readonly faults: FaultPlan;
  public readonly buckets: ResponseBuckets;
  public readonly cloudFormation: CloudFormation;
  public readonly stepFunctions: StepFunctionsService;
  public readonly dispatcher: ServiceDispatcher;
  /** How late the list of executions shows a new one, in milliseconds. */
  public readonly listingLag: number;
  public readonly requests = new Map<string, ObservedRequest>();
  public readonly foreign: Thing[] = [];
  /** What RETAIN has left, as it was then. */
  public readonly kept: Thing[] = [];
  /** When somebody last changed what belongs to an owner. */
  public readonly tampered = new Map<string, number>();
  /** Times of all calls of the service, those that were throttled as well. */
  public readonly serviceCalls: number[] = [];
  public readonly checks: Record<string, number> = {};
  public readonly timeline: string[] = [];
  /** Found while the history went on. */
  public readonly violations: Violation[] = [];
  /** What adoption has to keep to. */
  public readonly adoption = new AdoptionWatch(this);
  private readonly laws = lawsOf(this);
  private readonly versions = new DeployedVersions();
  private readonly skew: number;
  private readonly deniedUntil: number;
  private readonly counts = new Map<string, number>();
  private readonly subjects = new WeakMap<Process, Subject>();
  private readonly recent = new Map<string, { at: number; outcome: () => any }>();
  private nextFault?: { before: ServiceError } | { after: ServiceError | 'lost' };

  constructor(seed: number, private readonly options: RunOptions) {
    const services = options.services ?? SERVICES;
    this.model = serviceOf(seed, services);
    this.service = this.model.open(new Dice(seed, 'world'));
    this.plan = options.plan ?? onCourse(planOf(seed, this.service), options.course ?? 'standard', this.service);
    const dice = new Dice(seed, 'account');
    this.skew = dice.pick([0, 0, -5000, 5000, 9000]);
    this.deniedUntil = dice.chance(0.1) && this.isAllowed('denied') && !options.single ? START + 60_000 : 0;
    this.faults = new FaultPlan({
      seed,
      until: START + this.plan.faultsUntil,
      // A denial lasts longer than a delivery tries to start the execution, so it fails one by itself.
      maxFailedDeliveries: this.deniedUntil > 0 ? 1 : 2,
      only: options.faults,
      single: options.single,
    });
    const random = new SeededRandom(seed);
    const account = { partition: 'aws', accountId: ACCOUNT };
    const { clock } = this;
    this.dispatcher = new ServiceDispatcher({ ...account, clock, keptCalls: 0, interceptors: [() => this.takeFault()] });
    const lambda = new InProcessLambda({
      ...account,
      clock,
      endpointUrl: () => '',
      registerCredentials: () => undefined,
      faults: { onInvoke: info => this.onInvoke(info) },
    }, process => this.code(process));
    lambda.createFunction(REGION, {
      name: FUNCTION_ARN.split(':').pop()!, handler: 'index.handler', codeDirectory: '', environment: {}, timeoutSeconds: 60,
      memorySize: 256, roleArn: `arn:aws:iam::${ACCOUNT}:role/Worker`,
    });
    this.listingLag = dice.pick([0, 0, 2000, 8000]);
    this.stepFunctions = new StepFunctionsService({
      ...account,
      clock,
      invoke: (arn, payload) => this.invokeStep(() => lambda.invoke(arn, payload), payload),
      authorize: () => true,
      interpreter: new LightInterpreter(clock, () => dice.next()),
      listingLagMs: this.listingLag,
    });
    this.stepFunctions.createStateMachine(REGION, { name: MACHINE_NAME, definition: DEFINITION, roleArn: `arn:aws:iam::${ACCOUNT}:role/Waiter` });
    [...this.service.simulators, this.stepFunctions].forEach(simulator => this.dispatcher.register(simulator));
    this.buckets = new ResponseBuckets({ clock, random });
    const custom = new CustomResourceProvisioner({
      buckets: this.buckets,
      rollsReplacementBackByUpdate: this.plan.rollsReplacementBackByUpdate,
      functions: { invokeAsync: (arn, event) => this.accept(event as CustomResourceEvent, () => lambda.invokeAsync(arn, event)) },
    });
    const provisioners = new ProvisionerRegistry(custom, BREAKER).register(BREAKER_TYPE, BREAKER);
    this.cloudFormation = new CloudFormation({
      clock, random, provisioners, failedCreates: this.plan.failedCreates,
      leavesFailedUpdates: this.plan.leavesFailedUpdates, onEvent: event => {
        this.takeStackEvent(event);
        this.say(() => `CloudFormation  ${event.stackName}/${event.logicalId} ${event.status}`
          + `${event.physicalId ? ` (${event.physicalId.split('/')[0].slice(0, 60)})` : ''}${event.reason ? `: ${event.reason.slice(0, 200)}` : ''}`);
      },
    });
  }

  public async run(): Promise<History> {
    try {
      await this.clock.run(this.live());
      this.laws.atTheEnd();
    } catch (error) {
      this.broken('It ends', (error as Error).stack ?? String(error));
    }
    return {
      plan: this.plan,
      service: this.model.name,
      violations: this.violations,
      injected: this.faults.injected,
      outcomes: this.laws.outcomes(),
      checks: this.checks,
      timeline: this.timeline,
      places: this.faults.places,
    };
  }

  public broken(law: Violation['law'], what: string): void {
    this.violations.push({ law, what, at: this.clock.now() - START });
    this.say(() => `LAW BROKEN: ${law}: ${what}`);
  }

  /** One line of the timeline, which is made only if somebody wants to read it. */
  public say(text: () => string): void {
    if (this.options.trace) {
      this.timeline.push(`${((this.clock.now() - START) / 1000).toFixed(3).padStart(10)}  ${text()}`);
    }
  }

  /** Whether the function that the stack has at the moment knows the resource's type. */
  public knowsType({ StackId, ResourceType }: CustomResourceEvent): boolean {
    return olderType(ResourceType) === ResourceType || this.versions.of(StackId.split('/')[1]) === 2;
  }

  private async live(): Promise<void> {
    const chains = new Map<string, PlannedStep[]>();
    for (const step of this.plan.steps.filter(({ id }) => this.options.steps?.has(id) ?? true)) {
      chains.set(step.chain, [...chains.get(step.chain) ?? [], step]);
    }
    await Promise.all([...chains.values()].map(steps => this.chain(steps)));
    this.faults.stop();
    await this.clock.sleep(REST_MILLISECONDS);
    this.laws.atRest();
    await this.tearDown();
  }

  private async chain(steps: readonly PlannedStep[]): Promise<void> {
    for (const step of steps) {
      await this.clock.sleep(step.pause);
      this.say(() => `--- ${step.id}: ${JSON.stringify(step.step).slice(0, 600)}`);
      await this.take(step);
    }
  }

  private async take({ id, chain, step }: PlannedStep): Promise<void> {
    const stackName = 'stack' in step && step.stack !== undefined ? step.stack : chain;
    const stack = { stackName, region: REGION };
    switch (step.kind) {
      case 'deploy': return this.deploy(stack, step);
      case 'roll back': return this.rollBack(stack);
      case 'delete': return this.adoption.during(step, stackName, async () => {
        await this.cloudFormation.deleteStack({ ...stack, retainResources: this.retainable(stackName, step.retain) });
      });
      case 'note': return this.adoption.note(stackName);
      case 'disown': return this.adoption.disown();
      case 'continue rollback': return this.continueRollback(stack, step.skip);
      case 'idle': return this.clock.sleep(step.milliseconds);
      case 'foreign': return this.makeForeign(new Dice(this.plan.seed, id));
      case 'tamper': return this.tamper(new Dice(this.plan.seed, id));
    }
  }

  private async deploy(stack: { stackName: string; region: string }, step: Step & { kind: 'deploy' }): Promise<void> {
    const template = this.adoption.resolve(step.template);
    if (template) {
      await this.adoption.during(step, stack.stackName, () => this.deployTemplate(stack, { ...step, template }));
    }
  }

  private async deployTemplate(stack: { stackName: string; region: string }, step: Step & { kind: 'deploy' }): Promise<void> {
    const { template, cancelAfter, disableRollback, version = 1 } = step;
    const found = this.cloudFormation.findStack(stack);
    if (found && /^(UPDATE_ROLLBACK_FAILED|DELETE_FAILED)$/.test(found.status)) {
      return;
    }
    this.versions.ask(stack.stackName, version);
    const deployed = this.cloudFormation.deploy({ ...stack, template, disableRollback });
    const failed = deployed.catch(error => this.say(() => `refused: ${(error as Error).message}`));
    if (cancelAfter !== undefined) {
      await this.clock.sleep(cancelAfter);
      const { status } = this.cloudFormation.findStack(stack) ?? {};
      if (status === 'UPDATE_IN_PROGRESS') {
        this.cloudFormation.cancelUpdateStack(stack);
      } else if (status === 'CREATE_IN_PROGRESS') {
        await this.cloudFormation.deleteStack(stack);
      }
    }
    await failed;
  }

  private async continueRollback(stack: { stackName: string; region: string }, skip: readonly string[]): Promise<void> {
    const found = this.cloudFormation.findStack(stack);
    if (found?.status === 'UPDATE_ROLLBACK_FAILED') {
      await this.cloudFormation.continueUpdateRollback({ ...stack, resourcesToSkip: skip });
    }
  }

  private async rollBack(stack: { stackName: string; region: string }): Promise<void> {
    if (/^(CREATE|UPDATE)_FAILED$/.test(this.cloudFormation.findStack(stack)?.status ?? '')) {
      await this.cloudFormation.rollbackStack(stack);
    }
  }

  private takeStackEvent(event: StackEvent): void {
    this.versions.takeEvent(event);
    if (this.plan.keepsRetained && event.status === 'DELETE_SKIPPED' && event.physicalId !== undefined) {
      const owner = ownerTagValue(event.stackId, event.logicalId);
      // What a create has left that was still at work is not complete, so the next create goes on with it.
      this.kept.push(...this.service.things(this.clock.now()).filter(({ heldAs, id, owner: other }) =>
        other === owner && [id, heldAs].includes(event.physicalId)));
    }
  }

  private retainable(stackName: string, retain: readonly string[]): string[] {
    const stack = this.cloudFormation.findStack({ stackName, region: REGION });
    return stack?.status === 'DELETE_FAILED' ? [...retain] : [];
  }

  /** Nothing goes wrong any more: what is stuck is continued, and all stacks are deleted. */
  private async tearDown(): Promise<void> {
    if (this.plan.novelty === 'type') {
      // Only a function that knows the type can delete what has it.
      this.versions.renewAll();
    }
    this.adoption.beginTearDown();
    for (const stack of [...this.cloudFormation.stacks]) {
      const reference = { stackName: stack.name, region: stack.region };
      if (stack.status === 'UPDATE_ROLLBACK_FAILED') {
        await this.continueRollback(reference, []);
      }
      await this.cloudFormation.deleteStack(reference);
      if (stack.status === 'DELETE_FAILED') {
        this.service.giveTagsBack?.();
        await this.cloudFormation.deleteStack(reference);
      }
    }
    await this.clock.sleep(REST_MILLISECONDS);
  }

  private makeForeign(dice: Dice): void {
    const thing = this.service.foreign(dice, this.clock.now());
    if (thing) {
      this.foreign.push(thing);
      this.say(() => `Somebody else makes ${thing.type} ${thing.id}`);
    }
  }

  private tamper(dice: Dice): void {
    const tampered = this.service.tamper(dice, this.clock.now());
    if (tampered) {
      this.tampered.set(tampered.owner, this.clock.now());
      this.say(() => `Somebody ${tampered.what}`);
    }
  }

  /** CloudFormation's request on its way to Lambda. */
  private accept(event: CustomResourceEvent, deliver: () => void): void {
    const place = `${event.StackId.split('/')[1]}.${event.LogicalResourceId}`;
    const number = (this.counts.get(place) ?? 0) + 1;
    this.counts.set(place, number);
    const label = `${place}.${number}${event.RequestType}`;
    this.requests.set(event.RequestId, { label, event, openedAt: this.clock.now(), delayed: 0 });
    this.say(() => `${label}  requested with id ${event.PhysicalResourceId ?? '-'}, ${JSON.stringify(visible(event.ResourceProperties))}`);
    deliver();
  }

  /** The request that an event or the input of an execution is about. */
  public requestOf(payload: string): ObservedRequest | undefined {
    const id = /"[Rr]equestId":"([^"]+)"/.exec(payload)?.[1];
    return id === undefined ? undefined : this.requests.get(id);
  }

  /** What a process works on; it is looked up once for each event. */
  private subjectOf(process: Process): Subject {
    const known = this.subjects.get(process);
    if (known?.text === process.event) {
      return known;
    }
    const { event: text } = process;
    const isDelivery = text.startsWith('{"Service') || text.startsWith('{"RequestType');
    const subject = { text, isDelivery, request: this.requestOf(text) };
    this.subjects.set(process, subject);
    return subject;
  }

  /** Lambda's faults. */
  private onInvoke({ payload, invocationType }: InvocationInfo): InvocationFault | undefined {
    const request = this.requestOf(payload)!;
    const isDelivery = invocationType === 'Event';
    const kind = this.fault(isDelivery ? 'event' : 'step', request.label, 'invoke', isDelivery);
    const amount = this.faults.amount(request.label, 'invoke');
    switch (kind) {
      case 'delivery throttled': return this.hold(request, 1000, { throttle: true }, isDelivery);
      case 'delivery delayed': return this.hold(request, isDelivery ? amount * 40_000 : amount * 10_000, {}, isDelivery);
      case 'delivery very late': return this.hold(request, amount * 6 * 3600 * 1000, {}, isDelivery);
      case 'delivered twice': return { duplicateAfterMs: Math.floor(amount ** 3 * 5.9 * 3600 * 1000) };
      case 'crash at start': return { crash: 'before' };
      case 'crash at end': return { crashAfterReturn: true };
      default: return undefined;
    }
  }

  private hold(request: ObservedRequest, milliseconds: number, fault: InvocationFault, isDelivery: boolean): InvocationFault {
    if (isDelivery) {
      request.delayed += fault.throttle ? 0 : milliseconds;
    }
    return fault.throttle ? fault : { delayMs: Math.floor(milliseconds) };
  }

  /** Lambda's answer to Step Functions may be lost while the function still runs: two workers at once. */
  private invokeStep<T>(invoke: () => Promise<T>, payload: unknown): Promise<T> {
    const request = this.requests.get((payload as { request: { requestId: string } }).request.requestId)!;
    if (this.fault('step', request.label, 'answer of the step', false) !== 'second worker') {
      return invoke();
    }
    void invoke();
    return Promise.resolve({ error: { service: true, errorType: 'SdkClientException', errorMessage: 'Read timed out' } } as T);
  }

  private code(process: Process): ReturnType<typeof lifecycleFunction> {
    const client = (serviceId: string, region: string): Client => this.client(process, serviceId, region);
    const handlers = this.service.handlers(client);
    const waiter = new StepFunctionsWaiter(client('SFN', REGION) as any, MACHINE_ARN);
    const variant = this.options.variant ?? {};
    const code = lifecycleFunction(variant.handlers?.(handlers) ?? handlers, request => {
      const runtime = this.runtime(process, waiter, request);
      return variant.runtime?.(runtime, request) ?? runtime;
    }, this.model.pace);
    return this.plan.novelty
      ? versioned(code, event => this.requestOf(JSON.stringify(event))!.event, stackId => this.versions.of(stackId.split('/')[1]))
      : code;
  }

  private runtime(process: Process, waiter: Waiter, request: Request | undefined): Runtime {
    const { clock } = this;
    return {
      clock: {
        now: () => clock.now() + this.skew,
        sleep: async milliseconds => {
          await clock.sleep(milliseconds);
          await (process.alive || never());
        },
      },
      log: jsonLogger(request, line => this.takeLine(line, process)),
      waiter,
      transport: { put: (url, body) => this.put(process, url, body) },
      random: () => this.faults.amount(String(process.invocation), 'jitter'),
    };
  }

  private takeLine(line: string, process: Process): void {
    if (!process.alive) {
      return;
    }
    this.laws.onText('a log line', line);
    this.say(() => `${this.subjectOf(process).request?.label}  logs ${withoutSubject(line)}`);
  }

  /** A client whose calls go wrong where the plan says so. */
  private client(process: Process, serviceId: string, region: string): Client {
    const client = new InProcessClient(this.dispatcher, serviceId, { region });
    return {
      send: async command => {
        const operation = operationOf(command);
        const site = siteOf(serviceId, operation);
        const call = () => {
          if (serviceId !== 'SFN') {
            this.serviceCalls.push(this.clock.now());
          }
          return client.send<any>(command);
        };
        return this.perform(process, site, operation, call, `${operation} ${site === 'read' ? JSON.stringify(command.input) : ''}`);
      },
    };
  }

  private async perform(
    process: Process, site: Site, operation: string, call: () => Promise<any>, readKey: string,
  ): Promise<any> {
    const { invocation } = process;
    const isDead = () => !process.alive || process.invocation !== invocation;
    if (isDead()) {
      return never();
    }
    const { isDelivery, request } = this.subjectOf(process);
    const { label } = request!;
    const kind = this.clock.now() < this.deniedUntil ? 'denied' : this.fault(site, label, operation, isDelivery);
    let answer: any;
    try {
      answer = await this.suffer(process, kind, label, operation, call, site === 'read' ? readKey : undefined);
    } catch (error) {
      if (!isDead()) {
        throw error;
      }
    }
    return isDead() ? never() : answer;
  }

  private async suffer(
    process: Process, kind: FaultKind | undefined, label: string, operation: string, call: () => Promise<any>, readKey: string | undefined,
  ): Promise<any> {
    const amount = this.faults.amount(label, operation);
    switch (kind) {
      case 'crash before':
        process.die();
        return never();
      case 'crash after':
        await call().catch(() => undefined);
        process.die();
        return never();
      case 'hang before':
        return never();
      case 'hang after':
        await call().catch(() => undefined);
        return never();
      case 'slow':
        await this.clock.sleep(amount * 5000);
        return process.alive ? call() : never();
      case 'denied':
        return this.callWith({ before: new ServiceError('AccessDeniedException', `User is not authorized to perform: ${operation}`, 403) }, call);
      case 'throttled':
        return this.callWith({ before: /Execution/.test(operation)
          ? new ServiceError('ThrottlingException', 'Rate exceeded') : this.model.throttling }, call);
      case 'server error':
        return this.callWith({ before: new ServiceError('InternalFailure', SECRET_MESSAGE, 500) }, call);
      case 'server error after effect':
        return this.callWith({ after: new ServiceError('ServiceUnavailable', 'Try again.', 503) }, call);
      case 'refused':
        return this.callWith({ before: new ServiceError('LimitExceededException', LONG_MESSAGE, 400) }, call);
      case 'lost answer': {
        const outcome = await this.callWith({ after: 'lost' }, call).then(value => () => value, error => () => { throw error; });
        await this.clock.sleep(10_000);
        return outcome();
      }
      case 'stale': {
        const stale = this.recent.get(readKey!);
        if (stale && this.clock.now() - stale.at < 5000 && !this.model.consistentReads.test(operation)) {
          return stale.outcome();
        }
        break;
      }
      default:
    }
    return readKey === undefined ? call() : this.remember(readKey, call);
  }

  private remember(key: string, call: () => Promise<any>): Promise<any> {
    const at = this.clock.now();
    return call().then(
      value => {
        this.recent.set(key, { at, outcome: () => value });
        return value;
      },
      error => {
        this.recent.set(key, { at, outcome: () => { throw error; } });
        throw error;
      },
    );
  }

  /** The call meets the fault: it is dispatched before `send` gives its promise. */
  private callWith(fault: NonNullable<HistoryWorld['nextFault']>, call: () => Promise<any>): Promise<any> {
    this.nextFault = fault;
    try {
      return call();
    } finally {
      this.nextFault = undefined;
    }
  }

  private takeFault(): HistoryWorld['nextFault'] {
    const fault = this.nextFault;
    this.nextFault = undefined;
    return fault;
  }

  /** The PUT to the response URL. */
  private async put(process: Process, url: string, body: string): Promise<number> {
    const { invocation } = process;
    const isDead = () => !process.alive || process.invocation !== invocation;
    if (isDead()) {
      return never();
    }
    const { isDelivery, request } = this.subjectOf(process);
    const kind = this.fault('answer', request!.label, 'PUT', isDelivery);
    const take = () => {
      this.laws.onAnswer(request!, body);
      return this.buckets.acceptResponse(url, body).status;
    };
    const status = await this.sufferPut(process, kind, request!.label, take, url);
    return isDead() ? never() : status();
  }

  private async sufferPut(
    process: Process, kind: FaultKind | undefined, label: string, take: () => number, url: string,
  ): Promise<() => number> {
    switch (kind) {
      case 'crash before':
        process.die();
        return never();
      case 'crash after':
        take();
        process.die();
        return never();
      case 'hang after':
        take();
        return never();
      case 'slow': {
        await this.clock.sleep(this.faults.amount(label, 'PUT') * 5000);
        const status = process.alive ? take() : 0;
        return () => status;
      }
      case 'unreachable':
        return () => { throw new Error(`connect ECONNREFUSED ${url}`); };
      case 'accepted, answer lost':
        take();
        return () => { throw new Error(`socket hang up: PUT ${url}`); };
      case 'server error':
        return () => 503;
      case 'url refused':
        return () => 403;
      default: {
        const status = take();
        return () => status;
      }
    }
  }

  private fault(site: Site, label: string, place: string, isDelivery: boolean): FaultKind | undefined {
    const kind = this.faults.at(site, label, place, this.clock.now(), isDelivery);
    if (kind) {
      this.say(() => `${label}  FAULT: ${kind} at ${place}`);
    }
    return kind;
  }

  private isAllowed(fault: string): boolean {
    return this.options.faults?.has(fault) ?? true;
  }
}

/** Each time another one: a promise for all would keep every history that ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function siteOf(serviceId: string, operation: string): Site {
  if (serviceId === 'SFN') {
    return SITES_OF_STEP_FUNCTIONS[operation] ?? 'list';
  }
  return /^(Get|List|Describe)/.test(operation) ? 'read' : 'write';
}

/** A log line without what all lines of its request have. */
function withoutSubject(line: string): string {
  return line.replace(/"operation":.*?"request":"[^"]*",?/, '').slice(0, 300);
}

function visible({ ServiceToken: _, ...properties }: Record<string, unknown>): object {
  return properties;
}

/** Succeeds or fails as its properties say. */
const BREAKER: ResourceProvisioner = {
  create: async (context, properties) => {
    if (properties.FailsAfter !== undefined) {
      await pause(context, Number(properties.FailsAfter) * 1000);
      throw new ProvisioningError('The breaker fails, as it was told to.');
    }
    return { physicalId: `${context.stackName}-${context.logicalId}`, attributes: {} };
  },
  update: async (context, physicalId, properties) => {
    await BREAKER.create(context, properties);
    return { physicalId, attributes: {} };
  },
  delete: async () => undefined,
};
