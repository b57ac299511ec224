import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../lifecycle/synthesis-error';
import type { PortRangeProperties } from '../wire/global-accelerator';

const MAX_PORT = 65_535;

/** A range of ports as the constructs take it. */
interface Ports {
  readonly fromPort: number;
  readonly toPort?: number;
}

/** Checks a range and gives it the form in which it travels. */
export function renderPorts(scope: IConstruct, what: string, { fromPort, toPort = fromPort }: Ports): PortRangeProperties {
  for (const port of [fromPort, toPort]) {
    if (!Token.isUnresolved(port) && !(Number.isInteger(port) && port >= 1 && port <= MAX_PORT)) {
      refuse(scope, `${what} ${fromPort}-${toPort}: ${port} is not a port. Use whole numbers from 1 to ${MAX_PORT}.`);
    }
  }
  const range = { FromPort: fromPort, ToPort: toPort };
  if (isConcrete(range) && fromPort > toPort) {
    refuse(scope, `${what} ${show(range)} ends before it begins. Exchange fromPort and toPort.`);
  }
  return range;
}

export function isConcrete({ FromPort, ToPort }: PortRangeProperties): boolean {
  return !Token.isUnresolved(FromPort) && !Token.isUnresolved(ToPort);
}

/** Tokens overlap with nothing. */
export function overlap(a: PortRangeProperties, b: PortRangeProperties): boolean {
  return isConcrete(a) && isConcrete(b) && a.FromPort <= b.ToPort && b.FromPort <= a.ToPort;
}

export function countPorts(ranges: readonly PortRangeProperties[]): number {
  return ranges.reduce((sum, { FromPort, ToPort }) => sum + ToPort - FromPort + 1, 0);
}

/** How many different ports there are in ranges that may overlap. */
export function countDistinctPorts(ranges: readonly PortRangeProperties[]): number {
  let count = 0;
  let end = 0;
  for (const { FromPort, ToPort } of [...ranges].sort((a, b) => a.FromPort - b.FromPort)) {
    count += Math.max(0, ToPort - Math.max(FromPort - 1, end));
    end = Math.max(end, ToPort);
  }
  return count;
}

export function show({ FromPort, ToPort }: PortRangeProperties): string {
  return FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`;
}
