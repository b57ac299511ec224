import { ACCELERATOR_ARN_RULE, LISTENER_ARN } from './arns';
import { ChildHandler } from './child';
import type { Listener, PortRange } from './client';
import { waiting } from './patience';
import type { CustomRoutingListenerAttributes } from '../../src/wire/global-accelerator';
import { refusal } from '../lifecycle/errors';
import type { Attributes, StepContext, Waiting } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

export const MAX_PORT = 65_535;

export interface ListenerDeclaration {
  readonly acceleratorArn: string;
  readonly portRanges: readonly PortRange[];
}

/** `Custom::CustomRoutingListener`. Its physical id is its ARN. */
export class CustomRoutingListenerHandler extends ChildHandler<ListenerDeclaration, Listener> {
  public readonly defaultTimeoutSeconds = 45 * 60;
  protected readonly kind = 'listener';
  protected readonly arnPattern = LISTENER_ARN;

  public parse(raw: RawProperties): ListenerDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      acceleratorArn: reader.string('AcceleratorArn', ACCELERATOR_ARN_RULE),
      portRanges: reader.objects('PortRanges', 1, 10, readPortRange),
    };
    reader.end();
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

  protected isSame(a: ListenerDeclaration, b: ListenerDeclaration): boolean {
    return this.isSamePlace(a, b);
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

export function readPortRange(reader: PropertyReader): PortRange {
  const from = reader.integer('FromPort', 1, MAX_PORT);
  const to = reader.integer('ToPort', 1, MAX_PORT);
  if (from > to) {
    throw refusal(`The port range ${from}-${to} ends before it begins.`);
  }
  return { from, to };
}

function overlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function sameRanges(a: readonly PortRange[], b: readonly PortRange[]): boolean {
  return sortedRanges(a) === sortedRanges(b);
}

function showRanges(ranges: readonly PortRange[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join(', ');
}

function sortedRanges(ranges: readonly PortRange[]): string {
  return showRanges([...ranges].sort((a, b) => a.from - b.from));
}
