import { SeededRandom } from './random';
import { JsonObject } from './template';
import { VirtualClock } from '../kernel/virtual-clock';

/** The circumstances of one operation on one resource. */
export interface ProvisioningContext {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly urlSuffix: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** Aborted when CloudFormation stops waiting for the operation, e.g. because another resource failed. */
  readonly signal: AbortSignal;
  /** Tells CloudFormation the physical id before the operation ends. */
  identify(physicalId: string): void;
}

export interface Provisioned {
  /** What `Ref` gives. Another one than before means that the resource was replaced. */
  readonly physicalId: string;
  readonly attributes: JsonObject;
}

/** Creates, changes and deletes the resources of one type. */
export interface ResourceProvisioner {
  /**
   * Whether the rollback of a replacement asks the provider for an update with the old properties. Otherwise
   * CloudFormation goes back to the old resource by itself and deletes the new one.
   */
  readonly rollsReplacementBackByUpdate?: boolean;

  create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned>;
  update(context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject): Promise<Provisioned>;
  delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void>;

  /** An attribute that the answer to create or update did not carry; undefined if there is none. */
  attribute?(context: ProvisioningContext, physicalId: string, name: string, properties: JsonObject): unknown;

  /** The properties as the provider sees them, which is what old and new are compared by. */
  normalize?(properties: JsonObject): JsonObject;

  /** Why a change cannot even be tried. */
  refuse?(properties: JsonObject, oldProperties: JsonObject): string | undefined;

  /**
   * The physical id for the Delete of a resource whose create gave none.
   * Without it there is nothing to delete then.
   */
  inventPhysicalId?(context: ProvisioningContext): string;
}

/** An operation failed; the message becomes the resource's status reason. */
export class ProvisioningError extends Error {
  constructor(
    message: string,
    /** The physical id, if the failed operation told one. */
    public readonly physicalId?: string,
  ) {
    super(message);
    this.name = 'ProvisioningError';
  }
}

/** CloudFormation no longer waits for the operation. */
export class OperationCancelled extends Error {
  constructor() {
    super('CloudFormation no longer waits for this operation.');
    this.name = 'OperationCancelled';
  }
}

/** Lets virtual time pass, but no longer than CloudFormation waits. */
export function pause(context: ProvisioningContext, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      context.clock.clearTimeout(timer);
      reject(new OperationCancelled());
    };
    const timer = context.clock.setTimeout(() => {
      context.signal.removeEventListener('abort', cancel);
      resolve();
    }, milliseconds);
    context.signal.addEventListener('abort', cancel, { once: true });
    if (context.signal.aborted) {
      cancel();
    }
  });
}

/** Finds the provisioner of a resource type: by its exact name, else that of all custom resources, else the general one. */
export class ProvisionerRegistry {
  private readonly byType = new Map<string, ResourceProvisioner>();

  constructor(
    private readonly customResources: ResourceProvisioner,
    private readonly others: ResourceProvisioner,
  ) {}

  public register(type: string, provisioner: ResourceProvisioner): this {
    this.byType.set(type, provisioner);
    return this;
  }

  public find(type: string): ResourceProvisioner {
    return this.byType.get(type) ?? (isCustomResource(type) ? this.customResources : this.others);
  }
}

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}
