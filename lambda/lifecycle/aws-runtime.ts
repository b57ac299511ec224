import { Agent as HttpAgent, request as httpRequest } from 'http';
import { Agent as HttpsAgent, request as httpsRequest } from 'https';
import {
  DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand,
  type ExecutionListItem,
} from '@aws-sdk/client-sfn';
import { hasName } from './errors';
import type { ExecutionState, Logger, Runtime, StartedExecution, Transport, Waiter, WrittenState } from './ports';
import { proxyAgentOptions } from './proxy';
import { redact } from './redaction';
import type { Request } from './request';
import { RESOURCE_COUNT_VARIABLE, STATE_MACHINE_VARIABLE } from '../../src/wire/lifecycle';

/** A call that takes longer is given up and tried again: nothing that the handlers call takes a second. */
const CALL_TIMEOUT_MILLISECONDS = 10_000;

const PROXY = proxyAgentOptions();

/** Settings of every SDK client: a step is short, and what throttles it longer is waited for in the state machine. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 3_000, requestTimeout: CALL_TIMEOUT_MILLISECONDS, throwOnRequestTimeout: true, httpAgent: PROXY, httpsAgent: PROXY,
  },
} as const;

/** The ports in Lambda. */
export function awsRuntime(): (request?: Request) => Runtime {
  const waiter = new StepFunctionsWaiter(new SFNClient(CLIENT_SETTINGS), process.env[STATE_MACHINE_VARIABLE] ?? '');
  return request => ({
    clock: {
      now: () => Date.now(),
      sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
    },
    log: jsonLogger(request),
    waiter,
    transport: httpTransport,
    resourceCount: Number(process.env[RESOURCE_COUNT_VARIABLE]) || undefined,
    random: Math.random,
  });
}

/** One line of JSON an entry, always with what finds all lines of one request. */
export function jsonLogger(request?: Request, writeLine: (line: string) => void = console.log): Logger {
  const subject = request && {
    operation: request.operation,
    resource: request.logicalResourceId,
    type: request.resourceType,
    stack: request.stackId,
    request: request.requestId,
  };
  return {
    write: (level, message, details) => writeLine(redact(JSON.stringify({ level, message, ...subject, ...details }))),
  };
}

/** The state machine through the Step Functions API. */
export class StepFunctionsWaiter implements Waiter {
  constructor(private readonly client: Pick<SFNClient, 'send'>, private readonly stateMachineArn: string) {}

  public async start(name: string, input: unknown): Promise<'started' | 'exists'> {
    try {
      await this.client.send(new StartExecutionCommand({
        stateMachineArn: this.stateMachineArn, name, input: JSON.stringify(input),
      }));
      return 'started';
    } catch (error) {
      if (hasName(error, 'ExecutionAlreadyExists')) {
        return 'exists';
      }
      throw error;
    }
  }

  public async executions(since: number): Promise<StartedExecution[]> {
    const latestFirst: StartedExecution[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(new ListExecutionsCommand({
        stateMachineArn: this.stateMachineArn, maxResults: 1000, nextToken,
      }));
      const executions = (page.executions ?? []).map(toStartedExecution);
      latestFirst.push(...executions);
      // The list begins with the latest execution: what follows an older one is older still.
      nextToken = executions.every(({ startedAt }) => startedAt >= since) ? page.nextToken : undefined;
    } while (nextToken);
    return latestFirst;
  }

  public async stop(name: string): Promise<void> {
    await this.client.send(new StopExecutionCommand({ executionArn: this.executionArn(name), error: 'Superseded' }));
  }

  public async stateOf(name: string): Promise<ExecutionState> {
    const { status } = await this.client.send(new DescribeExecutionCommand({
      executionArn: this.executionArn(name), includedData: 'METADATA_ONLY',
    }));
    if (status === 'ABORTED') {
      return 'stopped';
    }
    return status === 'RUNNING' ? 'running' : 'ended';
  }

  public async lastInputOf(name: string): Promise<WrittenState> {
    const { events = [] } = await this.client.send(new GetExecutionHistoryCommand({
      executionArn: this.executionArn(name), reverseOrder: true, maxResults: 20,
    }));
    const inputs = events.map(event => event.stateEnteredEventDetails?.input ?? event.executionStartedEventDetails?.input);
    return JSON.parse(inputs.find(input => input !== undefined) ?? '{}') as WrittenState;
  }

  private executionArn(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

function toStartedExecution({ name, startDate, status }: ExecutionListItem): StartedExecution {
  return { name: name ?? '', startedAt: startDate?.getTime() ?? Infinity, running: status === 'RUNNING' };
}

/** PUT to the presigned URL. S3 signed it without a content type, so none may be sent. */
export const httpTransport: Transport = {
  put: (url, body) => new Promise((resolve, reject) => {
    const [send, Agent] = url.startsWith('http:') ? [httpRequest, HttpAgent] as const : [httpsRequest, HttpsAgent] as const;
    const call = send(url, {
      agent: PROXY && new Agent(PROXY),
      method: 'PUT',
      headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
      timeout: CALL_TIMEOUT_MILLISECONDS,
    }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('The response URL did not answer in time.')));
    call.on('error', reject);
    call.end(body);
  }),
};
