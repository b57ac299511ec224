import { isDeepStrictEqual } from 'node:util';
import { ParameterStore } from './parameter-store';
import { ProvisionerRegistry, ProvisioningContext } from './provisioner';
import { SeededRandom } from './random';
import { Account, DesiredState, ResolvedOutputs, Stack, StackEvent } from './stack';
import { FailedCreates, StackOperation } from './stack-operation';
import { JsonObject, ParameterDeclaration, Template, ValidationError } from './template';
import { Inventor } from '../inert/inventor';
import { withoutMacros } from '../inert/macros';
import { VirtualClock } from '../kernel/virtual-clock';

export interface CloudFormationOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly provisioners: ProvisionerRegistry;
  readonly accountId?: string;
  readonly partition?: string;
  readonly parameterStore?: ParameterStore;
  /** How long after a failure the first request of the rollback is sent; nobody has measured it. @default 1000 */
  readonly rollbackDelayMilliseconds?: number;
  /** What a deployment does to resources whose create failed while rollback was off. @default update */
  readonly failedCreates?: FailedCreates;
  /** Whether a deployment with rollback off leaves failed updates as they are. @default - they are taken back */
  readonly leavesFailedUpdates?: boolean;
  readonly onEvent?: (event: StackEvent) => void;
  /** Makes up what is not in the account. @default - it is an error, as on AWS */
  readonly inventor?: Inventor;
}

export interface StackReference {
  readonly stackName: string;
  readonly region: string;
}

export interface StackRequest extends StackReference {
  readonly template: Template | JsonObject;
  readonly parameters?: Record<string, string>;
  /** Leaves the stack in CREATE_FAILED or UPDATE_FAILED when something fails. @default - that of the mode */
  readonly disableRollback?: boolean;
  /** In express mode rollback is off unless it is switched on. Custom resources are waited for in either mode. @default STANDARD */
  readonly mode?: 'STANDARD' | 'EXPRESS';
}

export interface DeleteRequest extends StackReference {
  readonly retainResources?: readonly string[];
}

export interface ContinueRollbackRequest extends StackReference {
  readonly resourcesToSkip?: readonly string[];
}

/** How an operation on a stack ended. */
export interface StackResult {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly status: string;
  readonly reason?: string;
  readonly outputs: Record<string, unknown>;
}

/** The stack is already as the request wants it. */
export class NoChanges extends ValidationError {
  constructor() {
    super('No updates are to be performed.');
  }
}

interface Running {
  readonly operation: StackOperation;
  readonly finished: Promise<unknown>;
}

const COMPLETE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** Where an operation without rollback has stopped. */
const PAUSED = ['CREATE_FAILED', 'UPDATE_FAILED'];
const UPDATABLE = [...COMPLETE, ...PAUSED];
const NEVER_CREATED = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** CloudFormation of one account, in all Regions. */
export class CloudFormation implements Account {
  public readonly events: StackEvent[] = [];
  public readonly accountId: string;
  public readonly partition: string;
  public readonly urlSuffix: string;
  public readonly provisioners: ProvisionerRegistry;
  public readonly inventor?: Inventor;
  private readonly stacksByKey = new Map<string, Stack>();
  private readonly running = new Map<Stack, Running>();
  private readonly parameterStore: ParameterStore;

  constructor(private readonly options: CloudFormationOptions) {
    this.accountId = options.accountId ?? '111122223333';
    this.partition = options.partition ?? 'aws';
    this.urlSuffix = this.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.provisioners = options.provisioners;
    this.inventor = options.inventor;
    this.parameterStore = options.parameterStore ?? new ParameterStore();
  }

  /** All stacks that are not deleted. */
  public get stacks(): Stack[] {
    return [...this.stacksByKey.values()];
  }

  public findStack(reference: StackReference): Stack | undefined {
    return this.stacksByKey.get(stackKey(reference));
  }

  /** Creates the stack or brings it up to date, like `cdk deploy`; no change is a success. */
  public async deploy(request: StackRequest): Promise<StackResult> {
    const stack = this.findStack(request);
    if (stack && NEVER_CREATED.includes(stack.status)) {
      const deleted = await this.deleteStack(request);
      return deleted.status === 'DELETE_COMPLETE' ? this.createStack(request) : deleted;
    }
    if (!stack) {
      return this.createStack(request);
    }
    const desired = this.desiredState(request);
    return isUnchanged(stack, desired) && COMPLETE.includes(stack.status)
      ? resultOf(stack)
      : this.updateStack({ ...request, template: desired.template });
  }

  public async createStack(request: StackRequest): Promise<StackResult> {
    const { stackName, region } = request;
    if (this.findStack(request)) {
      throw new ValidationError(`Stack [${stackName}] already exists`);
    }
    const desired = this.desiredState(request);
    const id = `arn:${this.partition}:cloudformation:${region}:${this.accountId}:stack/${stackName}/${this.options.random.uuid()}`;
    const stack = new Stack(this, region, stackName, id);
    this.stacksByKey.set(stackKey(request), stack);
    return this.run(stack, operation => operation.create(desired), isRollbackDisabled(request));
  }

  public async updateStack(request: StackRequest): Promise<StackResult> {
    const stack = this.requireStack(request);
    if (!UPDATABLE.includes(stack.status)) {
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    }
    const desired = this.desiredState(request);
    if (isUnchanged(stack, desired) && COMPLETE.includes(stack.status)) {
      throw new NoChanges();
    }
    rejectChangedTypes(stack, desired);
    return this.run(stack, operation => operation.update(desired), isRollbackDisabled(request));
  }

  /** A stack that is still being created is stopped first; a stack that does not exist is deleted already. */
  public async deleteStack(request: DeleteRequest): Promise<StackResult> {
    const stack = this.findStack(request);
    if (!stack) {
      return { ...request, stackId: '', status: 'DELETE_COMPLETE', outputs: {} };
    }
    await this.stopForDelete(stack);
    if (this.findStack(request) !== stack) {
      return resultOf(stack);
    }
    const obstacle = this.exportInUse(stack, Object.keys(stack.exports));
    if (obstacle) {
      stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
      stack.setStatus('DELETE_FAILED', obstacle);
      return resultOf(stack);
    }
    const result = await this.run(stack, operation => operation.delete(request.retainResources ?? []));
    if (stack.status === 'DELETE_COMPLETE') {
      this.stacksByKey.delete(stackKey(request));
    }
    return result;
  }

  /** Stops an update that is in progress and rolls it back; the promise of the update tells how that ends. */
  public cancelUpdateStack(reference: StackReference): void {
    const stack = this.requireStack(reference);
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      throw new ValidationError(`CancelUpdateStack cannot be called from current stack status ${stack.status}`);
    }
    this.running.get(stack)!.operation.halt('User Initiated');
  }

  public async continueUpdateRollback(request: ContinueRollbackRequest): Promise<StackResult> {
    const stack = this.requireStack(request);
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
      throw new ValidationError(
        `Stack:${stack.id} is in ${stack.status} state and can not continue rolling back; it must be in UPDATE_ROLLBACK_FAILED.`);
    }
    return this.run(stack, operation => operation.continueUpdateRollback(request.resourcesToSkip ?? []));
  }

  /** Takes a stack whose operation has stopped without rollback back to its last complete state. */
  public async rollbackStack(reference: StackReference): Promise<StackResult> {
    const stack = this.requireStack(reference);
    if (!PAUSED.includes(stack.status)) {
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back; it must be in ${PAUSED.join(' or ')}.`);
    }
    return this.run(stack, operation => operation.rollBack());
  }

  public describeStack(reference: StackReference): StackResult {
    return resultOf(this.requireStack(reference));
  }

  /** Resolves when no operation on the stack is in progress. */
  public async whenIdle(reference: StackReference): Promise<void> {
    const stack = this.findStack(reference);
    await (stack && this.running.get(stack)?.finished);
  }

  /** Exports of a Region by name. */
  public exports(region: string): Record<string, unknown> {
    return Object.assign({}, ...this.stacks.filter(stack => stack.region === region).map(stack => stack.exports));
  }

  public emit(event: Omit<StackEvent, 'timestamp'>): void {
    const complete = { timestamp: this.options.clock.now(), ...event };
    this.events.push(complete);
    this.options.onEvent?.(complete);
  }

  public provisioningContext(
    stack: Stack, resource: { logicalId: string; type: string }, signal: AbortSignal, identify: (physicalId: string) => void,
  ): ProvisioningContext {
    const { partition, accountId, urlSuffix, options: { clock, random } } = this;
    return {
      partition,
      accountId,
      urlSuffix,
      clock,
      random,
      signal,
      identify,
      region: stack.region,
      stackId: stack.id,
      stackName: stack.name,
      logicalId: resource.logicalId,
      type: resource.type,
    };
  }

  public importValue(importer: Stack, exportName: string): unknown {
    const exports = this.exports(importer.region);
    if (!Object.hasOwn(exports, exportName)) {
      const invented = this.inventor?.invent('export', exportName);
      if (invented !== undefined) {
        return invented;
      }
      throw new ValidationError(`No export named ${exportName} found.`);
    }
    importer.imports.add(exportName);
    importer.freshImports.add(exportName);
    return exports[exportName];
  }

  public stackOutput(region: string, stackName: string, outputName: string): unknown {
    const value = this.findStack({ stackName, region })?.outputs[outputName]
      ?? this.inventor?.invent('stack output', `${stackName}.${outputName}`);
    if (value === undefined) {
      throw new ValidationError(`Stack ${stackName} in ${region} has no output named ${outputName}.`);
    }
    return value;
  }

  public parameterStoreValue(region: string, name: string): string {
    return this.storedValue(region, name, 'String');
  }

  private storedValue(region: string, name: string, type: string): string {
    const invented = this.parameterStore.isKnown(region, name) ? undefined : this.inventor?.invent('SSM parameter', name, type);
    return invented ?? this.parameterStore.get(region, name);
  }

  private async run(
    stack: Stack, work: (operation: StackOperation) => Promise<void>, disableRollback: boolean = false,
  ): Promise<StackResult> {
    const operation = new StackOperation(stack, {
      clock: this.options.clock,
      rollbackDelayMilliseconds: this.options.rollbackDelayMilliseconds ?? 1000,
      failedCreates: this.options.failedCreates ?? 'update',
      leavesFailedUpdates: this.options.leavesFailedUpdates ?? false,
      disableRollback,
      publish: outputs => this.publish(stack, outputs),
    });
    const finished = work(operation);
    this.running.set(stack, { operation, finished });
    try {
      await finished;
      return resultOf(stack);
    } finally {
      this.running.delete(stack);
    }
  }

  private async stopForDelete(stack: Stack): Promise<void> {
    if (stack.status.startsWith('UPDATE_') && stack.status.endsWith('_IN_PROGRESS')) {
      throw new ValidationError(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    }
    const running = this.running.get(stack);
    if (stack.status === 'CREATE_IN_PROGRESS') {
      running?.operation.abandon();
    }
    await running?.finished;
  }

  private publish(stack: Stack, { outputs, exports }: ResolvedOutputs): void {
    const duplicate = this.stacks.find(other => other !== stack && other.region === stack.region
      && Object.keys(exports).some(name => Object.hasOwn(other.exports, name)));
    if (duplicate) {
      const name = Object.keys(exports).find(candidate => Object.hasOwn(duplicate.exports, candidate));
      throw new ValidationError(`Export with name ${name} is already exported by stack ${duplicate.name}.`);
    }
    const changed = Object.keys(stack.exports).filter(name => exports[name] !== stack.exports[name]);
    const removed = changed.filter(name => !Object.hasOwn(exports, name));
    const obstacle = this.exportInUse(stack, removed) ?? this.exportInUse(stack, changed, 'updated');
    if (obstacle) {
      throw new ValidationError(obstacle);
    }
    Object.assign(stack, { outputs, exports });
  }

  private exportInUse(stack: Stack, names: string[], verb: string = 'deleted'): string | undefined {
    const others = this.stacks.filter(other => other !== stack && other.region === stack.region);
    const name = names.find(candidate => others.some(other => other.imports.has(candidate)));
    const users = others.filter(other => name !== undefined && other.imports.has(name)).map(other => other.name);
    return name === undefined ? undefined : `Export ${name} cannot be ${verb} as it is in use by ${users.join(', ')}`;
  }

  private requireStack(reference: StackReference): Stack {
    const stack = this.findStack(reference);
    if (!stack) {
      throw new ValidationError(`Stack [${reference.stackName}] does not exist`);
    }
    return stack;
  }

  private desiredState({ template, parameters = {}, region }: StackRequest): DesiredState {
    const parsed = template instanceof Template ? template : new Template(this.inventor ? withoutMacros(template, this.inventor) : template);
    const unknown = Object.keys(parameters).filter(name => !parsed.parameters.has(name));
    if (unknown.length > 0) {
      throw new ValidationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
    }
    const values = [...parsed.parameters].map(([name, declaration]) =>
      [name, this.parameterValue(name, declaration, parameters[name], region)]);
    return { template: parsed, parameters: Object.fromEntries(values) };
  }

  private parameterValue(name: string, declaration: ParameterDeclaration, given: string | undefined, region: string): unknown {
    const value = given ?? declaration.defaultValue ?? this.inventor?.invent('template parameter', name, declaration.type);
    if (value === undefined) {
      throw new ValidationError(`Parameters: [${name}] must have values`);
    }
    const stored = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(declaration.type);
    const resolved = stored ? this.storedValue(region, String(value), stored[1]) : String(value);
    return /^(CommaDelimitedList|List<)/.test(stored ? stored[1] : declaration.type) ? resolved.split(',') : resolved;
  }
}

function isRollbackDisabled({ mode, disableRollback }: StackRequest): boolean {
  return disableRollback ?? mode === 'EXPRESS';
}

function stackKey({ region, stackName }: StackReference): string {
  return `${region}|${stackName}`;
}

function resultOf(stack: Stack): StackResult {
  const { id: stackId, name: stackName, region, status, statusReason: reason, outputs } = stack;
  return { stackId, stackName, region, status, reason, outputs };
}

function isUnchanged({ current }: Stack, desired: DesiredState): boolean {
  return current !== undefined
    && isDeepStrictEqual(current.template.document, desired.template.document)
    && isDeepStrictEqual(current.parameters, desired.parameters);
}

function rejectChangedTypes(stack: Stack, desired: DesiredState): void {
  const changed = [...stack.declared(desired).values()].filter(({ logicalId, type }) =>
    stack.resources.has(logicalId) && stack.resources.get(logicalId)!.type !== type);
  if (changed.length > 0) {
    throw new ValidationError('Update of resource type is not permitted. The new template modifies resource type of the '
      + `following resources: [${changed.map(({ logicalId }) => logicalId).join(', ')}]`);
  }
}
