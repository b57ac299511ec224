import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { HttpAnswer, HttpRequest } from './message';
import { protocolOf, renderError, ServerProtocol } from './protocol';
import {
  answerUpload, incompleteBody, isResponseUpload, OnResponse, refuseUploadHeaders, surplusBody,
} from './response-upload';
import { credentialScope, requireService } from './signature';
import { INVOCATION_HEADER } from '../lambda/runtime';
import { Caller, LostAnswer, OperationModel, RegisteredService, ServiceDispatcher } from '../services/dispatch';
import { ServiceError } from '../services/service';

/** A body that never arrives is a defect of the client; so long that a slow machine never reaches it. */
const BODY_TIMEOUT_MILLISECONDS = 60_000;

export interface HttpFrontOptions {
  readonly dispatcher: ServiceDispatcher;
  /** @default - nobody waits for answers of custom resources, uploads are refused with 403 */
  readonly onResponse?: OnResponse;
  /** How long the rest of an announced body may take, in real time. @default 60000 */
  readonly bodyTimeoutMilliseconds?: number;
}

/** The service and operation that a request is for. */
interface Destination {
  readonly service: RegisteredService;
  readonly protocol: ServerProtocol;
  readonly operation: string;
}

/** One HTTP server for all services in all Regions, and for the buckets that take the answers of custom resources. */
export class HttpFront {
  private readonly credentials = new Map<string, string | undefined>();
  private readonly protocols = new Map<RegisteredService, ServerProtocol>();
  private readonly serving = new WeakSet<Duplex>();
  /** Connections on which more came than the Content-Length of the request being served announced. */
  private readonly broken = new WeakSet<Duplex>();
  private server?: Server;
  private baseUrl = '';

  constructor(private readonly options: HttpFrontOptions) {}

  /** Lets requests with this access key id act as a role; without a role ARN everything is allowed. */
  public registerCredentials(accessKeyId: string, roleArn?: string): void {
    this.credentials.set(accessKeyId, roleArn);
  }

  public async start(): Promise<{ port: number; url: string }> {
    const server = createServer((request, response) => {
      void this.serve(request, response);
    });
    server.on('clientError', (_, socket) => {
      if (this.serving.has(socket)) {
        this.broken.add(socket);
      } else {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    this.server = server;
    const { port } = server.address() as AddressInfo;
    this.baseUrl = `http://127.0.0.1:${port}`;
    return { port, url: this.baseUrl };
  }

  public async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) {
      return;
    }
    await new Promise<void>(resolve => {
      server.close(() => resolve());
      // Clients keep their connections alive, so close() alone would wait for them.
      server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.serving.add(socket);
    const answer = await this.answer(request);
    this.serving.delete(socket);
    if (answer === 'lost') {
      socket.destroy();
      return;
    }
    const body = Buffer.from(answer.body);
    const connection = this.broken.has(socket) ? { connection: 'close' } : {};
    response.writeHead(answer.status, { ...answer.headers, ...connection, 'content-length': body.length }).end(body);
  }

  private async answer(request: IncomingMessage): Promise<HttpAnswer | 'lost'> {
    const [path] = request.url!.split('?', 1);
    if (!isResponseUpload(path)) {
      return this.callService(request, path);
    }
    try {
      return await this.upload(request, path);
    } catch (error) {
      this.noteDefect(error);
      return { status: 500, headers: {}, body: (error as Error).message };
    }
  }

  private async upload(request: IncomingMessage, path: string): Promise<HttpAnswer | 'lost'> {
    const refusal = refuseUploadHeaders(request);
    if (refusal) {
      return refusal;
    }
    const body = await this.readBody(request);
    if (body === 'incomplete') {
      return incompleteBody();
    }
    if (this.broken.has(request.socket)) {
      return surplusBody();
    }
    const onResponse: OnResponse = this.options.onResponse ?? (() => ({ status: 403 }));
    return answerUpload(this.messageOf(request, path, body), `${this.baseUrl}${request.url}`, onResponse);
  }

  private async callService(request: IncomingMessage, path: string): Promise<HttpAnswer | 'lost'> {
    const body = await this.readBody(request);
    const requestId = this.options.dispatcher.nextRequestId();
    if (body === 'incomplete') {
      return 'lost';
    }
    const message = this.messageOf(request, path, body);
    let destination: Destination | undefined;
    try {
      const scope = credentialScope(message);
      destination = this.destinationOf(message);
      requireService(scope, destination.service.simulator.signingName);
      if (!this.credentials.has(scope.accessKeyId)) {
        throw new ServiceError(
          'UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
      }
      const invocationId = message.headers[INVOCATION_HEADER] as string | undefined;
      const caller = { region: scope.region, principalArn: this.credentials.get(scope.accessKeyId), requestId, invocationId };
      return this.dispatch(destination, message, caller);
    } catch (error) {
      return this.renderFailure(error, requestId, destination);
    }
  }

  private dispatch(
    { service, protocol, operation }: Destination, message: HttpRequest,
    caller: Caller & { readonly requestId: string },
  ): HttpAnswer {
    const model = service.operations.get(operation);
    const input = model && protocol.readInput(model, message);
    const output = this.options.dispatcher.dispatch(service.simulator.serviceId, operation, input, caller);
    return protocol.renderOutput(model!, output, caller.requestId);
  }

  private renderFailure(error: unknown, requestId: string, destination?: Destination): HttpAnswer | 'lost' {
    if (error instanceof LostAnswer) {
      return 'lost';
    }
    const model: OperationModel | undefined = destination?.service.operations.get(destination.operation);
    // Nobody calls what AWS does not have: the sandbox lacks it.
    if (!(error instanceof ServiceError) || error.name === 'UnknownOperationException') {
      this.noteDefect(error);
    }
    const failure = error instanceof ServiceError ? error : new ServiceError('InternalFailure', (error as Error).message, 500);
    return destination ? destination.protocol.renderError(failure, requestId, model) : renderError(failure, requestId);
  }

  private noteDefect(error: unknown): void {
    const { defects } = this.options.dispatcher;
    if (!defects.includes(error as Error)) {
      defects.push(error as Error);
    }
  }

  private destinationOf(message: HttpRequest): Destination {
    for (const service of this.options.dispatcher.registered) {
      const protocol = this.protocolFor(service);
      const operation = protocol.operationOf(message);
      if (operation !== undefined) {
        return { service, protocol, operation };
      }
    }
    const target = message.headers['x-amz-target'];
    throw new ServiceError('UnknownOperationException', 'The sandbox simulates no operation for '
      + `${message.method} ${message.path}${target ? ` with X-Amz-Target ${String(target)}` : ''}.`, target ? 400 : 404);
  }

  private protocolFor(service: RegisteredService): ServerProtocol {
    const known = this.protocols.get(service);
    if (known) {
      return known;
    }
    const protocol = protocolOf(service);
    this.protocols.set(service, protocol);
    return protocol;
  }

  private messageOf(request: IncomingMessage, path: string, body: Buffer): HttpRequest {
    const query = new URLSearchParams(request.url!.slice(path.length));
    return { method: request.method!, path, query, headers: request.headers, body };
  }

  /** The body, once the connection has had the chance to show that it is longer than announced. */
  private async readBody(request: IncomingMessage): Promise<Buffer | 'incomplete'> {
    const chunks: Buffer[] = [];
    const stalled = new Promise<'incomplete'>(resolve => {
      request.setTimeout(this.options.bodyTimeoutMilliseconds ?? BODY_TIMEOUT_MILLISECONDS, () => resolve('incomplete'));
      request.once('aborted', () => resolve('incomplete'));
    });
    const complete = new Promise<Buffer>(resolve => {
      request.on('data', chunk => chunks.push(chunk));
      request.once('end', () => setImmediate(() => resolve(Buffer.concat(chunks))));
    });
    const body = await Promise.race([complete, stalled]);
    request.setTimeout(0);
    return body;
  }
}

