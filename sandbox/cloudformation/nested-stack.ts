import { CloudFormation, NoChanges, StackReference, StackRequest, StackResult } from './cloud-formation';
import { generateName } from './native-provisioner';
import { OperationCancelled, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { JsonObject } from './template';

/** Template behind a `TemplateURL`. */
export type TemplateReader = (url: string) => JsonObject;

/** `AWS::CloudFormation::Stack`: a stack as a resource of another one. */
export class NestedStackProvisioner implements ResourceProvisioner {
  constructor(private readonly cloudFormation: () => CloudFormation, private readonly readTemplate: TemplateReader) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const reference = { region: context.region, stackName: generateName(context, 128) };
    const creation = this.cloudFormation().createStack({ ...reference, ...this.desired(properties) });
    const { id } = this.cloudFormation().findStack(reference)!;
    context.identify(id);
    return provisioned(await unlessCancelled(context, creation), 'created');
  }

  public async update(context: ProvisioningContext, stackId: string, properties: JsonObject): Promise<Provisioned> {
    const reference = referenceOf(context, stackId);
    await this.cloudFormation().whenIdle(reference);
    const update = this.bringUpToDate({ ...reference, ...this.desired(properties) });
    const stop = () => this.cancelUpdate(reference);
    context.signal.addEventListener('abort', stop, { once: true });
    try {
      return provisioned(await unlessCancelled(context, update), 'updated');
    } finally {
      context.signal.removeEventListener('abort', stop);
    }
  }

  public async delete(context: ProvisioningContext, stackId: string): Promise<void> {
    const result = await this.cloudFormation().deleteStack(referenceOf(context, stackId));
    if (result.status !== 'DELETE_COMPLETE') {
      throw new ProvisioningError(`Embedded stack ${stackId} was not successfully deleted: ${result.reason}`);
    }
  }

  private async bringUpToDate(request: StackRequest): Promise<StackResult> {
    try {
      return await this.cloudFormation().updateStack(request);
    } catch (error) {
      if (error instanceof NoChanges) {
        return { ...this.cloudFormation().describeStack(request), status: 'UPDATE_COMPLETE' };
      }
      throw error;
    }
  }

  private cancelUpdate(reference: StackReference): void {
    if (this.cloudFormation().findStack(reference)?.status === 'UPDATE_IN_PROGRESS') {
      this.cloudFormation().cancelUpdateStack(reference);
    }
  }

  private desired(properties: JsonObject): { template: JsonObject; parameters: Record<string, string> } {
    return {
      template: this.readTemplate(String(properties.TemplateURL)),
      parameters: (properties.Parameters ?? {}) as Record<string, string>,
    };
  }
}

function provisioned({ stackId, status, reason, outputs }: StackResult, verb: string): Provisioned {
  if (status !== 'CREATE_COMPLETE' && status !== 'UPDATE_COMPLETE') {
    throw new ProvisioningError(`Embedded stack ${stackId} was not successfully ${verb}: ${reason ?? status}`);
  }
  const attributes = Object.entries(outputs).map(([name, value]) => [`Outputs.${name}`, value]);
  return { physicalId: stackId, attributes: Object.fromEntries(attributes) };
}

function referenceOf({ region }: ProvisioningContext, stackId: string): StackReference {
  return { region, stackName: stackId.split('/')[1] };
}

function unlessCancelled<T>(context: ProvisioningContext, operation: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new OperationCancelled());
    context.signal.addEventListener('abort', cancel, { once: true });
    operation.then(resolve, reject).finally(() => context.signal.removeEventListener('abort', cancel));
  });
}
