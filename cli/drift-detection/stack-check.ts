import { Clients } from './clients';
import { compare, result } from './compare';
import { DeployedStack } from './deployed-stack';
import type { Comparison, ResourceDrift } from './report';
import { Compared, ResourceType } from './resource-type';
import { StackValues } from './stack-values';
import { isObject, ResourceDeclaration } from '../../sandbox/cloudformation/template';
import { ownerTagValue } from '../../lambda/lifecycle/ownership';
import { CallFailure } from '../failure';

/** Compares the resources of one stack, each once: one that refers to another gets what that has now. */
export class StackCheck {
  public readonly failures = new Set<string>();
  private readonly values: StackValues;
  private readonly compared = new Map<string, Promise<Compared>>();

  constructor(
    private readonly stack: DeployedStack, private readonly types: Record<string, ResourceType>, private readonly clients: Clients,
  ) {
    this.values = new StackValues(stack, clients, async logicalId => (await this.ours(logicalId))?.attributes);
  }

  public async run(): Promise<ResourceDrift[]> {
    const found: ResourceDrift[] = [];
    for (const declaration of this.stack.template.resources.values()) {
      const { logicalId, type } = declaration;
      if (this.types[type] && await this.isDeclared(declaration)) {
        const { status, differences } = await this.ours(logicalId) as Comparison;
        const { name: stack, region, resources } = this.stack;
        const physicalId = resources.get(logicalId)?.physicalId;
        found.push({ stack, region, logicalId, type, path: this.pathOf(logicalId), physicalId, status, differences });
      }
    }
    return found;
  }

  private async isDeclared(declaration: ResourceDeclaration): Promise<boolean> {
    try {
      return await this.values.isDeclared(declaration);
    } catch (error) {
      this.noteFailure(error);
      return this.stack.resources.has(declaration.logicalId);
    }
  }

  /** @returns undefined if it is none of this library's */
  private async ours(logicalId: string): Promise<Compared | undefined> {
    const declaration = this.stack.template.resources.get(logicalId);
    const type = declaration && this.types[declaration.type];
    if (!type) {
      return undefined;
    }
    const comparing = this.compared.get(logicalId) ?? this.compareOne(declaration, type);
    this.compared.set(logicalId, comparing);
    return comparing;
  }

  private async compareOne(declaration: ResourceDeclaration, type: ResourceType): Promise<Compared> {
    const { accountId, id, partition, region, resources } = this.stack;
    const { logicalId } = declaration;
    const physicalId = resources.get(logicalId)?.physicalId;
    if (physicalId === undefined) {
      return result('NOT_CHECKED', [{ reason: 'The deployed stack does not have it.' }]);
    }
    try {
      const properties = await this.values.propertiesOf(declaration);
      const location = { accountId, partition, region };
      return await compare(type, { ...properties, physicalId, logicalId, owner: ownerTagValue(id, logicalId), location });
    } catch (error) {
      return result('NOT_CHECKED', [{ reason: this.noteFailure(error) }]);
    }
  }

  /** A call that fails is no reason to compare nothing else. @returns what failed, in a line */
  private noteFailure(error: unknown): string {
    const call = this.clients.callOf(error);
    if (!call) {
      throw error;
    }
    const failure = new CallFailure(call, error);
    this.failures.add(failure.message);
    return failure.message.split('\n', 1)[0];
  }

  /** `Mail/Endpoint/Resource/Default` is the construct `Mail/Endpoint`. */
  private pathOf(logicalId: string): string | undefined {
    const { Resources = {} } = this.stack.template.document;
    const { Metadata } = (Resources as Record<string, Record<string, unknown>>)[logicalId];
    const path = isObject(Metadata) ? Metadata['aws:cdk:path'] : undefined;
    return typeof path === 'string' ? path.replace(/(\/(Resource|Default))+$/, '') : undefined;
  }
}
