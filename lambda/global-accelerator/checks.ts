import type { PortRange } from './port';
import { ResourceError } from '../lifecycle/errors';
import type { PropertyReader } from '../lifecycle/properties';

export const MAX_PORT = 65_535;

/** Ranges of ports, each with what else its item has. */
export function readRanges<T>(
  reader: PropertyReader, name: string, maxItems: number, readRest: (item: PropertyReader) => T,
): (PortRange & T)[] {
  const ranges = reader.objects(name, 1, maxItems, item => ({
    from: item.integer('FromPort', 1, MAX_PORT), to: item.integer('ToPort', 1, MAX_PORT), ...readRest(item),
  }));
  const wrong = ranges.findIndex(({ from, to }) => from > to);
  if (wrong >= 0) {
    throw new ResourceError(`Property '${name}[${wrong}]' is ${showRanges([ranges[wrong]])}, which ends before it begins. Exchange FromPort and ToPort.`);
  }
  return ranges;
}

export function overlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

export function showRanges(ranges: readonly PortRange[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join(', ');
}
