import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Clients } from './clients';
import { DeployedStack, readStack } from './deployed-stack';
import type { DriftReport, DriftRequest, ResourceDrift } from './report';
import { RESOURCE_TYPES } from './services';
import { StackCheck } from './stack-check';
import { Assembly } from '../../sandbox/cloudformation/assembly';
import { isObject, JsonObject } from '../../sandbox/cloudformation/template';
import { CallFailure } from '../failure';

export type { DriftReport, DriftRequest } from './report';

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** A stack to look at. */
interface Target {
  readonly name: string;
  readonly region: string;
  /** What to compare instead of the deployed template. */
  readonly template?: JsonObject;
}

/**
 * Compares what stacks declare with what the services have. Nothing is changed.
 *
 * @throws Error if the assembly can't be read
 */
export async function detectDrift(request: DriftRequest): Promise<DriftReport> {
  return new Detection(request).run();
}

class Detection {
  private readonly clients = new Clients();
  private readonly resources: ResourceDrift[] = [];
  private readonly notes: string[] = [];
  private readonly failures = new Set<string>();

  constructor(private readonly request: DriftRequest) {}

  public async run(): Promise<DriftReport> {
    for (const target of this.targets()) {
      await this.check(target);
    }
    return { resources: this.resources, notes: this.notes, failures: [...this.failures] };
  }

  private targets(): Target[] {
    const { assembly, region, stacks } = this.request;
    if (assembly === undefined) {
      return stacks.map(name => ({ name, region }));
    }
    const { stacks: all } = new Assembly(assembly);
    const unknown = stacks.filter(name => !all.some(({ id, stackName }) => name === id || name === stackName));
    unknown.forEach(name => this.failures.add(`The cloud assembly has no stack '${name}'. It has ${all.map(({ id }) => id).join(', ')}.`));
    return all
      .filter(({ id, stackName }) => stacks.length === 0 || stacks.includes(id) || stacks.includes(stackName))
      .map(stack => ({ name: stack.stackName, region: stack.region ?? region, template: stack.template }));
  }

  private async check({ name, region, template }: Target): Promise<void> {
    try {
      const stack = await readStack(this.clients.client(CloudFormationClient, 'cloudformation', region), region, name, template);
      if (stack.status.endsWith('_IN_PROGRESS')) {
        this.notes.push(`Stack ${stack.name} is in ${stack.status}: what differs may be about to change. Run the command again when it is over.`);
      }
      const check = new StackCheck(stack, RESOURCE_TYPES(this.clients, region), this.clients);
      this.resources.push(...await check.run());
      check.failures.forEach(failure => this.failures.add(failure));
      await this.checkNested(stack);
    } catch (error) {
      const call = this.clients.callOf(error);
      if (!call) {
        throw error;
      }
      this.failures.add(new CallFailure({ ...call, subject: `stack ${name}` }, error).message);
    }
  }

  private async checkNested({ region, resources, template }: DeployedStack): Promise<void> {
    for (const { logicalId, type } of template.resources.values()) {
      const physicalId = resources.get(logicalId)?.physicalId;
      if (type === NESTED_STACK && physicalId !== undefined) {
        await this.check({ name: physicalId, region, template: this.nestedTemplate(template, logicalId) });
      }
    }
  }

  /** The CDK names the file in the metadata. */
  private nestedTemplate({ document }: DeployedStack['template'], logicalId: string): JsonObject | undefined {
    const { Metadata } = (document.Resources as Record<string, JsonObject>)[logicalId];
    const file = isObject(Metadata) ? Metadata['aws:asset:path'] : undefined;
    const { assembly } = this.request;
    return assembly === undefined || typeof file !== 'string' ? undefined : JSON.parse(readFileSync(join(assembly, file), 'utf8')) as JsonObject;
  }
}
