import { NormalizedSchema, TypeRegistry } from '@smithy/core/schema';
import { Call, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import { Shape, validationMessage, Violation } from './shape';
import { Iam, StatementRef } from '../iam/iam';

/** Who calls, and where. */
export interface Caller {
  readonly region: string;
  /** ARN of the calling role; without one everything is allowed. */
  readonly principalArn?: string;
  /** From `nextRequestId()`, where the caller has to know it. */
  readonly requestId?: string;
  /** The invocation of a function that makes the call. */
  readonly invocationId?: string;
}

/** A call as an interceptor sees it. */
export interface CallDescription {
  readonly at: number;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly principalArn?: string;
  /** Of the function that made the call, if one did. */
  readonly invocationId?: string;
  readonly input: any;
}

/** A call fails before its effect, or its effect happens and the answer is an error or is lost. */
export type Fault = { readonly before: ServiceError } | { readonly after: ServiceError | 'lost' };
export type Interceptor = (call: CallDescription) => Fault | undefined;

/** One permission that a call needed. */
export interface PermissionUse extends RequiredPermission {
  readonly allowed: boolean;
  /** The statement that decided; undefined where none did or nobody is asked. */
  readonly statement?: StatementRef;
}

export interface CallRecord extends CallDescription {
  /** `success`, `lost`, or the name of the exception. */
  readonly outcome: string;
  readonly permissions: readonly PermissionUse[];
  /** An interceptor made it fail. */
  readonly injected?: true;
}

/** What becomes known of a call on its way. */
interface Trace {
  readonly permissions: PermissionUse[];
  injected?: true;
}

export interface ServiceDispatcherOptions {
  readonly clock: { now(): number };
  readonly partition: string;
  readonly accountId: string;
  /** @default - no call is refused for lack of a permission */
  readonly iam?: Iam;
  readonly interceptors?: readonly Interceptor[];
  /** How many of the latest calls are kept; 0 keeps none. @default 10000 */
  readonly keptCalls?: number;
}

/** An operation with what its schemas say. */
export interface OperationModel {
  readonly name: string;
  readonly operation: Operation;
  readonly inputSchema: NormalizedSchema;
  readonly outputSchema: NormalizedSchema;
  /** Namespace of the service's shapes, e.g. `com.amazonaws.sesv2`. */
  readonly namespace: string;
  readonly input: Shape;
  readonly output: Shape;
}

export interface RegisteredService {
  readonly simulator: ServiceSimulator;
  readonly operations: ReadonlyMap<string, OperationModel>;
}

/** The call had its effect, but the caller gets no answer. */
export class LostAnswer extends Error {
  constructor(call: CallDescription) {
    super(`The answer of ${call.service} ${call.operation} was lost by an injected fault.`);
    this.name = 'LostAnswer';
  }
}

/** Errors that every service can answer without naming them in its API model. */
const COMMON_ERRORS = [
  'AccessDeniedException', 'InternalFailure', 'InternalServerError', 'InternalServiceErrorException',
  'SerializationException', 'ServiceUnavailable', 'ThrottlingException', 'UnknownOperationException',
];

/** Carries an API call from a caller to the simulator of its service, and does what AWS does in front of a service. */
export class ServiceDispatcher {
  /** The latest calls, oldest first. */
  public readonly calls: CallRecord[] = [];
  /** Errors of the sandbox itself, e.g. an answer that does not fit its schema. A test should find none. */
  public readonly defects: Error[] = [];
  /** Asked in turn; the first one that answers decides. */
  public readonly interceptors: Interceptor[];
  private readonly services = new Map<string, RegisteredService>();
  private readonly keptCalls: number;
  private requests = 0;

  constructor(private readonly options: ServiceDispatcherOptions) {
    this.interceptors = [...options.interceptors ?? []];
    this.keptCalls = options.keptCalls ?? 10_000;
  }

  private get isRecording(): boolean {
    return this.keptCalls > 0;
  }

  public register(simulator: ServiceSimulator): this {
    const operations = new Map(Object.entries(simulator.operations).map(([name, operation]) =>
      [name, modelOf(name, operation)]));
    this.services.set(simulator.serviceId, { simulator, operations });
    return this;
  }

  public get registered(): RegisteredService[] {
    return [...this.services.values()];
  }

  public service(serviceId: string): RegisteredService {
    const service = this.services.get(serviceId);
    if (!service) {
      const known = [...this.services.keys()].join(', ') || 'none';
      throw new Error(`The sandbox has no simulator of the service '${serviceId}'. Registered are: ${known}.`);
    }
    return service;
  }

  /** Request ids are counted, so that the same inputs give the same history. */
  public nextRequestId(): string {
    return `00000000-0000-4000-8000-${String(++this.requests).padStart(12, '0')}`;
  }

  /**
   * Makes one call.
   *
   * @returns the output, a copy that the caller may change
   * @throws ServiceError what the service answers
   * @throws LostAnswer if a fault loses the answer
   */
  public dispatch(serviceId: string, operationName: string, input: unknown, caller: Caller): any {
    const { simulator, operations } = this.service(serviceId);
    const model = operations.get(operationName);
    const examined = model?.input.examine(input);
    const description: CallDescription = {
      at: this.options.clock.now(),
      requestId: caller.requestId ?? this.nextRequestId(),
      service: serviceId,
      operation: operationName,
      region: caller.region,
      principalArn: caller.principalArn,
      ...caller.invocationId !== undefined && { invocationId: caller.invocationId },
      input: examined?.value,
    };
    const trace: Trace = { permissions: [] };
    try {
      if (!model) {
        throw unknownOperation(simulator, operationName);
      }
      refuseInvalid(simulator, examined!.violations);
      const output = this.perform(simulator, model, description, trace);
      this.record(description, 'success', trace);
      return output;
    } catch (error) {
      this.record(description, outcomeOf(error), trace);
      if (!(error instanceof ServiceError) && !(error instanceof LostAnswer)) {
        this.defects.push(error as Error);
      }
      throw error;
    }
  }

  private perform(
    simulator: ServiceSimulator, model: OperationModel, description: CallDescription, trace: Trace,
  ): any {
    const { partition, accountId } = this.options;
    const call: Call = {
      partition,
      accountId,
      region: description.region,
      principalArn: description.principalArn,
      now: description.at,
      requestId: description.requestId,
    };
    // A copy, so that the record stays what the caller sent whatever the simulator does with its input.
    const input = this.isRecording ? model.input.examine(description.input).value : description.input;
    if (this.isRecording || this.options.iam) {
      this.authorize(simulator, model, input, call, trace.permissions);
    }
    const fault = this.faultOf(description);
    if (fault) {
      trace.injected = true;
    }
    if (fault && 'before' in fault) {
      throw fault.before;
    }
    const output = handle(simulator, model, input, call);
    if (fault) {
      throw fault.after === 'lost' ? new LostAnswer(description) : fault.after;
    }
    return output;
  }

  private authorize(
    simulator: ServiceSimulator, model: OperationModel, input: any, call: Call, permissions: PermissionUse[],
  ): void {
    const { iam } = this.options;
    let denial: string | undefined;
    for (const required of model.operation.permissions(input, call)) {
      const permission = { ...required, context: { ...globalContext(call), ...required.context } };
      const decision = iam && call.principalArn ? iam.evaluate(call.principalArn, permission) : { allowed: true };
      permissions.push({ ...permission, allowed: decision.allowed, statement: decision.statement });
      if (!decision.allowed) {
        denial ??= iam!.denial(call.principalArn!, permission, decision);
      }
    }
    if (denial) {
      throw accessDenied(simulator, model, denial);
    }
  }

  private faultOf(description: CallDescription): Fault | undefined {
    for (const interceptor of this.interceptors) {
      const fault = interceptor(description);
      if (fault) {
        return fault;
      }
    }
    return undefined;
  }

  private record(description: CallDescription, outcome: string, trace: Trace): void {
    if (!this.isRecording) {
      return;
    }
    this.calls.push({ ...description, outcome, ...trace });
    if (this.calls.length > this.keptCalls) {
      this.calls.shift();
    }
  }
}

const errorSchemas = new Map<string, NormalizedSchema | undefined>();

/** The SDK's schema of an exception, if the service's API model has it. */
export function errorSchema(namespace: string, name: string): NormalizedSchema | undefined {
  const shapeId = `${namespace}#${name}`;
  if (!errorSchemas.has(shapeId)) {
    const found = TypeRegistry.for(namespace).find(schema => NormalizedSchema.of(schema).getName(true) === shapeId);
    errorSchemas.set(shapeId, found === undefined ? undefined : NormalizedSchema.of(found));
  }
  return errorSchemas.get(shapeId);
}

/** The exception's members; the message's member is `message` or `Message`, as its schema says. */
export function errorMembers(error: ServiceError, schema: NormalizedSchema | undefined): Record<string, unknown> {
  const members = schema ? [...schema.structIterator()].map(([name]) => name) : [];
  return { ...error.members, [members.find(name => name === 'Message') ?? 'message']: error.message };
}

const outputShapes = new Map<unknown, Shape>();

/** Outputs have no constraints of a simulator's own, so what is compiled for one serves all. */
function outputShape(schema: NormalizedSchema): Shape {
  const known = schema.getSchema();
  const shape = outputShapes.get(known) ?? new Shape(schema);
  outputShapes.set(known, shape);
  return shape;
}

function modelOf(name: string, operation: Operation): OperationModel {
  const [, namespace, , , input, output] = operation.schema;
  const inputSchema = NormalizedSchema.of(typeof input === 'function' ? input() : input);
  const outputSchema = NormalizedSchema.of(typeof output === 'function' ? output() : output);
  return {
    name,
    operation,
    inputSchema,
    outputSchema,
    namespace,
    input: new Shape(inputSchema, operation.constraints),
    output: outputShape(outputSchema),
  };
}

function handle(simulator: ServiceSimulator, model: OperationModel, input: any, call: Call): any {
  try {
    const { value, violations } = model.output.examine(model.operation.handle(input, call));
    if (violations.length > 0) {
      throw new Error(`The simulator of ${simulator.serviceId} answered ${model.name} with an output that does not fit `
        + `its schema: ${violations.map(({ text }) => text).join('; ')}. Correct the simulator.`);
    }
    return value;
  } catch (error) {
    if (error instanceof ServiceError) {
      requireModelled(simulator, model, error);
    }
    throw error;
  }
}

/** A simulator may only raise what the API model lets the operation raise, with the status of the model. */
function requireModelled(simulator: ServiceSimulator, model: OperationModel, error: ServiceError): void {
  const { errors } = model.operation;
  if (errors && ![...errors, ...COMMON_ERRORS, simulator.validationError].includes(error.name)) {
    throw new Error(`The simulator of ${simulator.serviceId} raised ${error.name} from ${model.name}, which can raise `
      + `only ${errors.join(', ')}: ${error.message}. Correct the simulator.`);
  }
  const status = modelledStatus(model.namespace, error.name) ?? error.httpStatus;
  if (status !== error.httpStatus) {
    throw new Error(`The simulator of ${simulator.serviceId} raised ${error.name} with HTTP ${error.httpStatus}, `
      + `the API model says ${status}. Correct the simulator.`);
  }
}

const modelledStatuses = new Map<string, number | undefined>();

function modelledStatus(namespace: string, name: string): number | undefined {
  const shapeId = `${namespace}#${name}`;
  if (!modelledStatuses.has(shapeId)) {
    const traits = errorSchema(namespace, name)?.getMergedTraits();
    modelledStatuses.set(shapeId, traits && Number(traits.httpError ?? (traits.error === 'server' ? 500 : 400)));
  }
  return modelledStatuses.get(shapeId);
}

function refuseInvalid(simulator: ServiceSimulator, violations: readonly Violation[]): void {
  const wrongType = violations.find(violation => violation.kind === 'type');
  if (wrongType) {
    throw new ServiceError('SerializationException', wrongType.text);
  }
  if (violations.length > 0) {
    throw new ServiceError(simulator.validationError, validationMessage(violations));
  }
}

function unknownOperation(simulator: ServiceSimulator, operation: string): ServiceError {
  const known = Object.keys(simulator.operations).join(', ');
  return new ServiceError('UnknownOperationException',
    `The sandbox does not simulate the operation '${operation}' of ${simulator.serviceId}. It simulates ${known}.`,
    simulator.protocol === 'restJson1' ? 404 : 400);
}

function accessDenied(simulator: ServiceSimulator, model: OperationModel, message: string): ServiceError {
  const name = simulator.deniedError ?? 'AccessDeniedException';
  const isForbidden = simulator.protocol === 'restJson1' || simulator.protocol === 'ec2Query';
  const status = modelledStatus(model.namespace, name) ?? (isForbidden ? 403 : 400);
  return new ServiceError(name, message, status);
}

function globalContext(call: Call): Record<string, string> {
  return {
    'aws:RequestedRegion': call.region,
    ...call.principalArn ? { 'aws:PrincipalArn': call.principalArn } : {},
  };
}

function outcomeOf(error: unknown): string {
  return error instanceof LostAnswer ? 'lost' : (error as Error).name;
}
