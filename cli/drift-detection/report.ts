/** What is to be compared. */
export interface DriftRequest {
  /** The Region of stacks that do not say theirs. */
  readonly region: string;
  /** Names of stacks; with an assembly, ids too. @default - all stacks of the assembly */
  readonly stacks: readonly string[];
  /** A directory of `cdk synth`, whose templates are compared instead of the deployed ones. */
  readonly assembly?: string;
}

export interface DriftReport {
  readonly resources: readonly ResourceDrift[];
  readonly notes: readonly string[];
  /** What could not be compared. */
  readonly failures: readonly string[];
}

/** `FOREIGN`: something is there, and nothing proves that it belongs to this stack and logical id. */
export type DriftStatus = 'IN_SYNC' | 'MODIFIED' | 'MISSING' | 'FOREIGN' | 'NOT_CHECKED';

export interface ResourceDrift extends Comparison {
  readonly stack: string;
  readonly region: string;
  readonly logicalId: string;
  /** Path of the construct. */
  readonly path?: string;
  readonly type: string;
  readonly physicalId?: string;
}

export interface Comparison {
  readonly status: DriftStatus;
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** Name of the property of the custom resource, e.g. `SecondaryRegion`, `Tags.team`, `Value in eu-central-1`. */
  readonly property?: string;
  readonly declared?: string;
  readonly actual?: string;
  /** What a property does not say. */
  readonly reason?: string;
}
