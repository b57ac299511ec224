import { rmSync } from 'node:fs';
import { synthesize, type Account, type ClientConfig, type Declaration, type Deployment } from '../../integ/account';
import { DeploymentFailed, Sandbox, type SandboxOptions } from '../../sandbox';

/** The sandbox in the place of AWS. */
export class SandboxAccount implements Account {
  public readonly accountId = '111122223333';
  public readonly region = 'eu-west-1';
  public readonly sandbox: Sandbox;
  private readonly assemblies: string[] = [];

  constructor(options: SandboxOptions = {}, public readonly inputs: Account['inputs'] = {}) {
    this.sandbox = new Sandbox(options);
  }

  public async start(): Promise<this> {
    await this.sandbox.start();
    return this;
  }

  public async stop(): Promise<void> {
    await this.sandbox.stop();
    this.assemblies.forEach(directory => rmSync(directory, { recursive: true, force: true }));
  }

  public async deploy(declare: Declaration, stackName: string): Promise<Deployment> {
    const firstEvent = this.sandbox.events.length;
    const succeeded = await this.sandbox.deploy(this.assembly(declare), { stacks: [stackName] }).then(() => true, error => {
      if (error instanceof DeploymentFailed && error.result.stackName === stackName) {
        return false;
      }
      throw error;
    });
    return {
      succeeded,
      outputs: this.sandbox.outputs(stackName) as Record<string, string>,
      events: this.sandbox.events.slice(firstEvent).filter(event => event.stackName === stackName),
    };
  }

  public async destroy(declare: Declaration, stackName: string): Promise<void> {
    await this.sandbox.destroy(this.assembly(declare), { stacks: [stackName] });
  }

  public async logs(functionName: string): Promise<string[]> {
    return this.sandbox.lambda.logs(functionName).map(({ line }) => line);
  }

  public async stacks(prefix: string): Promise<string[]> {
    return this.sandbox.cloudFormation.stacks.map(({ name }) => name).filter(name => name.startsWith(prefix));
  }

  public clientConfig(region: string = this.region): ClientConfig {
    return this.sandbox.clientConfig(region);
  }

  public now(): number {
    return this.sandbox.clock.now();
  }

  public sleep(seconds: number): Promise<void> {
    return this.sandbox.elapse(seconds * 1000);
  }

  private assembly(declare: Declaration): string {
    const directory = synthesize(this, declare);
    this.assemblies.push(directory);
    return directory;
  }
}
