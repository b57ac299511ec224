import { acceleratorArnOf } from './arns';
import type { GlobalAccelerator, PortRange } from './port';
import { Register } from './register';
import { isCollision } from './service-errors';

const SEPARATOR = '+';

/*
 * CloudFormation updates a listener before its endpoint groups, in a rollback too: ports that are to go may still be in use
 * then. The listener's entry in the register remembers its declared ports, and who frees some of the others brings it there.
 */

/** The port ranges in an order of their own, as a tag value may have them. */
export function formatRanges(ranges: readonly PortRange[]): string {
  return [...ranges].sort((a, b) => a.from - b.from).map(({ from, to }) => `${from}-${to}`).join(SEPARATOR);
}

/** A listener that can now be brought to its declared ports. */
export interface Narrowing {
  /** @returns whether the service has done it */
  apply(): Promise<boolean>;
}

/** @returns undefined if the listener is as declared, or endpoint groups still use other ports */
export async function narrowingOf(globalAccelerator: GlobalAccelerator, listenerArn: string): Promise<Narrowing | undefined> {
  const register = await Register.of(globalAccelerator, acceleratorArnOf(listenerArn));
  const key = register?.keyOf(listenerArn);
  const { ports, ...entry } = (key && register?.entry(key)) || {};
  const ranges = ports === undefined ? undefined : parseRanges(ports);
  if (!ranges || await usesOthers(globalAccelerator, listenerArn, ranges)) {
    return undefined;
  }
  return {
    apply: async () => {
      const isDone = await globalAccelerator.updateListener(listenerArn, ranges).then(() => true, unlessCollision);
      await (isDone && register!.write(key!, entry as { request: string; writtenAt: number }));
      return isDone;
    },
  };
}

async function usesOthers(globalAccelerator: GlobalAccelerator, listenerArn: string, ranges: readonly PortRange[]): Promise<boolean> {
  for (const { arn } of await globalAccelerator.listGroups(listenerArn) ?? []) {
    const mappings = await globalAccelerator.portMappings(acceleratorArnOf(arn), arn);
    if (mappings.some(({ acceleratorPort: port }) => !ranges.some(({ from, to }) => from <= port && port <= to))) {
      return true;
    }
  }
  return false;
}

function unlessCollision(error: unknown): false {
  if (isCollision(error)) {
    return false;
  }
  throw error;
}

function parseRanges(text: string): PortRange[] {
  return text.split(SEPARATOR).map(range => range.split('-').map(Number)).map(([from, to]) => ({ from, to }));
}
