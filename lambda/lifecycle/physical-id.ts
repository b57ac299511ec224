import type { ResourceModel } from './model';

/**
 * A physical id names the place, not the thing: what is re-created in its place keeps its id. The noun in front tells it from
 * the ids that CloudFormation invents, which have no slash.
 */
export interface PhysicalId {
  readonly place: string;
  /** What finds the thing quickly; only if the model keeps it there. */
  readonly hint?: string;
}

const HINT = '#';

export function formatId({ noun, keepsHint }: ResourceModel<any, any>, { place, hint }: PhysicalId): string {
  return `${noun}/${place}${keepsHint && hint ? HINT + hint : ''}`;
}

/** @returns undefined if the id is not one of this resource type: CloudFormation has invented it, or no id was known */
export function parseId({ noun }: ResourceModel<any, any>, physicalId: string | undefined): PhysicalId | undefined {
  if (!physicalId?.startsWith(`${noun}/`)) {
    return undefined;
  }
  const [place, hint] = physicalId.slice(noun.length + 1).split(HINT);
  return { place, hint };
}
