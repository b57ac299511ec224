import { FromStringShapeDeserializer, JsonShapeDeserializer2, JsonShapeSerializer2 } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsQuery } from './aws-query';
import { Ec2Query } from './ec2-query';
import { HttpAnswer, HttpRequest } from './message';
import { errorMembers, errorSchema, OperationModel, RegisteredService } from '../services/dispatch';
import { ServiceError } from '../services/service';

const EPOCH_SECONDS = 7;
const DATE_TIME = 5;
const JSON_SETTINGS = { timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: true } as const;
const jsonReader = new JsonShapeDeserializer2(JSON_SETTINGS);
const textReader = new FromStringShapeDeserializer({
  httpBindings: true, timestampFormat: { useTrait: true, default: DATE_TIME },
});

/** The server's side of one service's protocol. */
export interface ServerProtocol {
  /** The operation's name, or undefined if the request is for no operation of this service. */
  operationOf(request: HttpRequest): string | undefined;
  readInput(operation: OperationModel, request: HttpRequest): unknown;
  renderOutput(operation: OperationModel, output: unknown, requestId: string): HttpAnswer;
  renderError(error: ServiceError, requestId: string, operation?: OperationModel): HttpAnswer;
}

export function protocolOf(service: RegisteredService): ServerProtocol {
  switch (service.simulator.protocol) {
    case 'restJson1': return new RestJson(service);
    case 'awsJson1_0': return new AwsJson(service, 'application/x-amz-json-1.0');
    case 'awsJson1_1': return new AwsJson(service, 'application/x-amz-json-1.1');
    case 'awsQuery': return new AwsQuery(service);
    case 'ec2Query': return new Ec2Query(service);
  }
}

/** What the protocols with JSON have in common. */
abstract class Json {
  constructor(private readonly contentType: string) {}

  public renderOutput(operation: OperationModel, output: unknown, requestId: string): HttpAnswer {
    return {
      status: Number(httpTrait(operation)?.[2] ?? 200),
      headers: { 'content-type': this.contentType, 'x-amzn-requestid': requestId },
      body: operation.outputSchema.isUnitSchema() ? '{}' : renderJson(operation.outputSchema, output),
    };
  }

  public renderError(error: ServiceError, requestId: string, operation?: OperationModel): HttpAnswer {
    return renderError(error, requestId, operation, this.contentType);
  }
}

/** An error as JSON; without an operation what a request for no service gets. */
export function renderError(
  error: ServiceError, requestId: string, operation?: OperationModel, contentType = 'application/json',
): HttpAnswer {
  const schema = operation && errorSchema(operation.namespace, error.name);
  const members = errorMembers(error, schema);
  const rendered = schema ? JSON.parse(renderJson(schema, members)) : members;
  return {
    status: error.httpStatus,
    headers: { 'content-type': contentType, 'x-amzn-errortype': error.name, 'x-amzn-requestid': requestId },
    body: JSON.stringify({ ...rendered, __type: error.name }),
  };
}

/** All requests are POST to `/`, the header `X-Amz-Target` names the operation, all members are in the body. */
class AwsJson extends Json implements ServerProtocol {
  constructor(private readonly service: RegisteredService, contentType: string) {
    super(contentType);
  }

  public operationOf(request: HttpRequest): string | undefined {
    const target = String(request.headers['x-amz-target'] ?? '');
    const prefix = `${this.service.simulator.targetPrefix}.`;
    return target.startsWith(prefix) ? target.slice(prefix.length) : undefined;
  }

  public readInput(operation: OperationModel, request: HttpRequest): unknown {
    return readJson(operation.inputSchema, parseBody(request));
  }
}

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
}

/** Method and URI name the operation; members are in the path, in the query and in the body. */
class RestJson extends Json implements ServerProtocol {
  private readonly routes: Route[];

  constructor(service: RegisteredService) {
    super('application/json');
    this.routes = [...service.operations.values()].map(routeOf);
    this.routes.sort((a, b) => a.labels.length - b.labels.length);
  }

  public operationOf(request: HttpRequest): string | undefined {
    return this.routeTo(request)?.operation.name;
  }

  public readInput(operation: OperationModel, request: HttpRequest): unknown {
    const schema = operation.inputSchema;
    const route = this.routeTo(request)!;
    const labels = route.path.exec(request.path)!.groups ?? {};
    const input = readJson(schema, parseBody(request));
    for (const [name, member] of schema.structIterator()) {
      const { httpLabel, httpQuery } = member.getMergedTraits();
      if (httpLabel) {
        input[name] = textReader.read(member, decodeLabel(labels[name]));
      } else if (typeof httpQuery === 'string') {
        input[name] = readQuery(member, request.query.getAll(httpQuery));
      }
    }
    return input;
  }

  private routeTo(request: HttpRequest): Route | undefined {
    return this.routes.find(route => route.method === request.method && route.path.test(request.path));
  }
}

function routeOf(operation: OperationModel): Route {
  const [method, uri] = httpTrait(operation)!;
  requireSupportedBindings(operation);
  const labels = [...uri.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const path = uri.replace(/[.$()]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { operation, method, path: new RegExp(`^${path}/?$`), labels };
}

const UNSUPPORTED_BINDINGS = [
  'httpHeader', 'httpPrefixHeaders', 'httpPayload', 'httpQueryParams', 'httpResponseCode',
] as const;

/** Members that are bound to other places than path, query and body would pass unseen. */
function requireSupportedBindings(operation: OperationModel): void {
  for (const schema of [operation.inputSchema, operation.outputSchema]) {
    for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
      const binding = UNSUPPORTED_BINDINGS.find(trait => member.getMergedTraits()[trait]);
      if (binding) {
        throw new Error(`Member ${name} of ${schema.getName(true)} has the binding ${binding}, which the sandbox's HTTP `
          + 'front end does not know. Add it to sandbox/http/protocol.ts.');
      }
    }
  }
}

function httpTrait(operation: OperationModel): [method: string, uri: string, status: number] | undefined {
  const traits = operation.operation.schema[3];
  return typeof traits === 'object' ? traits.http : undefined;
}

function readQuery(member: NormalizedSchema, values: string[]): unknown {
  if (values.length === 0) {
    return undefined;
  }
  return member.isListSchema()
    ? values.map(value => textReader.read(member.getValueSchema(), value))
    : textReader.read(member, values[0]);
}

function parseBody(request: HttpRequest): Record<string, unknown> {
  const text = request.body.toString('utf8');
  try {
    const body = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return body;
    }
  } catch {
    // Answered like any other body that is no JSON object.
  }
  throw new ServiceError('SerializationException', 'The body of the request is not a JSON object.');
}

function decodeLabel(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw new ServiceError('SerializationException', `The path of the request is not percent-encoded: ${label}`);
  }
}

function readJson(schema: NormalizedSchema, body: Record<string, unknown>): Record<string, unknown> {
  try {
    const read = jsonReader.readObject(schema, JSON.parse(JSON.stringify(body)));
    keepUnknownMembers(schema, body, read);
    return read;
  } catch (error) {
    throw new ServiceError('SerializationException',
      `The body of the request does not fit its schema: ${(error as Error).message}`);
  }
}

/** The codec drops members that the schema does not have; they are kept, so that the dispatcher can refuse them. */
function keepUnknownMembers(schema: NormalizedSchema, given: any, read: any): void {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null) {
    return;
  }
  if (schema.isListSchema() && Array.isArray(given)) {
    given.forEach((item, index) => keepUnknownMembers(schema.getValueSchema(), item, read[index]));
  } else if (schema.isMapSchema()) {
    Object.keys(given).forEach(key => keepUnknownMembers(schema.getValueSchema(), given[key], read[key]));
  } else if (schema.isStructSchema()) {
    if (Array.isArray(given)) {
      throw new Error('Start of list found where not expected');
    }
    const members = new Map([...schema.structIterator()].map(([name, member]) =>
      [String(member.getMergedTraits().jsonName ?? name), { name, member }]));
    for (const [key, value] of Object.entries(given)) {
      const known = members.get(key);
      if (known) {
        keepUnknownMembers(known.member, value, read[known.name]);
      } else {
        read[key] = value;
      }
    }
  }
}

function renderJson(schema: NormalizedSchema, value: unknown): string {
  const writer = new JsonShapeSerializer2(JSON_SETTINGS);
  writer.write(schema, value);
  const { buffer, byteOffset, byteLength } = writer.flush();
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
