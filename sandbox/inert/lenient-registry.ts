import { InertCustomResource, InertProvisioner } from './inert-provisioner';
import { Inventor } from './inventor';
import { LostResources, tolerant } from './tolerant-provisioner';
import { AccountInventory } from '../cloudformation/inventory';
import {
  isCustomResource, Provisioned, ProvisionerRegistry, ProvisioningContext, ResourceProvisioner,
} from '../cloudformation/provisioner';
import { JsonObject } from '../cloudformation/template';

/** A resource that does nothing in the sandbox. */
export interface InertResource {
  /** ARN of its stack. */
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
}

/** Which part of an app runs; everything else is inert. */
export interface RunningPart {
  /** Types of custom resources whose functions are called. */
  readonly customResources: ReadonlySet<string>;
  /** Logical ids of the functions, state machines, roles and policies that they need. */
  readonly infrastructure: ReadonlySet<string>;
}

/** What happens around each operation on each resource. */
export interface Watch {
  before?(context: ProvisioningContext, properties: JsonObject): void;
  /** May throw what the operation fails with, although all of it was done. */
  after?(context: ProvisioningContext, verb: 'create' | 'update', physicalId: string): void;
}

/** How a sandbox deals with apps that are more than what it simulates. */
export interface Leniency extends RunningPart {
  readonly inventor: Inventor;
  readonly watch?: Watch;
  /** Whether the template of a nested stack is known; else the stack is inert. */
  hasTemplate(url: string): boolean;
  /** Directory of an asset that is in no assembly. */
  missingAsset?(objectKey: string): string | undefined;
}

/** Types of which some run and others are inert. */
const ROUTED = [
  'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine',
];
const NESTED_STACK = 'AWS::CloudFormation::Stack';
/** They have an effect in the sandbox, and call nobody. */
const HARMLESS = ['Custom::CrossRegionExportReader', 'Custom::CrossRegionExportWriter'];

/** Provisioners of which only the running part of an app does something. */
export class LenientRegistry extends ProvisionerRegistry {
  /** By stack and logical id, in the order of their creation. */
  public readonly inert = new Map<string, InertResource>();
  /** What the sandbox itself failed at. */
  public readonly lost: LostResources;
  private readonly wrapped = new Map<ResourceProvisioner, ResourceProvisioner>();
  private readonly native: InertProvisioner;
  private readonly custom: InertCustomResource;

  /** @param defects errors of the sandbox itself; the list grows */
  constructor(
    private readonly complete: ProvisionerRegistry, private readonly running: Leniency, inventory: AccountInventory, defects: readonly Error[],
  ) {
    super(complete.find('Custom::Any'), complete.find('AWS::Any::Type'));
    const note = ({ stackId, logicalId, type }: ProvisioningContext) => {
      this.inert.set(`${stackId}/${logicalId}`, { stackId, logicalId, type });
    };
    this.native = new InertProvisioner(inventory, note);
    this.custom = new InertCustomResource(this.native);
    this.lost = new LostResources(defects, note);
    const runs = ({ logicalId }: ProvisioningContext) => running.infrastructure.has(logicalId);
    ROUTED.forEach(type => this.register(type, new RoutedProvisioner(runs, complete.find(type), this.native)));
    const hasTemplate = (_: ProvisioningContext, { TemplateURL }: JsonObject) => running.hasTemplate(String(TemplateURL));
    this.register(NESTED_STACK, new RoutedProvisioner(hasTemplate, complete.find(NESTED_STACK), this.native));
  }

  public find(type: string): ResourceProvisioner {
    const provisioner = this.provisionerOf(type);
    const inert = isCustomResource(type) ? this.custom : this.native;
    const wrapped = this.wrapped.get(provisioner) ?? tolerant(watch(provisioner, this.running.watch ?? {}), inert, this.lost);
    this.wrapped.set(provisioner, wrapped);
    return wrapped;
  }

  private provisionerOf(type: string): ResourceProvisioner {
    if (ROUTED.includes(type) || type === NESTED_STACK) {
      return super.find(type);
    }
    if (isCustomResource(type) && !this.running.customResources.has(type) && !HARMLESS.includes(type)) {
      return this.custom;
    }
    const provisioner = this.complete.find(type);
    return provisioner === this.complete.find('AWS::Any::Type') ? this.native : provisioner;
  }
}

function watch(provisioner: ResourceProvisioner, { before, after }: Watch): ResourceProvisioner {
  return Object.assign(Object.create(provisioner) as ResourceProvisioner, {
    create: async (context: ProvisioningContext, properties: JsonObject) => {
      before?.(context, properties);
      const created = await provisioner.create(context, properties);
      after?.(context, 'create', created.physicalId);
      return created;
    },
    update: async (context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject) => {
      before?.(context, properties);
      const updated = await provisioner.update(context, physicalId, properties, oldProperties);
      after?.(context, 'update', updated.physicalId);
      return updated;
    },
  });
}

/** Two provisioners for one type: one for the part of the app that runs, one for the rest. */
class RoutedProvisioner implements ResourceProvisioner {
  constructor(
    private readonly runs: (context: ProvisioningContext, properties: JsonObject) => boolean,
    private readonly running: ResourceProvisioner,
    private readonly inert: ResourceProvisioner,
  ) {}

  public create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    return this.of(context, properties).create(context, properties);
  }

  public update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    return this.of(context, properties).update(context, physicalId, properties, oldProperties);
  }

  public delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    return this.of(context, properties).delete(context, physicalId, properties);
  }

  public attribute(context: ProvisioningContext, physicalId: string, name: string, properties: JsonObject): unknown {
    return this.of(context, properties).attribute?.(context, physicalId, name, properties)
      ?? this.inert.attribute!(context, physicalId, name, properties);
  }

  private of(context: ProvisioningContext, properties: JsonObject): ResourceProvisioner {
    return this.runs(context, properties) ? this.running : this.inert;
  }
}
