import { CloudFormation, CloudFormationOptions, StackRequest, StackResult } from '../../../sandbox/cloudformation/cloud-formation';
import { CustomResourceEvent, CustomResourceOptions, ResponseBuckets } from '../../../sandbox/cloudformation/custom-resource';
import { AccountInventory } from '../../../sandbox/cloudformation/inventory';
import { ParameterStore } from '../../../sandbox/cloudformation/parameter-store';
import { createProvisioners } from '../../../sandbox/cloudformation/provisioners';
import { SeededRandom } from '../../../sandbox/cloudformation/random';
import { JsonObject } from '../../../sandbox/cloudformation/template';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';

export const REGION = 'eu-west-1';
export const TOKEN = `arn:aws:lambda:${REGION}:111122223333:function:provider`;
export const MINUTE = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** The function behind the custom resources of a test. */
export type Handler = (event: CustomResourceEvent, world: World) => Promise<void> | void;

/** CloudFormation with a function that the test gives and with services that only take note of what they are asked. */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly random = new SeededRandom(1);
  public readonly buckets = new ResponseBuckets({ clock: this.clock, random: this.random });
  public readonly parameterStore = new ParameterStore();
  public readonly inventory = new AccountInventory();
  public readonly received: CustomResourceEvent[] = [];
  /** Calls of the ports: name and arguments. */
  public readonly calls: unknown[][] = [];
  public readonly cloudFormation: CloudFormation;

  constructor(
    public handler: Handler = succeed, options: Partial<CustomResourceOptions> & Pick<CloudFormationOptions, 'failedCreates' | 'leavesFailedUpdates'> = {},
  ) {
    const note = (name: string, answer?: unknown) => (...args: unknown[]) => {
      this.calls.push([name, ...args]);
      return answer as never;
    };
    this.cloudFormation = new CloudFormation({
      clock: this.clock,
      random: this.random,
      parameterStore: this.parameterStore,
      failedCreates: options.failedCreates,
      leavesFailedUpdates: options.leavesFailedUpdates,
      provisioners: createProvisioners({
        lambda: {
          createFunction: note('createFunction'),
          updateFunction: note('updateFunction'),
          deleteFunction: note('deleteFunction'),
          invokeAsync: (_, event) => {
            this.received.push(event as CustomResourceEvent);
            void this.handler(event as CustomResourceEvent, this);
          },
        },
        stepFunctions: {
          createStateMachine: note('createStateMachine'),
          updateStateMachine: note('updateStateMachine'),
          deleteStateMachine: note('deleteStateMachine'),
        },
        iam: {
          putRole: note('putRole'),
          putPolicy: note('putPolicy'),
          deleteRole: note('deleteRole'),
          deletePolicy: note('deletePolicy'),
        },
        inventory: this.inventory,
        parameterStore: this.parameterStore,
        assets: key => (key === 'code.zip' ? '/assets/code' : undefined),
        customResources: { buckets: this.buckets, ...options },
      }),
    });
  }

  public run<T>(main: Promise<T>): Promise<T> {
    return this.clock.run(main);
  }

  public deploy(resources: JsonObject, others: JsonObject & Partial<StackRequest> = {}): Promise<StackResult> {
    const { stackName = 'Game', region = REGION, parameters, disableRollback, mode, ...sections } = others;
    const template = { Resources: resources, ...sections };
    return this.run(this.cloudFormation.deploy({ stackName, region, parameters, disableRollback, mode, template }));
  }

  public destroy(stackName: string = 'Game'): Promise<StackResult> {
    return this.run(this.cloudFormation.deleteStack({ stackName, region: REGION }));
  }

  public answer(event: CustomResourceEvent, response: JsonObject = {}): { status: number } {
    const { StackId, RequestId, LogicalResourceId } = event;
    return this.buckets.acceptResponse(event.ResponseURL, JSON.stringify({
      Status: 'SUCCESS',
      PhysicalResourceId: event.PhysicalResourceId ?? `id-of-${LogicalResourceId}`,
      StackId,
      RequestId,
      LogicalResourceId,
      ...response,
    }));
  }

  /** `RequestType LogicalResourceId PhysicalResourceId` of the requests since the given number. */
  public requests(since: number = 0): string[] {
    return this.received.slice(since).map(({ RequestType, LogicalResourceId, PhysicalResourceId = '-' }) =>
      `${RequestType} ${LogicalResourceId} ${PhysicalResourceId}`);
  }

  /** `LogicalId STATUS` of the events, optionally of one resource. */
  public log(logicalId?: string): string[] {
    return this.cloudFormation.events
      .filter(event => logicalId === undefined || event.logicalId === logicalId)
      .map(event => `${event.logicalId} ${event.status}`);
  }

  public reason(logicalId: string, status: string): string | undefined {
    return this.cloudFormation.events.filter(event => event.logicalId === logicalId && event.status === status).at(-1)?.reason;
  }
}

export const succeed: Handler = (event, world) => { world.answer(event); };

export function custom(properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return { Type: 'Custom::Thing', Properties: { ServiceToken: TOKEN, ...properties }, ...others };
}
