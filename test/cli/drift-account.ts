import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { main } from '../../cli/main';
import { SdkServices } from '../../cli/sdk-services';
import { Sandbox } from '../../sandbox';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import { newApp } from '../sandbox/answering-function';

export const REGION = 'eu-west-1';
export const SUBNET = 'subnet-0aaaaaaaaaaaaaaaa';
export const ALIAS = 'wsca-0000000001';
export const DIRECTORY = 'd-9367000001';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAADMINISTRATOR000', AWS_SECRET_ACCESS_KEY: 'administrator', AWS_EC2_METADATA_DISABLED: 'true' };

export type Declare = (stack: Stack) => void;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A row of the JSON output. */
export type Row = Readonly<Record<
  'stack' | 'resource' | 'status' | 'property' | 'declared' | 'actual' | 'reason' | 'region' | 'path' | 'type' | 'physicalId', string | null>>;

/** Stacks in the sandbox, and who compares them over HTTP, with the SDK's own settings in the environment. */
export class DriftAccount {
  public readonly workspaces = new WorkSpacesSimulator({ standbyQuota: 10, requestRate: 'unlimited' });
  public readonly sandbox: Sandbox;
  private readonly environment = { ...process.env };

  constructor() {
    this.workspaces.seedDirectory({ region: REGION, directoryId: DIRECTORY });
    this.workspaces.seedDirectory({ region: REGION, directoryId: 'd-9367000002' });
    this.workspaces.seedConnectionAlias({ region: REGION, aliasId: ALIAS, connectionString: 'desktop.example.com' });
    ['ws-primary01', 'ws-primary02', 'ws-primary03'].forEach((workspaceId, number) =>
      this.workspaces.seedWorkspace({ region: 'us-east-1', workspaceId, directoryId: 'd-9067000001', userName: `user${number}` }));
    const accelerators = new GlobalAcceleratorSimulator({ subnets: () => ({ cidr: '10.0.0.0/28' }) });
    this.sandbox = new Sandbox({ ses: { requestRate: 'unlimited' }, services: [this.workspaces, accelerators] });
  }

  public async start(): Promise<this> {
    await this.sandbox.start();
    Object.assign(process.env, KEYS, { AWS_REGION: REGION, AWS_ENDPOINT_URL: this.sandbox.endpoint });
    return this;
  }

  public async stop(): Promise<void> {
    process.env = this.environment;
    expect(this.sandbox.defects).toEqual([]);
    await this.sandbox.stop();
  }

  /** @returns the cloud assembly */
  public async deploy(stacks: Record<string, Declare>): Promise<string> {
    const directory = synth(stacks);
    await this.sandbox.deploy(directory);
    return directory;
  }

  public async run(...args: string[]): Promise<Outcome> {
    let [stdout, stderr] = ['', ''];
    const exitCode = await main(['drift', ...args], {
      services: new SdkServices(), now: () => Date.now(), stdout: { write: text => stdout += text }, stderr: { write: text => stderr += text },
    });
    return { exitCode, stdout, stderr };
  }

  /** The rows, and the exit code that belongs to them. */
  public async rows(...args: string[]): Promise<{ readonly exitCode: number; readonly rows: Row[] }> {
    const { exitCode, stdout } = await this.run(...args, '--format', 'json');
    return { exitCode, rows: JSON.parse(stdout) as Row[] };
  }

  public physicalId(stackName: string, type: string): string {
    const { resources } = this.sandbox.cloudFormation.findStack({ stackName, region: REGION })!;
    return [...resources.values()].find(resource => resource.type === type)!.physicalId!;
  }
}

export function synth(stacks: Record<string, Declare>): string {
  const app: App = newApp({ context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true } });
  for (const [name, declare] of Object.entries(stacks)) {
    declare(new Stack(app, name, { env: { account: '111122223333', region: REGION } }));
  }
  return app.synth().directory;
}

export function subnetOf(stack: Stack): ec2.ISubnet {
  return ec2.Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: SUBNET, ipv4CidrBlock: '10.0.0.0/28', availabilityZone: `${REGION}a` });
}
