import { NormalizedSchema, TypeRegistry } from '@smithy/core/schema';
import { Caller, errorSchema, LostAnswer, OperationModel, ServiceDispatcher } from './dispatch';
import { ServiceError } from './service';

/** What an SDK command shows of itself. */
export interface SdkCommand<Output> {
  readonly input: object;
  resolveMiddleware(stack: any, configuration: any, options: any): (args: any) => Promise<{ output: Output }>;
}

/** Stands in for an SDK client where handler and simulator run in one process: no HTTP, no retries, no real time. */
export class InProcessClient {
  private tokens = 0;

  constructor(
    private readonly dispatcher: ServiceDispatcher,
    private readonly serviceId: string,
    private readonly caller: Omit<Caller, 'requestId'>,
  ) {}

  /** Takes effect at once; only the answer is asynchronous. */
  public async send<Output>(command: SdkCommand<Output>): Promise<Output> {
    const operation = operationOf(command);
    const model = this.dispatcher.service(this.serviceId).operations.get(operation);
    const requestId = this.dispatcher.nextRequestId();
    try {
      const input = model ? this.withIdempotencyToken(model, command.input) : command.input;
      const output = this.dispatcher.dispatch(this.serviceId, operation, input, { ...this.caller, requestId });
      return Object.assign(output, { $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 } });
    } catch (error) {
      throw sdkError(error, model?.namespace, requestId);
    }
  }

  /** The SDK fills in a token that the caller left out; a counted one keeps the history reproducible. */
  private withIdempotencyToken(model: OperationModel, input: object): object {
    const member = idempotencyToken(model.inputSchema);
    if (!member || (input as Record<string, unknown>)[member] !== undefined) {
      return input;
    }
    return { ...input, [member]: `00000000-0000-4000-9000-${String(++this.tokens).padStart(12, '0')}` };
  }
}

/** Name of the operation: `GetMultiRegionEndpoint` for a `GetMultiRegionEndpointCommand`. */
export function operationOf(command: object): string {
  return command.constructor.name.slice(0, -'Command'.length);
}

const idempotencyTokens = new WeakMap<NormalizedSchema, string | undefined>();

function idempotencyToken(schema: NormalizedSchema): string | undefined {
  if (!idempotencyTokens.has(schema)) {
    const members = schema.isStructSchema() ? [...schema.structIterator()] : [];
    idempotencyTokens.set(schema, members.find(([, member]) => member.isIdempotencyToken())?.[0]);
  }
  return idempotencyTokens.get(schema);
}

/** The error that the SDK would throw, with its own exception class where the API model has the exception. */
function sdkError(error: unknown, namespace: string | undefined, requestId: string): unknown {
  if (error instanceof LostAnswer) {
    const $metadata = { attempts: 1, totalRetryDelay: 0 };
    return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', $metadata });
  }
  if (!(error instanceof ServiceError)) {
    return error;
  }
  const $metadata = { httpStatusCode: error.httpStatus, requestId, attempts: 1, totalRetryDelay: 0 };
  const schema = namespace === undefined ? undefined : errorSchema(namespace, error.name);
  if (!schema) {
    const $fault = error.httpStatus >= 500 ? 'server' : 'client';
    return Object.assign(new Error(error.message), { ...error.members, name: error.name, $fault, $metadata });
  }
  const ExceptionClass = TypeRegistry.for(namespace!).getErrorCtor(schema.getSchema() as any);
  const exception = new ExceptionClass({ ...error.members, message: error.message, $metadata });
  // Some API models spell the message's member in upper case; the SDK moves it to `message`.
  delete exception.Message;
  return exception;
}
