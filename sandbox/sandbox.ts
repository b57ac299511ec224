import { readFileSync } from 'node:fs';
import { IamAccount, withTrustedMachineRoles, withTrustedRoles } from './cloudformation/account-ports';
import { Assembly, AssemblyStack } from './cloudformation/assembly';
import { CloudFormation, CloudFormationOptions, StackReference, StackRequest, StackResult } from './cloudformation/cloud-formation';
import { CustomResourceOptions, CustomResourceRequest, ResponseBuckets } from './cloudformation/custom-resource';
import { EmailIdentityProvisioner } from './cloudformation/email-identity-provisioner';
import { AccountInventory } from './cloudformation/inventory';
import { NestedStackProvisioner } from './cloudformation/nested-stack';
import { ParameterStore } from './cloudformation/parameter-store';
import { LambdaFunctionSettings, LambdaPort } from './cloudformation/ports';
import { ResourceProvisioner } from './cloudformation/provisioner';
import { createProvisioners } from './cloudformation/provisioners';
import { NativeEndpointProvisioner } from './cloudformation/ses-provisioners';
import { SeededRandom } from './cloudformation/random';
import { StackEvent } from './cloudformation/stack';
import { HttpFront } from './http';
import { Iam } from './iam/iam';
import { LenientIam } from './inert/lenient-iam';
import { InertResource, LenientRegistry, Leniency } from './inert/lenient-registry';
import { LostResource, LostResources } from './inert/tolerant-provisioner';
import { VirtualClock } from './kernel/virtual-clock';
import { InvocationFaults } from './lambda/invocation-faults';
import { LambdaService } from './lambda/lambda-service';
import { CloudFormationSimulator } from './services/cloudformation';
import { CallRecord, Interceptor, ServiceDispatcher } from './services/dispatch';
import { InventoryItem, ServiceSimulator } from './services/service';
import { SesSimulator, SesSimulatorOptions } from './services/ses';
import { SystemsManagerSimulator, SystemsManagerSimulatorOptions } from './services/systems-manager';
import { StepFunctionsService } from './step-functions/step-functions-service';

export interface SandboxOptions {
  /** @default 111122223333 */
  readonly accountId?: string;
  /** @default aws */
  readonly partition?: string;
  /** When the virtual time begins, milliseconds since the epoch. @default 2026-01-01T00:00:00Z */
  readonly startTime?: number;
  /** Different seeds give different ids and names. @default 1 */
  readonly seed?: number;
  /** Region of the stacks that are not bound to one. @default eu-west-1 */
  readonly defaultRegion?: string;
  /** How many seconds of virtual time pass in a second of real time. @default - no real time passes */
  readonly speed?: number;
  /** How long the calls of a new role are denied, as happens on AWS. @default 0 */
  readonly iamPropagationSeconds?: number;
  /** How many invocations may run in a Region at once. New accounts have fewer, as few as 10. @default 1000 */
  readonly lambdaConcurrency?: number;
  /** How long the list of executions does not show what is new: it is eventually consistent. @default 0 */
  readonly executionListLagSeconds?: number;
  readonly ses?: SesSimulatorOptions;
  readonly systemsManager?: SystemsManagerSimulatorOptions;
  /** Further services. */
  readonly services?: readonly ServiceSimulator[];
  /** Further resource types for templates, e.g. one that always fails. */
  readonly provisioners?: Readonly<Record<string, ResourceProvisioner>>;
  /** What goes wrong with calls of services. */
  readonly interceptors?: readonly Interceptor[];
  /** What goes wrong with invocations of functions. */
  readonly invocationFaults?: InvocationFaults;
  /** What a deployment does to resources whose create failed while rollback was off. @default update */
  readonly failedCreates?: CloudFormationOptions['failedCreates'];
  readonly customResources?: Pick<CustomResourceOptions, 'rollsReplacementBackByUpdate' | 'serviceTimeoutInEvent'>;
  readonly onEvent?: (event: StackEvent) => void;
  /** Lets only a part of each app run, and makes up what is not in the account. @default - what is unknown is an error */
  readonly lenient?: Leniency;
}

export interface StackSelection {
  /** Ids or names of stacks. @default - all */
  readonly stacks?: readonly string[];
}

export interface DeployOptions extends StackSelection, Pick<StackRequest, 'disableRollback' | 'mode'> {}

/** What an SDK client needs in order to talk to the sandbox as somebody who may do everything. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A deployment did not succeed. */
export class DeploymentFailed extends Error {
  constructor(public readonly result: StackResult, public readonly events: readonly StackEvent[]) {
    super(`Stack '${result.stackName}' in ${result.region} ended in ${result.status}.\n${failuresIn(events)}`);
    this.name = 'DeploymentFailed';
  }
}

const ADMINISTRATOR = { accessKeyId: 'AKIAADMINISTRATOR000', secretAccessKey: 'administrator' };
const SUCCESSFUL = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'];

/** An AWS account on this machine: it deploys what `cdk synth` wrote, with the real bundles and state machines. */
export class Sandbox {
  public readonly clock: VirtualClock;
  public readonly iam: Iam;
  public readonly ses: SesSimulator;
  public readonly systemsManager: SystemsManagerSimulator;
  public readonly lambda: LambdaService;
  public readonly stepFunctions: StepFunctionsService;
  public readonly cloudFormation: CloudFormation;
  /** What does nothing here, by stack and logical id. */
  public readonly inertResources: ReadonlyMap<string, InertResource>;
  private readonly lost?: LostResources;
  private readonly dispatcher: ServiceDispatcher;
  private readonly front: HttpFront;
  private readonly buckets: ResponseBuckets;
  private readonly inventory = new AccountInventory();
  private readonly assemblies: Assembly[] = [];
  /** Functions that write to the log group that Lambda makes for them, by name. */
  private readonly selfLogging = new Map<string, string>();
  private readonly work = new Set<Promise<unknown>>();
  private loop?: Promise<void>;
  private url?: string;

  constructor(private readonly options: SandboxOptions = {}) {
    const { partition = 'aws', accountId = '111122223333', seed = 1, lenient } = options;
    const account = { partition, accountId };
    const random = new SeededRandom(seed);
    const parameterStore = new ParameterStore();
    const clock = new VirtualClock(options.startTime ?? Date.parse('2026-01-01T00:00:00Z'));
    this.clock = clock;
    this.iam = new Iam({ clock, propagationSeconds: options.iamPropagationSeconds, trustsUnknownRoles: lenient !== undefined });
    this.buckets = new ResponseBuckets({ clock, random, baseUrl: () => this.endpoint });
    this.dispatcher = new ServiceDispatcher({ ...account, clock, iam: this.iam, interceptors: options.interceptors });
    this.front = new HttpFront({
      dispatcher: this.dispatcher,
      onResponse: (url, body) => this.buckets.acceptResponse(url, body),
    });
    this.lambda = new LambdaService({
      ...account,
      clock,
      endpointUrl: () => this.endpoint,
      registerCredentials: (accessKeyId, roleArn) => this.front.registerCredentials(accessKeyId, roleArn),
      faults: options.invocationFaults,
      concurrency: options.lambdaConcurrency,
    });
    this.stepFunctions = new StepFunctionsService({
      ...account,
      clock,
      invoke: (functionArn, payload) => this.lambda.invoke(functionArn, payload),
      authorize: (roleArn, action, resource) => this.iam.evaluate(roleArn, { action, resources: [resource] }).allowed,
      listingLagMs: (options.executionListLagSeconds ?? 0) * 1000,
    });
    this.ses = new SesSimulator({ seed, ...options.ses });
    this.systemsManager = new SystemsManagerSimulator(options.systemsManager, parameterStore);
    const stacks = new CloudFormationSimulator(() => this.cloudFormation);
    [this.ses, this.systemsManager, this.stepFunctions, stacks, ...options.services ?? []].forEach(service => this.dispatcher.register(service));
    const complete = createProvisioners({
      lambda: this.observed(withTrustedRoles(this.lambda, this.iam)),
      stepFunctions: withTrustedMachineRoles(this.stepFunctions, this.iam),
      iam: lenient ? new LenientIam(new IamAccount(this.iam), lenient.inventor) : new IamAccount(this.iam),
      inventory: this.inventory,
      parameterStore,
      assets: objectKey => this.assetPath(objectKey),
      customResources: { buckets: this.buckets, ...options.customResources },
    });
    complete.register('AWS::CloudFormation::Stack', new NestedStackProvisioner(() => this.cloudFormation, url => this.nestedTemplate(url)));
    complete.register('AWS::SES::MultiRegionEndpoint', new NativeEndpointProvisioner(this.ses));
    complete.register('AWS::SES::EmailIdentity', new EmailIdentityProvisioner(this.ses));
    Object.entries(options.provisioners ?? {}).forEach(([type, provisioner]) => complete.register(type, provisioner));
    const provisioners = lenient ? new LenientRegistry(complete, lenient, this.inventory, this.defects) : complete;
    const registry = provisioners instanceof LenientRegistry ? provisioners : undefined;
    this.inertResources = registry?.inert ?? new Map();
    this.lost = registry?.lost;
    this.cloudFormation = new CloudFormation({
      ...account, clock, random, parameterStore, provisioners,
      inventor: lenient?.inventor, onEvent: options.onEvent, failedCreates: options.failedCreates,
    });
  }

  /** Address of all services. */
  public get endpoint(): string {
    if (this.url === undefined) {
      throw new Error('The sandbox is not running. Call start() and wait for it first.');
    }
    return this.url;
  }

  /** CloudFormation's event log of all stacks. */
  public get events(): readonly StackEvent[] {
    return this.cloudFormation.events;
  }

  /** Every request to a custom resource, with every answer. */
  public get customResourceRequests(): readonly CustomResourceRequest[] {
    return this.buckets.requests;
  }

  /** The latest calls of services. */
  public get calls(): readonly CallRecord[] {
    return this.dispatcher.calls;
  }

  /** The services that the handlers call, without Step Functions. */
  public get simulators(): ServiceSimulator[] {
    return this.dispatcher.registered.map(({ simulator }) => simulator).filter(simulator => simulator !== this.stepFunctions);
  }

  /** Errors of the sandbox itself; there should be none. */
  public get defects(): readonly Error[] {
    return this.dispatcher.defects;
  }

  /** Resources that are inert because the sandbox itself failed at them. */
  public get lostResources(): readonly LostResource[] {
    return this.lost?.all ?? [];
  }

  public async start(): Promise<void> {
    const { url } = await this.front.start();
    this.url = url;
    this.front.registerCredentials(ADMINISTRATOR.accessKeyId);
  }

  /** Waits for the work in progress and gives the port free. */
  public async stop(): Promise<void> {
    await this.loop?.catch(() => undefined);
    await this.front.stop();
    this.url = undefined;
  }

  /** Deploys the stacks of a cloud assembly, and those that they depend on, one after the other. */
  public async deploy(assemblyDirectory: string, options: DeployOptions = {}): Promise<StackResult[]> {
    const assembly = this.open(assemblyDirectory);
    return this.run(async () => {
      const results: StackResult[] = [];
      for (const stack of assembly.select(options.stacks)) {
        results.push(await this.deployStack(stack, options));
      }
      return results;
    });
  }

  /** Deletes the stacks of a cloud assembly, and no others, in the reverse order. */
  public async destroy(assemblyDirectory: string, selection: StackSelection = {}): Promise<StackResult[]> {
    const assembly = this.open(assemblyDirectory);
    const { stacks: names } = selection;
    const chosen = assembly.select(names).filter(({ id, stackName }) => !names || names.includes(id) || names.includes(stackName));
    return this.run(async () => {
      const results: StackResult[] = [];
      for (const stack of chosen.reverse()) {
        results.push(await this.destroyStack(stack));
      }
      return results;
    });
  }

  public outputs(stackName: string, region?: string): Record<string, unknown> {
    const found = this.cloudFormation.stacks.find(stack =>
      stack.name === stackName && (region === undefined || stack.region === region));
    if (!found) {
      const known = this.cloudFormation.stacks.map(stack => `${stack.name} (${stack.region})`).join(', ') || 'none';
      throw new Error(`There is no stack '${stackName}'${region ? ` in ${region}` : ''}. There are: ${known}.`);
    }
    return found.outputs;
  }

  /** What exists in the account: after all stacks are gone, what they left behind. */
  public leftovers(): InventoryItem[] {
    const now = this.clock.now();
    const items = [
      ...this.inventory.list(),
      ...this.dispatcher.registered.flatMap(({ simulator }) => simulator.inventory(now)),
      ...this.automaticLogGroups(),
    ];
    return [...new Map(items.map(item => [`${item.type}|${item.region}|${item.id}`, item])).values()];
  }

  /** Configuration for a client of the SDK. */
  public clientConfig(region: string = this.defaultRegion): ClientConfig {
    return { endpoint: this.endpoint, region, credentials: ADMINISTRATOR };
  }

  /** Lets virtual time pass, e.g. so that workers of cancelled operations come to their end. */
  public elapse(milliseconds: number): Promise<void> {
    return this.run(() => this.clock.sleep(milliseconds));
  }

  /** Runs something that needs virtual time to pass; several runs at once share the time. */
  public run<T>(main: () => Promise<T>): Promise<T> {
    const promise = main();
    this.work.add(promise);
    const finish = () => this.work.delete(promise);
    promise.then(finish, finish);
    this.loop ??= this.keepTime();
    return Promise.race([promise, this.loop.then(() => promise)]);
  }

  private get defaultRegion(): string {
    return this.options.defaultRegion ?? 'eu-west-1';
  }

  private async deployStack(stack: AssemblyStack, { disableRollback, mode }: DeployOptions): Promise<StackResult> {
    const { template, parameters } = stack;
    const firstEvent = this.events.length;
    const result = await this.cloudFormation.deploy({ ...this.referenceOf(stack), template, parameters, disableRollback, mode });
    if (!SUCCESSFUL.includes(result.status)) {
      throw new DeploymentFailed(result, this.events.slice(firstEvent));
    }
    return result;
  }

  private async destroyStack(stack: AssemblyStack): Promise<StackResult> {
    const firstEvent = this.events.length;
    const result = await this.cloudFormation.deleteStack(this.referenceOf(stack));
    if (result.status !== 'DELETE_COMPLETE') {
      throw new DeploymentFailed(result, this.events.slice(firstEvent));
    }
    return result;
  }

  private referenceOf({ stackName, region, account, id }: AssemblyStack): StackReference {
    const { accountId } = this.cloudFormation;
    if (account !== undefined && account !== accountId) {
      throw new Error(`Stack '${id}' is for the account ${account}, but the sandbox is the account ${accountId}. `
        + 'Pass the accountId to the sandbox.');
    }
    return { stackName, region: region ?? this.defaultRegion };
  }

  private open(directory: string): Assembly {
    const assembly = new Assembly(directory);
    this.assemblies.push(assembly);
    return assembly;
  }

  private assetPath(objectKey: string): string | undefined {
    // The newest assembly first: the same key always means the same content, but an old directory may be gone.
    return this.assemblies.map(assembly => assembly.assetPath(objectKey)).filter(path => path !== undefined).at(-1)
      ?? this.options.lenient?.missingAsset?.(objectKey);
  }

  private nestedTemplate(url: string): Record<string, unknown> {
    const path = this.assetPath(url.slice(url.lastIndexOf('/') + 1));
    if (path === undefined) {
      throw new Error(`The template ${url} is not among the assets of the assembly.`);
    }
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  private observed(lambda: LambdaPort): LambdaPort {
    const observe = (region: string, { name, logGroup }: LambdaFunctionSettings) => {
      if (logGroup === undefined) {
        this.selfLogging.set(name, region);
      }
    };
    return {
      ...lambda,
      createFunction: (region, settings) => {
        observe(region, settings);
        return lambda.createFunction(region, settings);
      },
    };
  }

  private automaticLogGroups(): InventoryItem[] {
    return [...this.selfLogging]
      .filter(([name]) => this.lambda.logs(name).length > 0)
      .map(([name, region]) => ({ type: 'AWS::Logs::LogGroup', region, id: `/aws/lambda/${name}`, state: 'exists' }));
  }

  /** Lets time pass until all work is done. */
  private async keepTime(): Promise<void> {
    try {
      while (this.work.size > 0) {
        await this.clock.run(Promise.allSettled(this.work), () => this.lambda.untilIdle(), this.slowdown());
      }
    } finally {
      this.work.clear();
      this.loop = undefined;
    }
  }

  private slowdown(): ((milliseconds: number) => Promise<void>) | undefined {
    const { speed } = this.options;
    return speed === undefined ? undefined
      : milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds / speed));
  }
}

function failuresIn(events: readonly StackEvent[]): string {
  return events
    .filter(event => event.status.endsWith('_FAILED') || event.status.endsWith('ROLLBACK_IN_PROGRESS'))
    .map(({ logicalId, type, status, reason }) => `  ${logicalId} (${type}): ${status}: ${reason ?? ''}`)
    .join('\n');
}
