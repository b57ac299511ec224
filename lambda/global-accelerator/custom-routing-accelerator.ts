import { requestHash } from './child-register';
import type { Accelerator, AcceleratorChange, FlowLogs, GlobalAccelerator } from './client';
import { patiently, POLL_SECONDS, waiting } from './patience';
import {
  ACCELERATOR_ARN, GLOBAL_ACCELERATOR_TAG_RULES, IPV4_ADDRESS, REQUEST_TAG_KEY, type CustomRoutingAcceleratorAttributes,
} from '../../src/wire/global-accelerator';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { refusalForKept, ResourceError } from '../lifecycle/errors';
import type { Outcome, ResourceHandler, StepContext, Waiting } from '../lifecycle/handler';
import { sha256 } from '../lifecycle/ownership';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, tagDifference, withOwner, type Tags } from '../lifecycle/tags';

const NAME_RULE = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/,
  says: 'a name has 1 to 64 letters, digits and hyphens, and no hyphen at its ends',
};
/** A new accelerator may not be found at once. */
const UNSEEN_SECONDS = 60;
const MISSES = 4;

export interface AcceleratorDeclaration {
  readonly name: string;
  readonly enabled: boolean;
  readonly addresses: readonly string[];
  readonly flowLogs?: { readonly bucket: string; readonly prefix: string };
  readonly tags: Tags;
}

type Context = StepContext<AcceleratorDeclaration>;

/** `Custom::CustomRoutingAccelerator`. Its physical id is its ARN. */
export class CustomRoutingAcceleratorHandler implements ResourceHandler<AcceleratorDeclaration> {
  public readonly defaultTimeoutSeconds = 45 * 60;

  constructor(private readonly globalAccelerator: GlobalAccelerator) {}

  public parse(raw: RawProperties): AcceleratorDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      name: reader.string('Name', NAME_RULE),
      enabled: reader.has('Enabled') ? reader.boolean('Enabled') : true,
      addresses: reader.has('IpAddresses') ? reader.strings('IpAddresses', 0, 2, IPV4_ADDRESS) : [],
      flowLogs: reader.has('FlowLogs') ? reader.object('FlowLogs', readFlowLogs) : undefined,
      tags: reader.tags('Tags', GLOBAL_ACCELERATOR_TAG_RULES),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return ACCELERATOR_ARN.pattern.test(physicalId);
  }

  public create(context: Context): Promise<Outcome> {
    return patiently(() => this.bear(context, false));
  }

  public update(context: Context): Promise<Outcome> {
    return patiently(async () => {
      const accelerator = this.recognizes(context.physicalId!)
        ? await this.globalAccelerator.describeAccelerator(context.physicalId!) : undefined;
      return accelerator ? this.settle(context, accelerator) : this.bear(context, true);
    });
  }

  public delete(context: Context): Promise<Outcome> {
    return patiently(async () => {
      if (this.recognizes(context.physicalId!)) {
        return await this.remove(context, context.physicalId!) ?? { status: 'gone' };
      }
      return this.removeAbandoned(context);
    });
  }

  /**
   * @param adopts whether an accelerator will do that an earlier request of this stack and logical id has made: the update
   * that takes back one which had to make the accelerator anew finds that one
   */
  private async bear(context: Context, adopts: boolean): Promise<Outcome> {
    const arn = context.memory.createdArn as string | undefined ?? await this.find(context, adopts);
    if (arn === undefined) {
      return this.createMissing(context);
    }
    const accelerator = await this.globalAccelerator.describeAccelerator(arn);
    return accelerator ? this.settle(context, accelerator) : this.awaitSight(context, arn);
  }

  /** The accelerator that carries the owner's tag, at most one: a create refuses to make a second one. */
  private async find(context: Context, adopts: boolean): Promise<string | undefined> {
    for (const arn of await this.globalAccelerator.listAccelerators()) {
      const tags = await this.globalAccelerator.listTags(arn);
      if (!isOwnedBy(context.owner, tags)) {
        continue;
      }
      if (adopts || tags![REQUEST_TAG_KEY] === requestHash(context.requestId)) {
        return arn;
      }
      throw refusalForKept(`Accelerator ${arn} was made by an earlier deployment of this stack and logical id and has been kept, so no second one `
        + 'is made beside it. Import it with CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(), or delete it, or remove '
        + `its tag '${OWNER_TAG_KEY}'; then deploy again.`);
    }
    return undefined;
  }

  private async createMissing(context: Context): Promise<Outcome> {
    const { name, enabled, addresses, tags } = context.properties;
    const request = requestHash(context.requestId);
    await context.claim();
    const arn = await this.globalAccelerator.createAccelerator(
      name, enabled, addresses, { ...withOwner(tags, context.owner), [REQUEST_TAG_KEY]: request }, sha256(`${context.owner}/${request}`));
    context.log.write('INFO', 'Created the accelerator', { arn });
    return { ...awaitDeployed(arn), memory: { createdArn: arn, createdAt: context.clock.now() } };
  }

  /** The accelerator was created by this request and is not found: not yet, or not any more. */
  private awaitSight(context: Context, arn: string): Outcome {
    const createdAt = Number(context.memory.createdAt ?? context.clock.now());
    if (!context.memory.seen && context.clock.now() < createdAt + UNSEEN_SECONDS * 1000) {
      return { ...waiting(`accelerator ${arn} to show up`, POLL_SECONDS / 2), memory: { createdArn: arn, createdAt } };
    }
    const misses = Number(context.memory.misses ?? 0) + 1;
    if (misses < MISSES) {
      return { ...waiting(`accelerator ${arn} to show up again`, POLL_SECONDS / 2), memory: { misses } };
    }
    throw new ResourceError(`Accelerator ${arn} was created and has vanished before it was DEPLOYED: something else deleted it. Find out `
      + 'what in CloudTrail in us-west-2 (DeleteCustomRoutingAccelerator), then deploy again.');
  }

  /** Makes the next single change, and looks until the accelerator is as declared and DEPLOYED. */
  private async settle(context: Context, accelerator: Accelerator): Promise<Outcome> {
    const { arn } = accelerator;
    const seen = { physicalId: arn, memory: { seen: true, misses: 0 } };
    if (!accelerator.deployed) {
      return { ...awaitDeployed(arn), ...seen };
    }
    const change = await this.changeAccelerator(context, accelerator) ?? await this.changeFlowLogs(context, arn);
    if (change) {
      return { ...change, ...seen };
    }
    await this.syncTags(context, arn);
    return { status: 'ready', physicalId: arn, attributes: { ...attributesOf(accelerator) } };
  }

  private async changeAccelerator({ claim, properties }: Context, accelerator: Accelerator): Promise<Waiting | undefined> {
    const { name, enabled, addresses } = properties;
    const change: AcceleratorChange = {
      name: name === accelerator.name ? undefined : name,
      enabled: enabled === accelerator.enabled ? undefined : enabled,
      addresses: addresses.every(address => accelerator.addresses.includes(address)) ? undefined : addresses,
    };
    if (Object.values(change).every(value => value === undefined)) {
      return undefined;
    }
    await claim();
    await this.globalAccelerator.updateAccelerator(accelerator.arn, change);
    return awaitDeployed(accelerator.arn);
  }

  /** Another bucket or prefix takes effect only when the logs are off in between. */
  private async changeFlowLogs({ claim, oldProperties, properties }: Context, arn: string): Promise<Waiting | undefined> {
    const { flowLogs } = properties;
    if (!flowLogs && !oldProperties?.flowLogs) {
      return undefined;
    }
    const present = await this.globalAccelerator.flowLogs(arn);
    const isAsDeclared = flowLogs
      ? present.enabled && present.bucket === flowLogs.bucket && present.prefix === flowLogs.prefix
      : !present.enabled;
    if (isAsDeclared) {
      return undefined;
    }
    const next: FlowLogs = !flowLogs || present.enabled ? { enabled: false } : { enabled: true, ...flowLogs };
    await claim();
    await this.globalAccelerator.setFlowLogs(arn, next);
    return waiting(`the flow logs of ${arn} to be switched ${next.enabled ? 'on' : 'off'}`);
  }

  private async syncTags({ claim, oldProperties, properties }: Context, arn: string): Promise<void> {
    const present = await this.globalAccelerator.listTags(arn) ?? {};
    const { set, remove } = tagDifference(present, properties.tags, oldProperties?.tags ?? {});
    if (Object.keys(set).length > 0 || remove.length > 0) {
      await claim();
    }
    if (Object.keys(set).length > 0) {
      await this.globalAccelerator.tag(arn, set);
    }
    if (remove.length > 0) {
      await this.globalAccelerator.untag(arn, remove);
    }
  }

  /** CloudFormation invented the id of a create that it gave up: what that create made, or is about to make, has the tag. */
  private async removeAbandoned(context: Context): Promise<Outcome> {
    const arn = await this.find(context, true);
    const removing = arn === undefined ? undefined : await this.remove(context, arn);
    if (removing) {
      return removing;
    }
    const quietSeconds = (context.certainAt - context.clock.now()) / 1000;
    return quietSeconds > 0
      ? waiting('certainty that no abandoned create is still under way', Math.min(quietSeconds, 30))
      : { status: 'gone' };
  }

  /** Disables, waits and deletes. Listeners that are left are somebody else's and stay. @returns undefined if it is gone */
  private async remove(context: Context, arn: string): Promise<Waiting | undefined> {
    const accelerator = await this.globalAccelerator.describeAccelerator(arn);
    if (!accelerator) {
      return undefined;
    }
    if (!accelerator.deployed) {
      return awaitDeployed(arn);
    }
    const listeners = await this.globalAccelerator.listListeners(arn) ?? [];
    if (listeners.length > 0) {
      return waiting(`the removal of listeners that are not this stack's: ${listeners.map(listener => listener.arn).join(', ')}`, 30);
    }
    await context.claim();
    if (accelerator.enabled) {
      await this.globalAccelerator.updateAccelerator(arn, { enabled: false });
      return waiting(`accelerator ${arn} to be disabled`);
    }
    await this.globalAccelerator.deleteAccelerator(arn);
    context.log.write('INFO', 'Deleted the accelerator', { arn });
    return waiting(`accelerator ${arn} to go away`);
  }
}

function readFlowLogs(reader: PropertyReader): { bucket: string; prefix: string } {
  return { bucket: reader.string('Bucket'), prefix: reader.string('Prefix') };
}

function awaitDeployed(arn: string): Waiting {
  return waiting(`accelerator ${arn} to be DEPLOYED (it is IN_PROGRESS)`);
}

function attributesOf({ arn, name, dnsName, addresses }: Accelerator): CustomRoutingAcceleratorAttributes {
  return { AcceleratorArn: arn, Name: name, DnsName: dnsName, Ipv4Address1: addresses[0] ?? '', Ipv4Address2: addresses[1] ?? '' };
}
