import type { PortRange } from './client';
import { IPV4_ADDRESS } from '../../src/wire/global-accelerator';
import { refusal } from '../lifecycle/errors';
import type { PropertyReader } from '../lifecycle/properties';

export const MAX_PORT = 65_535;
const PORT = /^\d{1,5}$/;

export function readAddresses(reader: PropertyReader, name: string, minItems: number, maxItems: number): string[] {
  const addresses = reader.strings(name, minItems, maxItems);
  const wrong = addresses.findIndex(address => !IPV4_ADDRESS.pattern.test(address));
  if (wrong >= 0) {
    throw refusal(`Property '${name}[${wrong}]' is '${addresses[wrong]}', but ${IPV4_ADDRESS.says}.`);
  }
  return addresses;
}

export function readPorts(reader: PropertyReader, name: string): number[] {
  const ports = reader.strings(name, 1, MAX_PORT);
  const wrong = ports.findIndex(port => !PORT.test(port) || Number(port) < 1 || Number(port) > MAX_PORT);
  if (wrong >= 0) {
    throw refusal(`Property '${name}[${wrong}]' is '${ports[wrong]}', but must be a whole number from 1 to ${MAX_PORT}.`);
  }
  return ports.map(Number);
}

/** Ranges of ports, each with what else its item has. */
export function readRanges<T>(
  reader: PropertyReader, name: string, maxItems: number, readRest: (item: PropertyReader) => T,
): (PortRange & T)[] {
  const ranges = reader.objects(name, 1, maxItems, item => ({
    from: item.integer('FromPort', 1, MAX_PORT), to: item.integer('ToPort', 1, MAX_PORT), ...readRest(item),
  }));
  const wrong = ranges.findIndex(({ from, to }) => from > to);
  if (wrong >= 0) {
    throw refusal(`Property '${name}[${wrong}]' is ${showRanges([ranges[wrong]])}, which ends before it begins. Exchange FromPort and ToPort.`);
  }
  return ranges;
}

export function overlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

export function showRanges(ranges: readonly PortRange[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join(', ');
}
