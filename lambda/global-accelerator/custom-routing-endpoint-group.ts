import { acceleratorArn, idsInListenerArn, ownerPart } from './arns';
import { ChildAt, type Child } from './child-at';
import type { Destination, GlobalAccelerator, Group } from './port';
import { readEndpointGroup, type EndpointGroupDeclaration } from './endpoint-group-declaration';
import { EndpointGroupSubnets } from './endpoint-group-subnets';
import { narrowingOf } from './listener-ports';
import { isPassing, POLL_SECONDS } from './service-errors';
import type { CustomRoutingEndpointGroupAttributes } from '../../src/wire/global-accelerator';
import { ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Change, Created, ManagedResource, ResourceModel, Scope, Timing } from '../lifecycle/model';
import type { RawProperties } from '../lifecycle/request';

/** `Custom::CustomRoutingEndpointGroup`. Its place is its listener, Region and owner: a listener has one in a Region. */
export class CustomRoutingEndpointGroupModel implements ResourceModel<EndpointGroupDeclaration, Child<Group>> {
  public readonly noun = 'endpoint-group';
  public readonly defaultTimeoutSeconds = 59 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: POLL_SECONDS / 2, misses: 4, absentSeconds: 10 };
  public readonly keepsHint = true;
  public readonly isRetryable = isPassing;
  public readonly parse = readEndpointGroup;

  constructor(private readonly globalAccelerator: GlobalAccelerator) {}

  public placeOf({ ListenerArn, Region }: RawProperties, owner: string): string | undefined {
    const ids = idsInListenerArn(ListenerArn);
    return ids && typeof Region === 'string' ? [...ids, Region, ownerPart(owner)].join('/') : undefined;
  }

  public at(place: string, scope: Scope): ManagedResource<EndpointGroupDeclaration, Child<Group>> {
    const [accelerator, listener, region] = place.split('/');
    return new EndpointGroupAt(scope.paced(this.globalAccelerator), place, acceleratorArn(scope.location, accelerator), listener, region, scope);
  }
}

/** The endpoint group of one listener, Region and owner. */
class EndpointGroupAt extends ChildAt<EndpointGroupDeclaration, Group> {
  protected readonly noun = 'endpoint group';
  private readonly listenerArn: string;

  constructor(
    globalAccelerator: GlobalAccelerator, place: string, ofAccelerator: string, listener: string,
    private readonly region: string, scope: Scope,
  ) {
    super(globalAccelerator, place, ofAccelerator, scope);
    this.listenerArn = `${ofAccelerator}/listener/${listener}`;
  }

  protected arnOf(id: string): string {
    return `${this.listenerArn}/endpoint-group/${id}`;
  }

  protected describe(arn: string): Promise<Group | undefined> {
    return this.globalAccelerator.describeGroup(arn);
  }

  protected async list(): Promise<Group[]> {
    const groups = await this.globalAccelerator.listGroups(this.listenerArn) ?? [];
    return groups.filter(({ region }) => region === this.region);
  }

  protected isInTheWay(): boolean {
    return true;
  }

  protected createChild({ destinations }: EndpointGroupDeclaration, token: string): Promise<string> {
    return this.globalAccelerator.createGroup(this.listenerArn, this.region, destinations, token);
  }

  protected createLike({ destinations }: Group, token: string): Promise<string> {
    return this.globalAccelerator.createGroup(this.listenerArn, this.region, destinations, token);
  }

  protected deleteChild(arn: string): Promise<void> {
    return this.globalAccelerator.deleteGroup(arn);
  }

  protected differences({ destinations, region }: Group, declaration: EndpointGroupDeclaration): string[] {
    const [present, declared] = [destinations, declaration.destinations].map(show);
    return [
      ...region === this.region ? [] : [`it is in ${region}, not in ${this.region}`],
      ...present === declared ? [] : [`its destinations are ${present}, not ${declared}`],
    ];
  }

  protected describePlace(): string {
    return `the one endpoint group in ${this.region} of listener ${this.listenerArn}`;
  }

  public async create(declaration: EndpointGroupDeclaration): Promise<Created> {
    await (this.scope.operation === 'Update' && this.narrowListener());
    return super.create(declaration);
  }

  public async change(
    group: Child<Group>, declaration: EndpointGroupDeclaration, before: EndpointGroupDeclaration | undefined,
  ): Promise<Change | undefined> {
    if (show(group.destinations) !== show(declaration.destinations)) {
      refuseIfProtected(group, declaration, before);
      return { kind: 'recreate' };
    }
    const subnets = new EndpointGroupSubnets(this.globalAccelerator, this.scope, group, declaration, before);
    return subnets.surplus() ?? await this.listenerChange() ?? subnets.missing() ?? subnets.traffic();
  }

  public async forget(): Promise<Waiting | undefined> {
    const isNarrowed = await this.narrowListener();
    return isNarrowed ? this.untilDeployed : super.forget();
  }

  public attributes({ arn }: Group): Attributes {
    const attributes: CustomRoutingEndpointGroupAttributes = { EndpointGroupArn: arn };
    return { ...attributes };
  }

  /** One that was re-created is not known by the id that CloudFormation holds. */
  protected async withoutEntry(): Promise<void> {
    const [group] = this.scope.operation === 'Delete' ? await this.list() : [];
    if (group) {
      throw new ResourceError(`The tags by which cdk-multi-region knows what it has made are gone from accelerator ${this.acceleratorArn}, so `
        + `nothing proves whether ${group.arn} was made by this stack and logical id, and it is left alone. If it was made by this stack (CloudTrail `
        + 'in us-west-2 shows who made it) and serves nobody, delete it by hand. If it is somebody else\'s, keep it and retain this resource when '
        + 'you delete the stack.');
    }
  }

  private async listenerChange(): Promise<Change | undefined> {
    if (this.scope.operation === 'Create' || this.scope.memory.narrowed) {
      return undefined;
    }
    const narrowing = await narrowingOf(this.globalAccelerator, this.listenerArn);
    return narrowing && {
      kind: 'apply',
      waiting: waiting(`listener ${this.listenerArn} to give up ports`, POLL_SECONDS, { narrowed: true }),
      apply: async () => {
        await narrowing.apply();
      },
    };
  }

  private async narrowListener(): Promise<boolean> {
    const narrowing = await narrowingOf(this.globalAccelerator, this.listenerArn);
    return await narrowing?.apply() ?? false;
  }
}

/** Protection that the same update has just taken away, or brought, does not count, so that a rollback gets through. */
function refuseIfProtected(
  { arn }: Group, { protectPortMappings }: EndpointGroupDeclaration, before: EndpointGroupDeclaration | undefined,
): void {
  if (protectPortMappings && (before?.protectPortMappings ?? true)) {
    throw new ResourceError(`The destinations of ${arn} can't be changed in place, and 'protectPortMappings' forbids to re-create the `
      + 'endpoint group, which would give all its destinations other accelerator ports and deny all traffic until it is allowed again. '
      + "Take the change back, or set 'protectPortMappings' to false in the same deployment.");
  }
}

function show(destinations: readonly Destination[]): string {
  return destinations.map(({ from, to, protocols }) => `${from}-${to} ${[...protocols].sort().join('+')}`).sort().join(', ');
}
