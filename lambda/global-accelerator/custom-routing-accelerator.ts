import { acceleratorArn, idOf } from './arns';
import type { Accelerator, AcceleratorChange, FlowLogs, GlobalAccelerator } from './port';
import { createToken, requestHash } from './register';
import { isPassing, POLL_SECONDS } from './service-errors';
import {
  ACCELERATOR_ARN, GLOBAL_ACCELERATOR_TAG_RULES, IPV4_ADDRESS, type CustomRoutingAcceleratorAttributes, type CustomRoutingAcceleratorProperties,
  type FlowLogsProperties,
} from '../../src/wire/global-accelerator';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, withOwner, type Tags } from '../lifecycle/tags';

const NAME_RULE = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/,
  says: 'a name has 1 to 64 letters, digits and hyphens, and no hyphen at its ends',
};

interface FlowLogsDeclaration {
  readonly bucket: string;
  readonly prefix: string;
}

export interface AcceleratorDeclaration {
  readonly name: string;
  readonly enabled: boolean;
  readonly addresses: readonly string[];
  readonly flowLogs?: FlowLogsDeclaration;
  readonly tags: Tags;
}

/** `Custom::CustomRoutingAccelerator`. Names are not unique, so its place is its owner, and the id carries what finds it. */
export class CustomRoutingAcceleratorModel implements ResourceModel<AcceleratorDeclaration, Accelerator> {
  public readonly noun = 'accelerator';
  public readonly defaultTimeoutSeconds = 45 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: POLL_SECONDS / 2, misses: 4, absentSeconds: 10 };
  public readonly keepsHint = true;
  public readonly isRetryable = isPassing;

  constructor(private readonly globalAccelerator: GlobalAccelerator) {}

  public parse(raw: RawProperties): AcceleratorDeclaration {
    const reader = new PropertyReader<CustomRoutingAcceleratorProperties>(raw).schema();
    const declaration = {
      name: reader.string('Name', NAME_RULE),
      enabled: reader.has('Enabled') ? reader.boolean('Enabled') : true,
      addresses: reader.has('IpAddresses') ? reader.strings('IpAddresses', 0, 2, IPV4_ADDRESS) : [],
      flowLogs: reader.has('FlowLogs') ? reader.object('FlowLogs', readFlowLogs) : undefined,
      tags: reader.tags('Tags', GLOBAL_ACCELERATOR_TAG_RULES),
    };
    reader.optionalString('Adopt', ACCELERATOR_ARN);
    reader.end();
    return declaration;
  }

  public placeOf(_: RawProperties, owner: string): string {
    return owner.slice(0, 24);
  }

  public at(_: string, scope: Scope): ManagedResource<AcceleratorDeclaration, Accelerator> {
    return new AcceleratorOf(this.globalAccelerator, scope);
  }
}

/** The accelerator of one owner. */
class AcceleratorOf implements ManagedResource<AcceleratorDeclaration, Accelerator> {
  public readonly tags: Tagging<AcceleratorDeclaration, Accelerator> = {
    of: ({ tags }) => tags,
    read: async ({ arn }) => await this.globalAccelerator.listTags(arn) ?? {},
    set: ({ arn }, tags) => this.globalAccelerator.tag(arn, tags),
    remove: ({ arn }, keys) => this.globalAccelerator.untag(arn, keys),
  };

  public readonly adoption: Adoption<AcceleratorDeclaration, Accelerator> = {
    identityOf: ({ arn }) => arn,
    find: arn => this.globalAccelerator.describeAccelerator(arn),
    differences: () => [],
    take: ({ arn }) => this.globalAccelerator.tag(arn, { [OWNER_TAG_KEY]: this.scope.owner }),
  };

  constructor(private readonly globalAccelerator: GlobalAccelerator, private readonly scope: Scope) {}

  /** @param id of the one that was seen before: without it, or if that is gone, all accelerators are asked for their tags */
  public async look(id: string | undefined, isProven: boolean): Promise<Observation<Accelerator>> {
    const known = id ? await this.globalAccelerator.describeAccelerator(acceleratorArn(this.scope.location, id)) : undefined;
    if (known) {
      return isProven ? { is: 'ours', thing: known } : this.assess(known);
    }
    for (const arn of await this.globalAccelerator.listAccelerators()) {
      const tags = await this.globalAccelerator.listTags(arn);
      const thing = isOwnedBy(this.scope.owner, tags) ? await this.globalAccelerator.describeAccelerator(arn) : undefined;
      if (thing) {
        return { is: 'ours', thing, tags };
      }
    }
    return { is: 'absent' };
  }

  /** CloudFormation holds it. Another stack or logical id may have adopted it meanwhile. */
  private async assess(thing: Accelerator): Promise<Observation<Accelerator>> {
    const tags = await this.globalAccelerator.listTags(thing.arn) ?? {};
    return (tags[OWNER_TAG_KEY] ?? this.scope.owner) === this.scope.owner ? { is: 'ours', thing, tags } : {
      is: 'foreign',
      refusal: `Accelerator ${thing.arn} belongs to another stack or logical id now, so it is left alone. ${adoptionFromOtherAdvice(thing.arn)}`,
    };
  }

  public hintOf({ arn }: Accelerator): string {
    return idOf(arn);
  }

  public async create({ name, enabled, addresses, tags }: AcceleratorDeclaration): Promise<Created> {
    const { owner, requestId } = this.scope;
    const token = createToken(owner, 'accelerator', requestHash(requestId));
    const arn = await this.globalAccelerator.createAccelerator(name, enabled, addresses, withOwner(tags, owner), token);
    return { hint: idOf(arn), waiting: untilDeployed(arn) };
  }

  public phase({ arn, deployed }: Accelerator): Phase {
    return deployed ? { is: 'ready' } : { is: 'pending', waiting: untilDeployed(arn) };
  }

  public async change(
    accelerator: Accelerator, declaration: AcceleratorDeclaration, before: AcceleratorDeclaration | undefined,
  ): Promise<Change | undefined> {
    if (!accelerator.deployed) {
      return undefined;
    }
    return this.ownChange(accelerator, declaration) ?? await this.flowLogsChange(accelerator, declaration, before);
  }

  /** Disables, waits and deletes. Listeners that are left are somebody else's and stay. */
  public async remove({ arn, deployed, enabled }: Accelerator): Promise<Waiting> {
    if (!deployed) {
      return untilDeployed(arn);
    }
    const listeners = await this.globalAccelerator.listListeners(arn) ?? [];
    if (listeners.length > 0) {
      return waiting(`the removal of listeners that are not this stack's: ${listeners.map(listener => listener.arn).join(', ')}`, 30);
    }
    if (enabled) {
      await this.globalAccelerator.updateAccelerator(arn, { enabled: false });
      return waiting(`accelerator ${arn} to be disabled`, POLL_SECONDS);
    }
    await this.globalAccelerator.deleteAccelerator(arn);
    this.scope.log.write('INFO', 'Deleted the accelerator', { arn });
    return waiting(`accelerator ${arn} to go away`, POLL_SECONDS);
  }

  public attributes({ arn, name, dnsName, addresses }: Accelerator): Attributes {
    const attributes: CustomRoutingAcceleratorAttributes = {
      AcceleratorArn: arn, Name: name, DnsName: dnsName, Ipv4Address1: addresses[0] ?? '', Ipv4Address2: addresses[1] ?? '',
    };
    return { ...attributes };
  }

  private ownChange(accelerator: Accelerator, { name, enabled, addresses }: AcceleratorDeclaration): Change | undefined {
    const change: AcceleratorChange = {
      name: name === accelerator.name ? undefined : name,
      enabled: enabled === accelerator.enabled ? undefined : enabled,
      addresses: addresses.every(address => accelerator.addresses.includes(address)) ? undefined : addresses,
    };
    return Object.values(change).every(value => value === undefined) ? undefined : {
      kind: 'apply',
      waiting: untilDeployed(accelerator.arn),
      apply: () => this.globalAccelerator.updateAccelerator(accelerator.arn, change),
    };
  }

  private async flowLogsChange(
    { arn }: Accelerator, { flowLogs }: AcceleratorDeclaration, before: AcceleratorDeclaration | undefined,
  ): Promise<Change | undefined> {
    if (!flowLogs && !before?.flowLogs) {
      return undefined;
    }
    const next = nextFlowLogs(await this.globalAccelerator.flowLogs(arn), flowLogs);
    return next && {
      kind: 'apply',
      waiting: waiting(`the flow logs of ${arn} to be switched ${next.enabled ? 'on' : 'off'}`, POLL_SECONDS),
      apply: () => this.globalAccelerator.setFlowLogs(arn, next),
    };
  }
}

function readFlowLogs(reader: PropertyReader<FlowLogsProperties>): FlowLogsDeclaration {
  return { bucket: reader.string('Bucket'), prefix: reader.string('Prefix') };
}

/**
 * Another bucket or prefix takes effect only when the logs are off in between.
 *
 * @returns undefined if they are as declared
 */
function nextFlowLogs(present: FlowLogs, declared: FlowLogsDeclaration | undefined): FlowLogs | undefined {
  if (!present.enabled) {
    return declared && { enabled: true, ...declared };
  }
  return declared && present.bucket === declared.bucket && present.prefix === declared.prefix ? undefined : { enabled: false };
}

function untilDeployed(arn: string): Waiting {
  return waiting(`accelerator ${arn} to be DEPLOYED (it is IN_PROGRESS)`, POLL_SECONDS);
}
