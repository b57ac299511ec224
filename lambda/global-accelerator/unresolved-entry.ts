import type { Entry, Register } from './register';
import { isCollision } from './service-errors';
import { adoptionAdvice } from '../lifecycle/adopt';
import { ResourceError } from '../lifecycle/errors';

/** What may have been created by a request that died between its entry and the ARN. */
export interface Candidates<C> {
  /** What nobody has entered. */
  readonly unknown: readonly C[];
  readonly now: number;
  /** Repeats the create call of that request for one of them. */
  createLike(child: C): Promise<string>;
}

/** The token of the entry gives back what that request has made; it collides with what others have made. */
export async function resolveEntry<C extends { readonly arn: string }>(
  register: Register, key: string, entry: Entry, { unknown, now, createLike }: Candidates<C>,
): Promise<void> {
  for (const child of unknown) {
    try {
      const arn = await createLike(child);
      return await register.write(key, { ...entry, arn, writtenAt: now });
    } catch (error) {
      if (!isCollision(error)) {
        throw error;
      }
    }
  }
  throw new ResourceError(`It can't be proven whether ${unknown.map(({ arn }) => arn).join(' or ')} was made by this stack and logical id, so it `
    + `is left alone. CloudTrail in us-west-2 shows who made it, at ${new Date(entry.writtenAt).toISOString()} if it was this stack. `
    + `If it is to be this stack's: ${adoptionAdvice(unknown[0].arn)} If not, remove the tag '${key}' from accelerator `
    + `${register.acceleratorArn}, and try again.`);
}
