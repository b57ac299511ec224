import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { synthesize, type Account, type ClientConfig, type Declaration, type Deployment, type StackEvent } from './account';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
}

/** Runs a program; what it says to people goes to the terminal. */
export type Runner = (command: string, args: readonly string[]) => Promise<CommandResult>;

export const runProgram: Runner = (command, args) => new Promise((resolve, reject) => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.on('error', reject);
  child.on('close', status => resolve({ status: status ?? 1, stdout }));
});

/** Events of the same moment as the start of a deployment, told by another clock. */
const CLOCK_TOLERANCE_MS = 5000;
/** CloudFormation has no stack of this name. */
const NO_STACK: Deployment = { succeeded: false, outputs: {}, events: [] };

interface DescribedEvent {
  readonly Timestamp: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** AWS, through the CDK's command line, the AWS CLI and the SDK's clients, all with the credentials of the environment. */
export class AwsAccount implements Account {
  /**
   * The account that the credentials belong to.
   *
   * @throws if it is not the one that was named: nothing must be made in an account by accident
   */
  public static async confirmed(accountId: string, region: string, inputs: Account['inputs'], run: Runner = runProgram): Promise<AwsAccount> {
    const { status, stdout } = await run('aws', ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text']);
    const actual = stdout.trim();
    if (status !== 0 || actual !== accountId) {
      throw new Error(status !== 0
        ? 'The credentials of the environment could not be checked: `aws sts get-caller-identity` failed. Sign in, then try again.'
        : `--account is ${accountId}, but the credentials of the environment belong to ${actual}. Nothing was run. Name the account that you mean.`);
    }
    return new AwsAccount(accountId, region, inputs, run);
  }

  private constructor(
    public readonly accountId: string, public readonly region: string, public readonly inputs: Account['inputs'], private readonly run: Runner,
  ) {}

  public async deploy(declare: Declaration, stackName: string): Promise<Deployment> {
    const start = this.now() - CLOCK_TOLERANCE_MS;
    const { status } = await this.cdk(declare, ['deploy', stackName, '--require-approval', 'never']);
    const { StackEvents: events = [] } = await this.ask<{ StackEvents?: DescribedEvent[] }>(
      ['cloudformation', 'describe-stack-events', '--stack-name', stackName]) ?? {};
    const [stack] = (await this.ask<{ Stacks: { Outputs?: { OutputKey: string; OutputValue: string }[] }[] }>(
      ['cloudformation', 'describe-stacks', '--stack-name', stackName]))?.Stacks ?? [];
    return !stack ? NO_STACK : {
      succeeded: status === 0,
      outputs: Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
      events: events.map(toEvent).filter(({ timestamp }) => timestamp >= start).reverse(),
    };
  }

  public async destroy(declare: Declaration, stackName: string): Promise<void> {
    await this.cdk(declare, ['destroy', stackName, '--force', '--exclusively']);
  }

  public async logs(functionName: string): Promise<string[]> {
    const answer = await this.ask<{ events: { message: string }[] }>(['logs', 'filter-log-events', '--log-group-name', `/aws/lambda/${functionName}`]);
    return answer?.events.map(({ message }) => message) ?? [];
  }

  public async stacks(prefix: string): Promise<string[]> {
    const answer = await this.ask<{ Stacks: { StackName: string }[] }>(['cloudformation', 'describe-stacks']);
    return (answer?.Stacks ?? []).map(({ StackName }) => StackName).filter(name => name.startsWith(prefix));
  }

  public clientConfig(region: string = this.region): ClientConfig {
    return { region };
  }

  public now(): number {
    return Date.now();
  }

  public sleep(seconds: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, seconds * 1000));
  }

  private async cdk(declare: Declaration, args: readonly string[]): Promise<CommandResult> {
    const assembly = synthesize(this, declare);
    try {
      return await this.run('npx', ['--yes', 'aws-cdk@2', ...args, '--app', assembly, '--progress', 'events']);
    } finally {
      rmSync(assembly, { recursive: true, force: true });
    }
  }

  /** Undefined if the AWS CLI failed: it has said why. */
  private async ask<T>(args: readonly string[]): Promise<T | undefined> {
    const { status, stdout } = await this.run('aws', [...args, '--region', this.region, '--output', 'json']);
    return status === 0 ? JSON.parse(stdout) as T : undefined;
  }
}

function toEvent({ Timestamp, LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceStatusReason }: DescribedEvent): StackEvent {
  return {
    timestamp: Date.parse(Timestamp),
    logicalId: LogicalResourceId,
    physicalId: PhysicalResourceId,
    status: ResourceStatus,
    reason: ResourceStatusReason,
  };
}
