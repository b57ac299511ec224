import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { crashOnce, FAILING_TYPE, failingResource, throttling, type FaultName } from './faults';
import { View, type Screen } from './view';
import type { Chart, Section } from '../cli/deployment-page/model';
import { Recording } from '../cli/deployment-page/recording';
import { groupsOf } from '../cli/deployment-page/rows';
import { OUR_TYPES } from '../cli/rehearse/resource-kinds';
import { Assembly } from '../sandbox/cloudformation/assembly';
import { Names } from '../sandbox/cloudformation/names';
import { DeploymentFailed, Sandbox, type SandboxOptions } from '../sandbox/sandbox';
import { InventoryItem } from '../sandbox/services/service';

/** A complete example and the story that the demo tells of it. */
export interface Example {
  readonly name: string;
  readonly summary: string;
  /** How the service says "too many requests". */
  readonly throttlingError: readonly [name: string, httpStatus: number];
  /** Id of the stack that gets a sibling that fails, if asked for. */
  readonly mainStack: string;
  /** Titles of the deployments of the story. */
  readonly steps: readonly string[];
  /** What the account has before anything is deployed, and what the sandbox needs to run it. */
  sandbox?(): Partial<SandboxOptions> & { readonly prepare?: (sandbox: Sandbox) => void };
  /** The app in its first form. */
  app(app: App): App;
  /** Deploys it, changes it, breaks it and removes it, and says what must be true on the way. */
  story(demo: Demo): Promise<void>;
  /** Makes the service give up on what is created next. */
  failNext(sandbox: Sandbox): void;
  /**
   * Puts something of somebody else's in the way of the app.
   *
   * @param declared gives the properties of the app's resources of a type
   */
  putForeign(sandbox: Sandbox, declared: (type: string) => Record<string, any>[]): void;
  /** Whether something of somebody else's is still as it was. */
  foreignIsUntouched(sandbox: Sandbox): boolean;
}

export interface DemoOptions {
  readonly fault?: FaultName;
  /** Leaves the stacks as they are after the first deployment. */
  readonly keep?: boolean;
  /** Seconds of simulated time in a second; without it no real time passes. */
  readonly speed?: number;
  /** Prints each event and all outputs. */
  readonly verbose?: boolean;
}

/** What came out of an example. */
export interface Outcome {
  readonly checks: number;
  /** How many of them are not true. */
  readonly failures: number;
  /** How many things the app left in the account; undefined if it was not removed. */
  readonly left?: number;
  /** Its deployments over time, for a page. */
  readonly section: Section;
  /** How many operations on resources they had, as CloudFormation counts them. */
  readonly operations: number;
}

/** Tells an example's story in a sandbox of its own. */
export class Demo {
  public readonly sandbox: Sandbox;
  public readonly view: View;
  private readonly prepare?: (sandbox: Sandbox) => void;
  private readonly directories: string[] = [];
  private readonly charts: Chart[] = [];
  private assembly?: string;
  private checks = 0;
  private failures = 0;
  private left?: number;
  private deployments = 0;

  constructor(private readonly example: Example, private readonly options: DemoOptions, screen: Screen) {
    const { prepare, provisioners, ...sandboxOptions } = example.sandbox?.() ?? {};
    this.prepare = prepare;
    this.sandbox = new Sandbox({
      speed: options.speed,
      interceptors: options.fault === 'throttling' ? [throttling(...example.throttlingError)] : [],
      invocationFaults: options.fault === 'crash' ? crashOnce() : undefined,
      provisioners: { [FAILING_TYPE]: failingResource, ...provisioners },
      ...sandboxOptions,
      onEvent: event => this.view.event(event),
    });
    this.view = new View(screen, { verbose: options.verbose, now: () => this.sandbox.clock.now() });
  }

  public async run(): Promise<Outcome> {
    const { name, summary, steps } = this.example;
    this.view.contents(name, summary, this.options.fault || this.options.keep ? [] : steps);
    await this.sandbox.start();
    try {
      this.prepare?.(this.sandbox);
      await this.tell();
      this.check('the sandbox itself met no defect', this.sandbox.defects.length === 0);
      return { checks: this.checks, failures: this.failures, left: this.left, ...this.history() };
    } finally {
      this.view.close();
      await this.sandbox.stop();
      this.directories.forEach(directory => rmSync(directory, { recursive: true, force: true }));
    }
  }

  /** Synthesizes the app and deploys it. @returns whether the deployment succeeded */
  public async deploy(title: string, build: (app: App) => App): Promise<boolean> {
    const heading = `${++this.deployments}. ${title}`;
    this.view.begin(heading);
    this.assembly = this.synthesize(build);
    return this.record(heading, async () => {
      try {
        await this.sandbox.deploy(this.assembly!);
        return true;
      } catch (error) {
        if (!(error instanceof DeploymentFailed)) {
          throw error;
        }
        return false;
      }
    });
  }

  public async destroy(): Promise<void> {
    const heading = 'Destroy everything';
    this.view.begin(heading);
    await this.record(heading, () => this.sandbox.destroy(this.assembly!));
    // Workers of cancelled operations come to their end within an hour.
    await this.sandbox.elapse(3_700_000);
  }

  public check(text: string, holds: boolean): void {
    this.checks++;
    this.failures += holds ? 0 : 1;
    this.view.check(holds, text);
  }

  public showOutputs(...stackNames: string[]): void {
    const rows = stackNames.flatMap(name =>
      Object.entries(this.sandbox.outputs(name)).map(([key, value]) => [name, key, String(value)]));
    this.view.outputs(rows);
  }

  /** Things of a type that exist in the account. */
  public inventory(type: string): InventoryItem[] {
    return this.sandbox.leftovers().filter(item => item.type === type);
  }

  /** What the app made and did not remove; what was there before does not count. */
  public checkEmpty(before: readonly InventoryItem[]): void {
    const known = new Set(before.map(item => `${item.type} ${item.region} ${item.id}`));
    const left = this.sandbox.leftovers().filter(item => !known.has(`${item.type} ${item.region} ${item.id}`));
    this.left = left.length;
    this.view.inventory('Left in the account', left);
    this.check('nothing is left in the account', left.length === 0);
  }

  /** Does a step of the story and draws what happened in it. */
  private async record<T>(title: string, work: () => Promise<T>): Promise<T> {
    const recording = new Recording(this.sandbox);
    const result = await work();
    const recorded = recording.stop();
    const outcome = this.view.end();
    const names = new Names(new Assembly(this.assembly!).stacks, this.sandbox.events);
    this.charts.push({
      title,
      outcome: `${outcome.status}, ${outcome.text}`,
      isGood: !/ROLLBACK|FAILED/.test(outcome.status),
      seconds: (recorded.to - recorded.from) / 1000,
      groups: groupsOf(recorded, {
        stackTitle: ({ stackName, region }) => `${stackName} (${region})`,
        label: (stackId, logicalId) => names.pathOf(stackId, logicalId),
        isOurs: type => OUR_TYPES.has(type),
      }),
    });
    return result;
  }

  private history(): Pick<Outcome, 'section' | 'operations'> {
    const { name, summary } = this.example;
    const ended = this.sandbox.events.filter(({ logicalId, stackName, status }) => logicalId !== stackName && !status.endsWith('_IN_PROGRESS'));
    return { section: { title: name, text: summary, charts: this.charts }, operations: ended.length };
  }

  /** The sibling fails while the custom resources are being created: it waits for the same permission as they do. */
  private withFailingSibling(app: App): App {
    this.example.app(app);
    const stack = app.node.findChild(this.example.mainStack) as Stack;
    const sibling = new CfnResource(stack, 'Sibling', { type: FAILING_TYPE });
    const provider = stack.node.children.find(child => child.node.id.startsWith('CdkMultiRegion'))!;
    sibling.node.addDependency(provider);
    return app;
  }

  private synthesize(build: (app: App) => App): string {
    const directory = mkdtempSync(join(tmpdir(), 'cdk-multi-region-demo-'));
    this.directories.push(directory);
    // Nothing calls the examples' own functions, so they need no bundle.
    return build(new App({ outdir: directory, context: { 'aws:cdk:bundling-stacks': [] } })).synth().directory;
  }

  private async tell(): Promise<void> {
    const { fault, keep } = this.options;
    if (fault) {
      return this.tellFault(fault);
    }
    if (keep) {
      const deployed = await this.deploy(`Deploy ${this.example.name}`, app => this.example.app(app));
      this.check('the deployment succeeded', deployed);
      this.view.inventory('In the account', this.sandbox.leftovers());
      return undefined;
    }
    return this.example.story(this);
  }

  /** One deployment with a fault: either it gets over it, or it is rolled back; nothing is left, nothing is stolen. */
  private async tellFault(fault: FaultName): Promise<void> {
    if (fault === 'failed-endpoint') {
      this.example.failNext(this.sandbox);
    }
    if (fault === 'foreign') {
      const directory = this.synthesize(app => this.example.app(app));
      this.example.putForeign(this.sandbox, type => declaredIn(directory, type));
    }
    const before = this.sandbox.leftovers();
    const succeeded = await this.deploy(`Deploy ${this.example.name} with the fault '${fault}'`,
      app => fault === 'failing-sibling' ? this.withFailingSibling(app) : this.example.app(app));
    const survives = fault === 'throttling' || fault === 'crash';
    this.check(survives ? 'the deployment got over the fault' : 'the deployment was rolled back', succeeded === survives);
    if (fault === 'foreign') {
      this.check('what belongs to somebody else is as it was', this.example.foreignIsUntouched(this.sandbox));
    }
    await this.destroy();
    this.checkEmpty(before);
  }
}

/** Properties of all resources of a type in an assembly. */
function declaredIn(directory: string, type: string): Record<string, any>[] {
  return readdirSync(directory).filter(file => file.endsWith('.template.json')).flatMap(file => {
    const { Resources = {} } = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    return Object.values<any>(Resources).filter(resource => resource.Type === type).map(resource => resource.Properties);
  });
}
