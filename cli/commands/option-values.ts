import { isIPv4 } from 'node:net';
import { OptionValues } from './command';
import { UsageError } from '../failure';

/** What values of a kind look like. */
export interface Kind {
  readonly pattern: RegExp;
  /** For the error, e.g. `a Region such as eu-west-1`. */
  readonly description: string;
}

export const REGION: Kind = { pattern: /^[a-z]{2,4}(-[a-z]+)+-\d+$/, description: 'a Region such as eu-west-1' };

/** The value of an option, if it is given. @throws UsageError if it is not of its kind */
export function valueOf(values: OptionValues, name: string, kind: Kind): string | undefined {
  return valuesOf(values, name, kind)[0];
}

/** All values of an option, each once. @throws UsageError if one is not of its kind */
export function valuesOf(values: OptionValues, name: string, { pattern, description }: Kind): string[] {
  const given = values[name] ?? [];
  const wrong = given.find(value => !pattern.test(value));
  if (wrong !== undefined) {
    throw new UsageError(`--${name} is '${wrong}', but it takes ${description}.`);
  }
  return [...new Set(given)];
}

/** An address, or one port of it. */
export interface DestinationFilter {
  readonly address: string;
  readonly port?: number;
}

/** The value `ADDRESS[:PORT]` of an option. */
export function destinationOf(values: OptionValues, name: string): DestinationFilter | undefined {
  const text = values[name]?.[0];
  if (text === undefined) {
    return undefined;
  }
  const [, address, port] = /^([^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (!isIPv4(address ?? '') || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) {
    throw new UsageError(`--${name} is '${text}', but it takes an IPv4 address and maybe a port, such as 10.0.0.4 or 10.0.0.4:7777.`);
  }
  return { address, port: port === undefined ? undefined : Number(port) };
}
