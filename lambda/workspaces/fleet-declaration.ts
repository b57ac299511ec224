import { parseSettings, type StandbySettings } from './standby';
import type { StandbyPlace } from './standby-search';
import { REGION_NAME } from '../../src/wire/rules';
import { DIRECTORY_ID, MAX_FLEET_MEMBERS, WORKSPACE_ID, type StandbyWorkspaceFleetProperties } from '../../src/wire/workspaces';
import { ResourceError } from '../lifecycle/errors';
import type { StepContext } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const ID_PREFIX = 'fleet/';

export interface FleetDeclaration extends StandbySettings {
  readonly primaryWorkspaceIds: readonly string[];
  /** Whether a failed member is reported only, instead of failing the change. */
  readonly keepGoodMembers: boolean;
  /** Ids of standbys that exist and are taken over, by their primaries. */
  readonly adopt: Readonly<Record<string, string>>;
}

/** Where a fleet is, and where its primaries. A stack may have several fleets there: the owner tag tells their members apart. */
export type FleetPlace = Omit<StandbyPlace, 'primaryWorkspaceId'>;

export function parseFleet(raw: RawProperties): FleetDeclaration {
  const reader = new PropertyReader<StandbyWorkspaceFleetProperties>(raw).schema();
  const primaryWorkspaceIds = reader.strings('PrimaryWorkspaceIds', 1, MAX_FLEET_MEMBERS);
  const seen = new Set<string>();
  for (const id of primaryWorkspaceIds) {
    if (!WORKSPACE_ID.pattern.test(id) || seen.has(id)) {
      throw new ResourceError(`Property 'PrimaryWorkspaceIds' has '${id}', but each item ${WORKSPACE_ID.says}, and none may occur twice.`);
    }
    seen.add(id);
  }
  const declaration = {
    primaryWorkspaceIds,
    adopt: readAdopted(reader, seen),
    keepGoodMembers: reader.has('KeepGoodMembers') && reader.boolean('KeepGoodMembers'),
    ...parseSettings(reader),
  };
  reader.end();
  return declaration;
}

function readAdopted(reader: PropertyReader<StandbyWorkspaceFleetProperties>, primaries: ReadonlySet<string>): Record<string, string> {
  const adopt = reader.map('Adopt');
  for (const [primary, id] of Object.entries(adopt)) {
    if (!primaries.has(primary) || !WORKSPACE_ID.pattern.test(id)) {
      throw new ResourceError(`Property 'Adopt' has '${id}' for '${primary}', but each key must be one of 'PrimaryWorkspaceIds', and each value ${WORKSPACE_ID.says}.`);
    }
  }
  return adopt;
}

/** Whether a fleet takes over what exists: then CloudFormation keeps it, and a Delete comes from a rollback. */
export function isAdopting(raw: RawProperties | undefined): boolean {
  return raw?.Adopt !== undefined;
}

/** Reads the properties of any version. */
export function fleetPlaceOf({ PrimaryRegion, DirectoryId }: RawProperties): FleetPlace | undefined {
  return typeof PrimaryRegion === 'string' && REGION_NAME.test(PrimaryRegion) && typeof DirectoryId === 'string' && DIRECTORY_ID.pattern.test(DirectoryId)
    ? { primaryRegion: PrimaryRegion, directoryId: DirectoryId } : undefined;
}

/** A physical id names the place: members come and go. */
export function fleetIdOf({ primaryRegion, directoryId }: FleetPlace): string {
  return `${ID_PREFIX}${primaryRegion}/${directoryId}`;
}

/** @returns undefined for an id that CloudFormation has invented */
export function parseFleetId(physicalId: string | undefined): FleetPlace | undefined {
  if (!physicalId?.startsWith(ID_PREFIX)) {
    return undefined;
  }
  const [primaryRegion, directoryId] = physicalId.slice(ID_PREFIX.length).split('/');
  return { primaryRegion, directoryId };
}

/** Whether a create that failed or was given up may have left members of a fleet. */
export function createWasAbandoned(context: StepContext<unknown>, place: FleetPlace): Promise<boolean> {
  return context.createWasAbandoned(raw => isFleetAt(raw, place));
}

/** Whether CloudFormation held a fleet before an update that is taken back, or such an update has left it. */
export function wasHeldBefore(context: StepContext<unknown>, place: FleetPlace): Promise<boolean> {
  return context.wasHeldBefore(raw => isFleetAt(raw, place), physicalId => physicalId === fleetIdOf(place));
}

function isFleetAt(raw: RawProperties, place: FleetPlace): boolean {
  const other = fleetPlaceOf(raw);
  return other !== undefined && fleetIdOf(other) === fleetIdOf(place);
}
