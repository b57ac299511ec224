import { isDeepStrictEqual } from 'node:util';
import { resourceType } from './resource-types';
import { AccountInventory } from '../cloudformation/inventory';
import { GeneralProvisioner } from '../cloudformation/native-provisioner';
import { Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from '../cloudformation/provisioner';
import { JsonObject } from '../cloudformation/template';

/** How many items an attribute that is a list has here; nobody knows how many it has on AWS. */
const LIST_LENGTH = 6;

/** A resource of AWS that does nothing, but is replaced when AWS would replace it. */
export class InertProvisioner extends GeneralProvisioner {
  constructor(inventory: AccountInventory, private readonly onCreate: (context: ProvisioningContext) => void = () => undefined) {
    super(inventory);
  }

  public create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    this.onCreate(context);
    return super.create(context, properties);
  }

  public async update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    const { createOnly = [], identifier = [] } = resourceType(context.type) ?? {};
    const changed = createOnly.filter(name => !isDeepStrictEqual(properties[name], oldProperties[name]));
    if (changed.length === 0) {
      return super.update(context, physicalId, properties, oldProperties);
    }
    const fixed = identifier.filter(name => properties[name] !== undefined);
    if (fixed.length === identifier.length && fixed.length > 0 && !fixed.some(name => changed.includes(name))) {
      throw new ProvisioningError('CloudFormation cannot update a stack when a custom-named resource requires replacing. '
        + `Rename ${String(properties[fixed[0]])} and update the stack again.`);
    }
    return this.create(context, properties);
  }

  public attribute(context: ProvisioningContext, physicalId: string, name: string, properties: JsonObject): unknown {
    const isList = resourceType(context.type)?.lists.includes(name) ?? false;
    if (!isList || Array.isArray(properties[name])) {
      return super.attribute(context, physicalId, name, properties);
    }
    return Array.from({ length: LIST_LENGTH }, (_, index) => listItem(name, physicalId, index));
  }
}

/** A custom resource of somebody else: its function is not called, its answers are made up. */
export class InertCustomResource implements ResourceProvisioner {
  constructor(private readonly general: InertProvisioner) {}

  public create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    return this.general.create(context, properties);
  }

  public async update(_: ProvisioningContext, physicalId: string): Promise<Provisioned> {
    return { physicalId, attributes: {} };
  }

  public delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    return this.general.delete(context, physicalId, properties);
  }

  public attribute(_: ProvisioningContext, physicalId: string, name: string): unknown {
    return `${physicalId}.${name}`;
  }
}

function listItem(name: string, physicalId: string, index: number): string {
  if (/ipv6cidr/i.test(name)) {
    return `2001:db8:${index}::/56`;
  }
  if (/ipaddress/i.test(name)) {
    return `10.255.0.${10 + index}`;
  }
  return `${physicalId}.${name}.${index}`;
}
