import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ses from 'aws-cdk-lib/aws-ses';

/**
 * What a replica of an email identity may be, besides its parent and its Region.
 */
export interface ReplicaEmailIdentityOptions {
  /**
   * Whether a deployment waits until SES has verified the DKIM key of the replica, and fails if it can't. Set it to false if the CNAME
   * records of the parent are published later.
   *
   * @default true
   */
  readonly waitForDkim?: boolean;

  /**
   * Tags of the replica, besides those of `Tags.of()`. Changed in place.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };

  /**
   * Takes over a replica that exists, instead of creating one: its domain or ARN. It may have been made by hand, by another tool, by another stack or
   * under another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Its DKIM key has to be
   * replicated from the same parent. Needs `removalPolicy: RemovalPolicy.RETAIN`; after one deployment both may be removed.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the replica when it leaves the stack. SES deletes no parent while a replica exists.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the replica may take: 2 to 59 minutes. How long SES takes is not documented.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * An email identity that `endpoint.addIdentity()` replicates.
 */
export interface AddIdentityOptions extends ReplicaEmailIdentityOptions {
  /**
   * The identity in the primary Region of the endpoint: a domain with Easy DKIM, declared or imported.
   */
  readonly parentIdentity: ses.IEmailIdentity;
}

/**
 * Properties of a `ReplicaEmailIdentity`.
 */
export interface ReplicaEmailIdentityProps extends ReplicaEmailIdentityOptions {
  /**
   * The identity whose DKIM key is replicated: a domain with Easy DKIM, and no replica itself. It is in the Region of its stack; an
   * imported one in the Region of the stack that imports it. Another domain replaces the replica; another Region is refused at
   * deployment.
   */
  readonly parentIdentity: ses.IEmailIdentity;

  /**
   * The Region of the replica, e.g. `eu-central-1`: another one than that of the parent. A change replaces the replica.
   */
  readonly replicaRegion: string;
}
