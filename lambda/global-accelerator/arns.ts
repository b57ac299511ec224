import type { Location } from '../lifecycle/handler';

const ACCELERATOR = /:accelerator\/([0-9a-f-]{36})$/;
const LISTENER = /:accelerator\/([0-9a-f-]{36})\/listener\/([0-9a-z]+)$/;

/** Of the ARN of a listener or an endpoint group. */
export function acceleratorArnOf(arn: string): string {
  return arn.split('/listener/')[0];
}

/** The last part of an ARN. */
export function idOf(arn: string): string {
  return arn.split('/').at(-1)!;
}

/** ARN of an accelerator of the function's account. */
export function acceleratorArn({ partition, accountId }: Location, id: string): string {
  return `arn:${partition}:globalaccelerator::${accountId}:accelerator/${id}`;
}

/** @returns undefined if it is not the ARN of an accelerator */
export function acceleratorIdIn(arn: unknown): string | undefined {
  return ACCELERATOR.exec(String(arn))?.[1];
}

/** Ids of the accelerator and the listener. @returns undefined if it is not the ARN of a listener */
export function idsInListenerArn(arn: unknown): readonly [string, string] | undefined {
  const match = LISTENER.exec(String(arn));
  return match ? [match[1], match[2]] : undefined;
}

/** What tells the owners of one accelerator apart, as part of a place. */
export function ownerPart(owner: string): string {
  return owner.slice(0, 16);
}
