import { acceleratorArnOf } from './arns';
import type { GlobalAccelerator, Group } from './port';
import type { EndpointGroupDeclaration } from './endpoint-group-declaration';
import { POLL_SECONDS } from './service-errors';
import { apply, trafficChanges, unknownAddresses, type TrafficChange } from './traffic';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Memory } from '../lifecycle/handler';
import type { Change, Scope } from '../lifecycle/model';

const SUBNETS_PER_CALL = 20;
const TRAFFIC_CHANGES_PER_STEP = 20;
/** Mappings may show a change of the traffic late; 45 s were measured. */
const TRAFFIC_LAG_SECONDS = 60;
/** Remembers a subnet that this request takes out of its group and adds by another attachment. */
const REATTACHING = 'reattaching:';

/** The subnets of an endpoint group and their traffic: the changes towards what is declared. */
export class EndpointGroupSubnets {
  constructor(
    private readonly globalAccelerator: GlobalAccelerator, private readonly scope: Scope, private readonly group: Group,
    private readonly declaration: EndpointGroupDeclaration, private readonly before: EndpointGroupDeclaration | undefined,
  ) {}

  /** Only those that were declared before: what an application has added at run time is its own. */
  public surplus(): Change | undefined {
    const { subnets } = this.declaration;
    const subnetIds = (this.before?.subnets ?? []).map(({ subnetId }) => subnetId)
      .filter(subnetId => this.group.subnetIds.includes(subnetId))
      .filter(subnetId => subnets.every(subnet => subnet.subnetId !== subnetId) || this.isByOtherAttachment(subnetId))
      .slice(0, SUBNETS_PER_CALL);
    return subnetIds.length === 0 ? undefined : {
      kind: 'apply',
      waiting: waiting(`${this.group.arn} to let go of ${subnetIds.join(', ')}`, POLL_SECONDS, this.reattaching(subnetIds)),
      apply: () => this.globalAccelerator.removeEndpoints(this.group.arn, subnetIds),
    };
  }

  public missing(): Change | undefined {
    const missing = this.declaration.subnets.filter(({ subnetId }) => !this.group.subnetIds.includes(subnetId)).slice(0, SUBNETS_PER_CALL);
    const subnetIds = missing.map(subnet => subnet.subnetId);
    return missing.length === 0 ? undefined : {
      kind: 'apply',
      waiting: waiting(`${this.group.arn} to take ${subnetIds.join(', ')}`, POLL_SECONDS, this.reattaching(subnetIds)),
      apply: async () => {
        try {
          await this.globalAccelerator.addEndpoints(this.group.arn, missing);
        } catch (error) {
          throw hasName(error, 'LimitExceededException') ? tooMuch(this.group, subnetIds.join(', '), error) : error;
        }
      },
    };
  }

  public async traffic(): Promise<Change | undefined> {
    const declared = this.declaration.subnets.filter(subnet => subnet.traffic !== undefined);
    if (declared.length === 0) {
      return undefined;
    }
    const mappings = await this.globalAccelerator.portMappings(acceleratorArnOf(this.group.arn), this.group.arn);
    const bySubnet = new Map(declared.map(({ subnetId }) => [subnetId, mappings.filter(mapping => mapping.subnetId === subnetId)]));
    const unmapped = declared.find(({ subnetId }) => bySubnet.get(subnetId)!.length === 0);
    if (unmapped) {
      return { kind: 'wait', waiting: waiting(`the port mappings of ${unmapped.subnetId} in ${this.group.arn}`, POLL_SECONDS) };
    }
    declared.forEach(({ subnetId, traffic }) => refuseUnknown(this.group, subnetId, unknownAddresses(traffic!, bySubnet.get(subnetId)!)));
    const changes = declared.flatMap(({ subnetId, traffic }) => trafficChanges(subnetId, traffic!, bySubnet.get(subnetId)!));
    return changes.length === 0 ? undefined : this.changeTraffic(changes);
  }

  /** The service does not show by which attachment a subnet is in a group, so it is taken out once and added again. */
  private isByOtherAttachment(subnetId: string): boolean {
    const [before, declared] = [this.before, this.declaration].map(group => group?.subnets.find(subnet => subnet.subnetId === subnetId));
    return before?.attachmentArn !== declared?.attachmentArn && before !== undefined && !this.scope.memory[`${REATTACHING}${subnetId}`];
  }

  private reattaching(subnetIds: readonly string[]): Memory {
    return Object.fromEntries(subnetIds.filter(id => this.isByOtherAttachment(id)).map(id => [`${REATTACHING}${id}`, true]));
  }

  private changeTraffic(changes: readonly TrafficChange[]): Change {
    const until = waiting(`the port mappings of ${this.group.arn} to show the declared traffic`, POLL_SECONDS);
    const { clock, memory } = this.scope;
    if (clock.now() < Number(memory.trafficAt ?? -Infinity) + TRAFFIC_LAG_SECONDS * 1000) {
      return { kind: 'wait', waiting: until };
    }
    const isLast = changes.length <= TRAFFIC_CHANGES_PER_STEP;
    return {
      kind: 'apply',
      waiting: isLast ? { ...until, memory: { trafficAt: clock.now() } } : until,
      apply: async () => {
        for (const change of changes.slice(0, TRAFFIC_CHANGES_PER_STEP)) {
          await apply(this.globalAccelerator, this.group.arn, change);
        }
      },
    };
  }
}

function refuseUnknown(group: Group, subnetId: string, unknown: readonly string[]): void {
  if (unknown.length > 0) {
    throw new ResourceError(`The traffic policy of ${subnetId} in ${group.arn} allows ${unknown.slice(0, 10).join(', ')}, which `
      + 'the subnet does not have. Allow addresses of the subnet, except the four first and the last one.');
  }
}

function tooMuch(group: Group, subnetIds: string, error: unknown): ResourceError {
  return new ResourceError(`${group.arn} can't take ${subnetIds}: ${quote(error)}. Either the listener has too few ports left (a subnet needs `
    + 'a port for each of its addresses and destination ports; widen the listener\'s port ranges), or the quota "VPC subnets per endpoint '
    + 'group" is used up.');
}
