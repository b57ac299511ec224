import { Stack, Token, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { SubnetNeed } from './capacity';
import type { DestinationProperties, PortRangeProperties } from '../wire/global-accelerator';

/** A listener of an accelerator, as far as the app knows it. */
export interface FamilyListener {
  readonly construct: IConstruct;
  /** Undefined if the listener is imported. */
  readonly portRanges?: readonly PortRangeProperties[];
  readonly groups: FamilyGroup[];
}

export interface FamilyGroup {
  readonly construct: IConstruct;
  readonly destinations: readonly DestinationProperties[];
  region(): string;
  needs(): SubnetNeed[];
}

/** A listener by which a family can be found. */
interface ListenerConstruct extends IConstruct {
  readonly acceleratorArn: string;
}

const FAMILY_OF_LISTENER = new WeakMap<IConstruct, { family: Family; listener: FamilyListener }>();
const FAMILIES = Symbol.for('cdk-multi-region.AcceleratorFamilies');

/** What an app has below one accelerator, which may be imported, in any number of stacks. */
export class Family {
  /**
   * The family of an accelerator.
   *
   * @param construct the accelerator, or the import through which it is reached
   * @param acceleratorArn tells imports of the same accelerator, if it is concrete
   */
  public static of(construct: IConstruct, acceleratorArn: string): Family {
    const root = construct.node.root as unknown as Record<symbol, Map<string, Family> | undefined>;
    const families = root[FAMILIES] ??= new Map<string, Family>();
    const key = Token.isUnresolved(acceleratorArn) ? construct.node.path : acceleratorArn;
    const family = families.get(key) ?? new Family();
    families.set(key, family);
    return family;
  }

  /** The family of a listener, and what is known of the listener: nothing but its ARN if it is imported. */
  public static ofListener(construct: ListenerConstruct): { family: Family; listener: FamilyListener } {
    const known = FAMILY_OF_LISTENER.get(construct);
    return known ?? Family.of(construct, construct.acceleratorArn).join({ construct, groups: [] });
  }

  public readonly listeners: FamilyListener[] = [];
  private readonly latest = new Map<Stack, CfnResource>();
  private children = 0;

  public join(listener: FamilyListener): { family: Family; listener: FamilyListener } {
    const membership = { family: this, listener };
    this.listeners.push(listener);
    FAMILY_OF_LISTENER.set(listener.construct, membership);
    return membership;
  }

  /** Global Accelerator takes one change after the other: children of one accelerator wait for each other. */
  public chain(resource: CfnResource): void {
    const stack = Stack.of(resource);
    const previous = this.latest.get(stack);
    if (previous) {
      resource.node.addDependency(previous);
    }
    this.latest.set(stack, resource);
    this.children += 1;
  }

  /** Listeners and endpoint groups that this app makes; each needs a tag of the accelerator. */
  public get childCount(): number {
    return this.children;
  }
}
