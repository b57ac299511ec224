import { overlap, readRanges, showRanges } from './checks';
import { ChildHandler } from './child';
import type { Listener, PortRange } from './client';
import { waiting } from './patience';
import { ACCELERATOR_ARN, LISTENER_ARN, type CustomRoutingListenerAttributes } from '../../src/wire/global-accelerator';
import { refusal } from '../lifecycle/errors';
import type { Attributes, StepContext, Waiting } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const MAX_RANGES = 10;

export interface ListenerDeclaration {
  readonly acceleratorArn: string;
  readonly portRanges: readonly PortRange[];
}

/** `Custom::CustomRoutingListener`. Its physical id is its ARN. */
export class CustomRoutingListenerHandler extends ChildHandler<ListenerDeclaration, Listener> {
  public readonly defaultTimeoutSeconds = 45 * 60;
  protected readonly kind = 'listener';
  protected readonly arnPattern = LISTENER_ARN.pattern;

  public parse(raw: RawProperties): ListenerDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      acceleratorArn: reader.string('AcceleratorArn', ACCELERATOR_ARN),
      portRanges: readRanges(reader, 'PortRanges', MAX_RANGES, () => ({})),
    };
    reader.end();
    refuseOverlap(declaration.portRanges);
    return declaration;
  }

  protected describePlace({ acceleratorArn, portRanges }: ListenerDeclaration): string {
    return `ports ${showRanges(portRanges)} of accelerator ${acceleratorArn}`;
  }

  protected acceleratorArnIn({ acceleratorArn }: ListenerDeclaration): string {
    return acceleratorArn;
  }

  /** The port ranges change in place, so they are no part of it. */
  protected placeOf(): string {
    return 'listener';
  }

  protected isPlaceOf({ acceleratorArn }: ListenerDeclaration, listener: Listener): boolean {
    return listener.arn.startsWith(`${acceleratorArn}/`);
  }

  protected read(arn: string): Promise<Listener | undefined> {
    return this.globalAccelerator.describeListener(arn);
  }

  protected async occupant({ acceleratorArn, portRanges }: ListenerDeclaration): Promise<Listener | undefined> {
    const listeners = await this.globalAccelerator.listListeners(acceleratorArn) ?? [];
    return listeners.find(listener => listener.portRanges.some(range => portRanges.some(other => overlap(range, other))));
  }

  protected declarationOf(listener: Listener, declaration: ListenerDeclaration): ListenerDeclaration | undefined {
    return sameRanges(listener.portRanges, declaration.portRanges) ? declaration : undefined;
  }

  protected createChild({ acceleratorArn, portRanges }: ListenerDeclaration, token: string): Promise<string> {
    return this.globalAccelerator.createListener(acceleratorArn, portRanges, token);
  }

  protected deleteChild(arn: string): Promise<void> {
    return this.globalAccelerator.deleteListener(arn);
  }

  protected canBecome(): boolean {
    return true;
  }

  protected checkRemake(): void {}

  protected async converge(context: StepContext<ListenerDeclaration>, listener: Listener): Promise<Waiting | undefined> {
    const { portRanges } = context.properties;
    if (sameRanges(listener.portRanges, portRanges)) {
      return undefined;
    }
    await context.claim();
    await this.globalAccelerator.updateListener(listener.arn, portRanges);
    return waiting(`the port ranges ${showRanges(portRanges)} of ${listener.arn}`);
  }

  protected attributesOf({ arn }: Listener): Attributes {
    const attributes: CustomRoutingListenerAttributes = { ListenerArn: arn };
    return { ...attributes };
  }
}

function refuseOverlap(ranges: readonly PortRange[]): void {
  ranges.forEach((range, index) => {
    const other = ranges.findIndex(earlier => overlap(earlier, range));
    if (other < index) {
      throw refusal(`Property 'PortRanges' has ${showRanges([ranges[other]])} and ${showRanges([range])}, which overlap. Join them.`);
    }
  });
}

function sameRanges(a: readonly PortRange[], b: readonly PortRange[]): boolean {
  return sortedRanges(a) === sortedRanges(b);
}

function sortedRanges(ranges: readonly PortRange[]): string {
  return showRanges([...ranges].sort((a, b) => a.from - b.from));
}
