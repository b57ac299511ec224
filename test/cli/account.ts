import * as ga from '@aws-sdk/client-global-accelerator';
import { CreateStandbyWorkspacesCommand, StandbyWorkspace } from '@aws-sdk/client-workspaces';
import { READING_COMMANDS } from '../../cli/commands';
import { Environment, Services } from '../../cli/commands/command';
import { main } from '../../cli/main';
import { Iam } from '../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { InProcessClient } from '../../sandbox/services/in-process-client';
import { SesSimulator } from '../../sandbox/services/ses';
import { WorkSpacesSimulator, WorkSpacesSimulatorOptions } from '../../sandbox/services/workspaces';
import { ACCOUNT, ManualClock, ROLE } from '../sandbox/services/fake-service';

export const SUBNET = 'subnet-0aaaaaaaaaaaaaaaa';
export const OTHER_SUBNET = 'subnet-0bbbbbbbbbbbbbbbb';
export const STANDBY_REGION = 'eu-west-1';
export const PRIMARY_REGION = 'us-east-1';
export const DIRECTORY = 'd-9367000001';
const CIDRS: Record<string, string> = { [SUBNET]: '10.0.0.0/28', [OTHER_SUBNET]: '10.0.0.16/28' };

export interface AccountOptions {
  readonly workspaces?: WorkSpacesSimulatorOptions;
  /** The statements of the caller. @default - everything is allowed */
  readonly statements?: readonly object[];
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A simulated AWS account, and who looks at it from the command line. */
export class SimulatedAccount {
  public readonly clock = new ManualClock();
  public readonly accelerators = new GlobalAcceleratorSimulator({ subnets: id => ({ cidr: CIDRS[id] }) });
  public readonly ses = new SesSimulator({ requestRate: 'unlimited' });
  public readonly workspaces: WorkSpacesSimulator;
  public readonly dispatcher: ServiceDispatcher;
  /** What a test may change before it runs a command. */
  public services: Services;
  public terminal: { isTTY?: boolean; columns?: number } = {};
  private readonly principalArn?: string;

  constructor({ workspaces, statements }: AccountOptions = {}) {
    this.workspaces = new WorkSpacesSimulator({ requestRate: 'unlimited', standbyQuota: 100, ...workspaces });
    const iam = new Iam();
    iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: statements ?? [] } }] });
    this.principalArn = statements && ROLE;
    this.dispatcher = new ServiceDispatcher({ clock: this.clock, partition: 'aws', accountId: ACCOUNT, iam })
      .register(this.accelerators).register(this.ses).register(this.workspaces);
    this.services = {
      region: async given => given ?? STANDBY_REGION,
      accountId: async () => ACCOUNT,
      globalAccelerator: () => this.client('Global Accelerator', 'us-west-2') as any,
      workSpaces: region => this.client('WorkSpaces', region) as any,
      ses: region => this.client('SESv2', region) as any,
    };
  }

  /** Runs one command line. */
  public async run(...args: string[]): Promise<Outcome> {
    let [stdout, stderr] = ['', ''];
    const environment: Environment = {
      services: this.services,
      now: () => this.clock.now(),
      stdout: { ...this.terminal, write: text => stdout += text },
      stderr: { write: text => stderr += text },
    };
    return { exitCode: await main(args, environment), stdout, stderr };
  }

  /** @returns the rows of the report, which has to be complete */
  public async rows(...args: string[]): Promise<any[]> {
    const { exitCode, stdout, stderr } = await this.run(...args, '--format', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return JSON.parse(stdout) as any[];
  }

  /** An accelerator with two subnets behind two ports each; the first address of the first subnet gets traffic. */
  public async addAccelerator(ports = { FromPort: 10_001, ToPort: 10_100 }): Promise<{ accelerator: string; group: string }> {
    const client = new InProcessClient(this.dispatcher, 'Global Accelerator', { region: 'us-west-2' });
    const { Accelerator } = await client.send(new ga.CreateCustomRoutingAcceleratorCommand({
      Name: 'game', IdempotencyToken: `accelerator ${ports.FromPort}`,
    }));
    const accelerator = Accelerator!.AcceleratorArn!;
    const { Listener } = await client.send(new ga.CreateCustomRoutingListenerCommand({
      AcceleratorArn: accelerator, PortRanges: [ports], IdempotencyToken: `listener ${accelerator}`,
    }));
    const { EndpointGroup } = await client.send(new ga.CreateCustomRoutingEndpointGroupCommand({
      ListenerArn: Listener!.ListenerArn,
      EndpointGroupRegion: STANDBY_REGION,
      DestinationConfigurations: [{ FromPort: 7777, ToPort: 7778, Protocols: ['UDP', 'TCP'] }],
      IdempotencyToken: `group ${accelerator}`,
    }));
    const group = EndpointGroup!.EndpointGroupArn!;
    await client.send(new ga.AddCustomRoutingEndpointsCommand({
      EndpointGroupArn: group, EndpointConfigurations: [{ EndpointId: SUBNET }, { EndpointId: OTHER_SUBNET }],
    }));
    await client.send(new ga.AllowCustomRoutingTrafficCommand({
      EndpointGroupArn: group, EndpointId: SUBNET, DestinationAddresses: ['10.0.0.4'], DestinationPorts: [7777],
    }));
    return { accelerator, group };
  }

  /** Standbys of primaries that are made for them, ready at once. @returns their ids */
  public async addStandbys(...items: (Partial<StandbyWorkspace> & { readonly user: string })[]): Promise<string[]> {
    const client = new InProcessClient(this.dispatcher, 'WorkSpaces', { region: STANDBY_REGION });
    this.workspaces.seedDirectory({ region: STANDBY_REGION, directoryId: DIRECTORY });
    const ids: string[] = [];
    for (const { user, ...item } of items) {
      const PrimaryWorkspaceId = primaryOf(user);
      this.workspaces.seedWorkspace({
        region: PRIMARY_REGION, workspaceId: PrimaryWorkspaceId, directoryId: 'd-9067000001', userName: user,
      });
      const { PendingStandbyRequests } = await client.send(new CreateStandbyWorkspacesCommand({
        PrimaryRegion: PRIMARY_REGION, StandbyWorkspaces: [{ PrimaryWorkspaceId, DirectoryId: DIRECTORY, ...item }],
      }));
      ids.push(PendingStandbyRequests![0].WorkspaceId!);
    }
    this.clock.advance(1000);
    return ids;
  }

  public client(service: string, region: string): InProcessClient {
    return new InProcessClient(this.dispatcher, service, { region, principalArn: this.principalArn });
  }

  /** Operations that were called since the account was made. */
  public operations(): string[] {
    return this.dispatcher.calls.map(call => call.operation);
  }
}

export function primaryOf(user: string): string {
  return `ws-primary${user}`;
}

/** Only reads: what every command promises. */
export function isRead(operation: string): boolean {
  return /^(List|Get|Describe)/.test(operation);
}

export const COMMAND_NAMES = READING_COMMANDS.map(command => command.name);
