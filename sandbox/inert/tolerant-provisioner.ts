import { OperationCancelled, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from '../cloudformation/provisioner';
import { JsonObject, ValidationError } from '../cloudformation/template';
import { ServiceError } from '../services/service';

/** A resource that is inert because the sandbox itself failed at it. */
export interface LostResource {
  /** ARN of its stack. */
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  /** What the sandbox failed with. */
  readonly message: string;
}

/** Remembers which resources the sandbox failed at: they stay inert. */
export class LostResources {
  /** By stack and logical id. */
  private readonly lost = new Map<string, LostResource>();

  /**
   * @param defects errors of the sandbox so far; the list grows
   * @param onLoss is told each resource that becomes inert
   */
  constructor(
    private readonly defects: readonly Error[],
    private readonly onLoss: (context: ProvisioningContext) => void,
  ) {}

  public get all(): LostResource[] {
    return [...this.lost.values()];
  }

  public has({ stackId, logicalId }: ProvisioningContext): boolean {
    return this.lost.has(`${stackId}/${logicalId}`);
  }

  /** Does an operation; if the sandbox fails at it, the resource is inert from then on. */
  public async attempt<T>(context: ProvisioningContext, work: () => Promise<T>, inert: () => Promise<T>, nothing: T): Promise<T> {
    if (!this.has(context)) {
      const defectsBefore = this.defects.length;
      try {
        return await work();
      } catch (error) {
        const defect = this.defectBehind(error, defectsBefore);
        if (!defect) {
          throw error;
        }
        this.lose(context, defect);
      }
    }
    try {
      return await inert();
    } catch (error) {
      if (error instanceof OperationCancelled) {
        throw error;
      }
      return nothing;
    }
  }

  /** Reads a value; if the sandbox fails at it, the resource is inert from then on. */
  public read<T>(context: ProvisioningContext, work: () => T, inert: () => T): T {
    if (this.has(context)) {
      return inert();
    }
    try {
      return work();
    } catch (error) {
      if (error instanceof ValidationError) {
        throw error;
      }
      this.lose(context, error as Error);
      return inert();
    }
  }

  private lose(context: ProvisioningContext, { message }: Error): void {
    const { stackId, logicalId, type } = context;
    this.lost.set(`${stackId}/${logicalId}`, { stackId, logicalId, type, message });
    this.onLoss(context);
  }

  /** An answer that an operation failed is no defect, unless a simulator failed while it was under way. */
  private defectBehind(error: unknown, defectsBefore: number): Error | undefined {
    if (error instanceof OperationCancelled) {
      return undefined;
    }
    const isAnswer = [ProvisioningError, ValidationError, ServiceError].some(type => error instanceof type);
    return isAnswer ? this.defects[defectsBefore] : error as Error;
  }
}

/** Lets a provisioner fall back to an inert one where the sandbox itself fails. */
export function tolerant(provisioner: ResourceProvisioner, inert: ResourceProvisioner, lost: LostResources): ResourceProvisioner {
  return Object.assign(Object.create(provisioner) as ResourceProvisioner, {
    create: (context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> => lost.attempt(
      context,
      () => provisioner.create(context, properties),
      () => inert.create(context, properties),
      { physicalId: `${context.stackName}-${context.logicalId}`, attributes: {} }),
    update: (context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject): Promise<Provisioned> =>
      lost.attempt(
        context,
        () => provisioner.update(context, physicalId, properties, oldProperties),
        () => inert.update(context, physicalId, properties, oldProperties),
        { physicalId, attributes: {} }),
    delete: (context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> => lost.attempt(
      context,
      () => provisioner.delete(context, physicalId, properties),
      () => inert.delete(context, physicalId, properties),
      undefined),
    attribute: (context: ProvisioningContext, physicalId: string, name: string, properties: JsonObject): unknown =>
      lost.read(
        context,
        () => provisioner.attribute?.(context, physicalId, name, properties),
        () => inert.attribute?.(context, physicalId, name, properties)),
  });
}
