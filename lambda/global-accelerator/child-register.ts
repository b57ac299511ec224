import type { GlobalAccelerator } from './client';
import { CHILD_TAG_PREFIX } from '../../src/wire/global-accelerator';
import { refusal } from '../lifecycle/errors';
import { sha256 } from '../lifecycle/ownership';
import type { Tags } from '../lifecycle/tags';

const MAX_TAGS = 50;
const KEY_LENGTH = 24;

/** What the register says of one listener or endpoint group. */
export interface Entry {
  /** Names the request that has created it, or was about to. */
  readonly request: string;
  /** Its ARN, once it is known. */
  readonly arn?: string;
  /** The physical id under which CloudFormation holds it, if that is not its ARN: it was made anew in its place. */
  readonly heldAs?: string;
  /** The request has given up because something stood in the place. One of its workers may be slow, and still create it. */
  readonly hasCollided?: boolean;
}

/** Stands for an ARN that is not known yet. */
const UNKNOWN = '-';
/** Stands for an ARN that there is not going to be. */
const COLLIDED = 'collided';

/**
 * Listeners and endpoint groups take no tags, so the accelerator's tags say whose they are: an entry is made before the
 * create call and completed with the ARN after it. A create that died in between is resolved by its idempotency token,
 * which follows from the entry.
 */
export class ChildRegister {
  /**
   * @param acceleratorArn the accelerator that is tagged
   * @param owner value of the owner tag of the stack and logical id
   * @param place what there can be only one of for an owner: 'listener', or the listener's id and a Region
   */
  constructor(
    private readonly globalAccelerator: Pick<GlobalAccelerator, 'listTags' | 'tag' | 'untag'>,
    private readonly acceleratorArn: string,
    private readonly owner: string,
    private readonly place: string,
  ) {}

  public get key(): string {
    return `${CHILD_TAG_PREFIX}${sha256(`${this.owner}/${this.place}`).slice(0, KEY_LENGTH)}`;
  }

  public entryIn(tags: Tags): Entry | undefined {
    const value = tags[this.key];
    if (value === undefined) {
      return undefined;
    }
    const [request, path, heldPath] = value.split(' ');
    return { request, arn: this.arnOf(path), heldAs: this.arnOf(heldPath), ...(path === COLLIDED && { hasCollided: true }) };
  }

  /** The same for every repetition of the create call, and different for every other one. */
  public token({ request }: Entry): string {
    return sha256([this.owner, this.place, request].join('/'));
  }

  public async announce(entry: Entry, tags: Tags): Promise<void> {
    const count = Object.keys(tags).length;
    if (!(this.key in tags) && count >= MAX_TAGS) {
      throw refusal(`Accelerator ${this.acceleratorArn} has ${count} tags, the most that Global Accelerator takes, but one more is needed for `
        + 'each listener and endpoint group, to tell whose it is. Remove tags from the accelerator, or use another accelerator.');
    }
    await this.write(entry);
  }

  public async complete(entry: Entry, arn: string): Promise<void> {
    await this.write({ ...entry, arn });
  }

  public async concede(entry: Entry): Promise<void> {
    await this.write({ ...entry, hasCollided: true });
  }

  public async remove(): Promise<void> {
    await this.globalAccelerator.untag(this.acceleratorArn, [this.key]);
  }

  private async write({ request, arn, heldAs, hasCollided }: Entry): Promise<void> {
    const path = arn === undefined ? hasCollided && COLLIDED : pathOf(this.acceleratorArn, arn);
    const paths = heldAs === undefined ? [path] : [path || UNKNOWN, pathOf(this.acceleratorArn, heldAs)];
    await this.globalAccelerator.tag(this.acceleratorArn, { [this.key]: [request, ...paths.filter(Boolean)].join(' ') });
  }

  private arnOf(path: string | undefined): string | undefined {
    return path === undefined || path === UNKNOWN || path === COLLIDED ? undefined : `${this.acceleratorArn}/${path}`;
  }
}

/** Names a request in an entry. */
export function requestHash(requestId: string): string {
  return sha256(requestId).slice(0, 32);
}

/** The entries of one listener or endpoint group, whoever made them. */
export function keysOf(arn: string, acceleratorArn: string, tags: Tags): string[] {
  const path = pathOf(acceleratorArn, arn);
  return Object.keys(tags).filter(key => key.startsWith(CHILD_TAG_PREFIX) && tags[key].split(' ')[1] === path);
}

function pathOf(acceleratorArn: string, arn: string): string {
  return arn.slice(acceleratorArn.length + 1);
}
