import { acceleratorArn, acceleratorIdIn, ownerPart } from './arns';
import { overlap, readRanges, showRanges } from './checks';
import { ChildAt, type Child } from './child-at';
import type { GlobalAccelerator, Listener, PortRange } from './port';
import { formatRanges } from './listener-ports';
import { requestHash, type Register } from './register';
import { isCollision, isPassing, POLL_SECONDS } from './service-errors';
import { ACCELERATOR_ARN, LISTENER_ARN, type CustomRoutingListenerAttributes, type CustomRoutingListenerProperties } from '../../src/wire/global-accelerator';
import { ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Change, ManagedResource, ResourceModel, Scope, Timing } from '../lifecycle/model';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const MAX_RANGES = 10;
/** Longer than others take from one look to the next. */
const GIVE_WAY_SECONDS = 1.5 * POLL_SECONDS;

export interface ListenerDeclaration {
  readonly acceleratorArn: string;
  readonly portRanges: readonly PortRange[];
}

/** `Custom::CustomRoutingListener`. Its place is its accelerator and owner; the port ranges change in place. */
export class CustomRoutingListenerModel implements ResourceModel<ListenerDeclaration, Child<Listener>> {
  public readonly noun = 'listener';
  public readonly defaultTimeoutSeconds = 45 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: POLL_SECONDS / 2, misses: 4, absentSeconds: 10 };
  public readonly keepsHint = true;
  public readonly isRetryable = isPassing;

  constructor(private readonly globalAccelerator: GlobalAccelerator) {}

  public parse(raw: RawProperties): ListenerDeclaration {
    const reader = new PropertyReader<CustomRoutingListenerProperties>(raw).schema();
    const declaration = {
      acceleratorArn: reader.string('AcceleratorArn', ACCELERATOR_ARN),
      portRanges: readRanges(reader, 'PortRanges', MAX_RANGES, () => ({})),
    };
    reader.optionalString('Adopt', LISTENER_ARN);
    reader.end();
    refuseOverlap(declaration.portRanges);
    return declaration;
  }

  public placeOf({ AcceleratorArn }: RawProperties, owner: string): string | undefined {
    const id = acceleratorIdIn(AcceleratorArn);
    return id && `${id}/${ownerPart(owner)}`;
  }

  public at(place: string, scope: Scope): ManagedResource<ListenerDeclaration, Child<Listener>> {
    const [id] = place.split('/');
    return new ListenerAt(scope.paced(this.globalAccelerator), place, acceleratorArn(scope.location, id), scope);
  }
}

/** The listener of one accelerator and owner. */
class ListenerAt extends ChildAt<ListenerDeclaration, Listener> {
  protected readonly noun = 'listener';

  protected arnOf(id: string): string {
    return `${this.acceleratorArn}/listener/${id}`;
  }

  protected describe(arn: string): Promise<Listener | undefined> {
    return this.globalAccelerator.describeListener(arn);
  }

  protected async list(): Promise<Listener[]> {
    return await this.globalAccelerator.listListeners(this.acceleratorArn) ?? [];
  }

  protected isInTheWay(listener: Listener, { portRanges }: ListenerDeclaration): boolean {
    return listener.portRanges.some(range => portRanges.some(other => overlap(range, other)));
  }

  protected createChild({ portRanges }: ListenerDeclaration, token: string): Promise<string> {
    return this.globalAccelerator.createListener(this.acceleratorArn, portRanges, token);
  }

  protected createLike({ portRanges }: Listener, token: string): Promise<string> {
    return this.globalAccelerator.createListener(this.acceleratorArn, portRanges, token);
  }

  protected deleteChild(arn: string): Promise<void> {
    return this.globalAccelerator.deleteListener(arn);
  }

  /** Port ranges change in place. */
  protected differences(): string[] {
    return [];
  }

  protected describePlace({ portRanges }: ListenerDeclaration): string {
    return `ports ${showRanges(portRanges)} of accelerator ${this.acceleratorArn}`;
  }

  public async change(listener: Child<Listener>, { portRanges }: ListenerDeclaration): Promise<Change | undefined> {
    const declared = formatRanges(portRanges);
    const isAsDeclared = formatRanges(listener.portRanges) === declared;
    if (isAsDeclared && this.scope.operation === 'Create') {
      return undefined;
    }
    const register = await this.openRegister();
    const remembered = register.entry(this.key)?.ports;
    if (isAsDeclared ? remembered === undefined : remembered === declared) {
      return undefined;
    }
    return {
      kind: 'apply',
      waiting: waiting(`the port ranges ${showRanges(portRanges)} of ${listener.arn}`, POLL_SECONDS),
      apply: () => isAsDeclared ? this.remember(register, listener, undefined) : this.setPorts(register, listener, portRanges),
    };
  }

  /** Its delete makes the accelerator IN_PROGRESS again. Endpoint groups that wait for DEPLOYED get the time to see it before. */
  public async remove(listener: Child<Listener>): Promise<Waiting> {
    const { hasCompany, memory } = this.scope;
    return listener.deployed && hasCompany && !memory.gaveWay && !memory.refusedInProgress
      ? waiting(`others to see that accelerator ${this.acceleratorArn} is DEPLOYED`, GIVE_WAY_SECONDS, { gaveWay: true })
      : super.remove(listener);
  }

  public attributes({ arn }: Listener): Attributes {
    const attributes: CustomRoutingListenerAttributes = { ListenerArn: arn };
    return { ...attributes };
  }

  /** Ports that are in use can't go: see listener-ports.ts. */
  private async setPorts(register: Register, listener: Listener, portRanges: readonly PortRange[]): Promise<void> {
    try {
      await this.globalAccelerator.updateListener(listener.arn, portRanges);
    } catch (error) {
      await this.refused(error, register, listener, portRanges);
      return;
    }
    await (register.entry(this.key)?.ports && this.remember(register, listener, undefined));
  }

  private async refused(error: unknown, register: Register, listener: Listener, portRanges: readonly PortRange[]): Promise<void> {
    if (!isCollision(error)) {
      throw error;
    }
    const declaration = { acceleratorArn: this.acceleratorArn, portRanges };
    const other = (await this.list()).find(candidate => candidate.arn !== listener.arn && this.isInTheWay(candidate, declaration));
    if (other) {
      throw new ResourceError(this.occupied(other, register, declaration));
    }
    if (covers(portRanges, listener.portRanges)) {
      throw error;
    }
    this.scope.log.write('WARN', 'Ports that are to go are still in use: the listener gives them up when its endpoint groups do', {
      listener: listener.arn, present: showRanges(listener.portRanges), declared: showRanges(portRanges),
    });
    await this.remember(register, listener, formatRanges(portRanges));
  }

  private remember(register: Register, { arn }: Listener, ports: string | undefined): Promise<void> {
    const entry = register.entry(this.key) ?? { request: requestHash(this.scope.requestId), writtenAt: this.scope.clock.now() };
    return register.write(this.key, { ...entry, arn, ports });
  }
}

function refuseOverlap(ranges: readonly PortRange[]): void {
  ranges.forEach((range, index) => {
    const other = ranges.findIndex(earlier => overlap(earlier, range));
    if (other < index) {
      throw new ResourceError(`Property 'PortRanges' has ${showRanges([ranges[other]])} and ${showRanges([range])}, which overlap. Join them.`);
    }
  });
}

/** Whether every port of `some` is among `all`. */
function covers(all: readonly PortRange[], some: readonly PortRange[]): boolean {
  return some.every(({ from, to }) => all.some(range => range.from <= from && to <= range.to));
}
