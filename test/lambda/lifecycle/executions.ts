import { executionName } from '../../../lambda/lifecycle/execution';
import type { ExecutionState, StartedExecution } from '../../../lambda/lifecycle/ports';
import { toRequest, type CloudFormationEvent, type Operation, type Request } from '../../../lambda/lifecycle/request';

/** When the first request of a test was made. */
export const NOON = Date.UTC(2026, 0, 15, 12);

/** A request so many seconds after noon. */
export function requestAt(seconds: number, operation: Operation = 'Update', changes: Partial<CloudFormationEvent> = {}): Request {
  const date = new Date(NOON + seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  return toRequest({
    RequestType: operation, ResponseURL: `https://b.test/?X-Amz-Date=${date}&X-Amz-Signature=5ec7e7`, StackId: 's', RequestId: `r${seconds}`,
    LogicalResourceId: 'Thing', ResourceType: 'Custom::Thing', ResourceProperties: {}, ...changes,
  }, NOON);
}

/** The execution of a request, which started a second after it. */
export function executionOf(request: Request, running = true): StartedExecution {
  return { name: executionName(request), startedAt: request.requestedAt + 1000, running };
}

/** A list of executions that a test changes, and what was done to them. */
export class Executions {
  public readonly calls: string[] = [];
  public list: StartedExecution[] = [];
  public state: ExecutionState = 'stopped';

  public readonly waiter = {
    start: async () => 'started' as const,
    executions: async (since: number) => {
      this.calls.push(`list since ${since}`);
      return this.list;
    },
    stop: async (name: string) => { this.calls.push(`stop ${name}`); },
    stateOf: async () => this.state,
    lastInputOf: async () => ({}),
  };

  public stopped(): string[] {
    return this.calls.filter(call => call.startsWith('stop ')).map(call => call.slice('stop '.length));
  }
}
