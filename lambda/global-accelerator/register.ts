import type { GlobalAccelerator } from './port';
import { CHILD_TAG_PREFIX } from '../../src/wire/global-accelerator';
import { ResourceError } from '../lifecycle/errors';
import { sha256 } from '../lifecycle/ownership';
import type { Tags } from '../lifecycle/tags';

const MAX_TAGS = 50;
const KEY_LENGTH = 24;
/** Stands for what is not known, or does not differ. */
const UNKNOWN = '-';

/** What the register says of one listener or endpoint group. */
export interface Entry {
  /** Names the request that has created it, or was about to. */
  readonly request: string;
  /** In milliseconds since the epoch. */
  readonly writtenAt: number;
  /** Its ARN, once the create call has answered. */
  readonly arn?: string;
  /** Id of the first one in this place, if it was re-created: the physical id has that one. */
  readonly first?: string;
  /** The ports that a listener is declared to have, if its endpoint groups still use others. */
  readonly ports?: string;
}

/**
 * Listeners and endpoint groups take no tags, so the tags of their accelerator say whose they are. An entry is written before
 * the create call and completed with the ARN after it; what a create that died in between has made follows from its token.
 */
export class Register {
  /** @returns undefined if there is no such accelerator */
  public static async of(globalAccelerator: GlobalAccelerator, acceleratorArn: string): Promise<Register | undefined> {
    const tags = await globalAccelerator.listTags(acceleratorArn);
    return tags && new Register(globalAccelerator, acceleratorArn, tags);
  }

  /** @param noun what is to be entered */
  public static async toWrite(globalAccelerator: GlobalAccelerator, acceleratorArn: string, noun: string): Promise<Register> {
    const register = await Register.of(globalAccelerator, acceleratorArn);
    if (!register) {
      throw new ResourceError(`Accelerator ${acceleratorArn} does not exist, so it can't have this ${noun}. Check its ARN.`);
    }
    return register;
  }

  private constructor(
    private readonly globalAccelerator: GlobalAccelerator, public readonly acceleratorArn: string, private readonly tags: Tags,
  ) {}

  /** Whether nothing is entered at all. */
  public get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  public entry(key: string): Entry | undefined {
    const value = this.tags[key];
    if (value === undefined) {
      return undefined;
    }
    const [request, seconds, path, first, ports] = value.split(' ').map(part => part === UNKNOWN ? undefined : part);
    const arn = path === undefined ? undefined : `${this.acceleratorArn}/${path}`;
    return { request: request!, writtenAt: Number(seconds) * 1000 || 0, arn, first, ports };
  }

  /** The key of the entry of a thing, whoever has made it. */
  public keyOf(arn: string): string | undefined {
    return this.keys.find(key => this.entry(key)!.arn === arn);
  }

  /** Removes what others have entered about a thing, before it is entered as ours: an accelerator may have as many tags as it takes. */
  public async removeOthers(arn: string, own: string): Promise<void> {
    const others = this.keys.filter(key => key !== own && this.entry(key)!.arn === arn);
    if (others.length > 0) {
      await this.globalAccelerator.untag(this.acceleratorArn, others);
    }
  }

  public async write(key: string, { request, writtenAt, arn, first, ports }: Entry): Promise<void> {
    const count = Object.keys(this.tags).length;
    if (!(key in this.tags) && count >= MAX_TAGS) {
      throw new ResourceError(`Accelerator ${this.acceleratorArn} has ${count} tags, the most that Global Accelerator takes, but one more is needed for `
        + 'each listener and endpoint group, to tell whose it is. Remove tags from the accelerator, or use another accelerator.');
    }
    const path = arn?.slice(this.acceleratorArn.length + 1);
    const value = [request, Math.floor(writtenAt / 1000), path ?? UNKNOWN, first ?? UNKNOWN, ports ?? UNKNOWN].join(' ');
    await this.globalAccelerator.tag(this.acceleratorArn, { [key]: value });
  }

  private get keys(): string[] {
    return Object.keys(this.tags).filter(key => key.startsWith(CHILD_TAG_PREFIX));
  }
}

/** Key of the tag that says whose the one in a place is. */
export function registerKey(owner: string, place: string): string {
  return `${CHILD_TAG_PREFIX}${sha256(`${owner}/${place}`).slice(0, KEY_LENGTH)}`;
}

/** Names a request in an entry. */
export function requestHash(requestId: string): string {
  return sha256(requestId).slice(0, 32);
}

/** Idempotency token: the same for every repetition of a create call, and different for every other one. */
export function createToken(owner: string, place: string, request: string): string {
  return sha256([owner, place, request].join('/'));
}
