import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { workspacesHandlers } from '../../../lambda/workspaces/handlers';
import { SdkWorkSpaces } from '../../../lambda/workspaces/client';
import { ServiceError } from '../../../sandbox/services/service';
import { WorkSpacesSimulator, type WorkSpacesSimulatorOptions } from '../../../sandbox/services/workspaces';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE,
} from '../../../src/wire/workspaces';
import { STACK_ID, World, type Answer, type RequestOptions, type WorldOptions } from '../world';

export const REGION = 'eu-west-1';
export const PRIMARY_REGION = 'us-east-1';
export const DIRECTORY = 'd-9367000001';
export const OTHER_DIRECTORY = 'd-9367000002';
export const PRIMARY_DIRECTORY = 'd-9067000001';
export const PRIMARY = 'ws-primary01';
export const OTHER_PRIMARY = 'ws-primary02';
export const ALIAS = 'wsca-alias0001';
/** Physical id of its association. */
export const ASSOCIATION_ID = `association/${ALIAS}`;
export const INVENTED = 'Game-Thing-1A2B3C4D5E6F';
export const OWNER = ownerTagValue(STACK_ID, 'Thing');
export const STANDBY_PROPERTIES = { PrimaryWorkspaceId: PRIMARY, PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY };
export const FLEET_PROPERTIES = { PrimaryWorkspaceIds: [PRIMARY, OTHER_PRIMARY], PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY };
export const ALIAS_PROPERTIES = { AliasId: ALIAS, DirectoryId: DIRECTORY };

type Options = WorkSpacesSimulatorOptions & Partial<Omit<WorldOptions, 'simulators' | 'handlers'>>;

/** A world with WorkSpaces in it: two primaries, two directories in the standby Region, an alias, and requests. */
export class WorkSpacesWorld extends World {
  public readonly simulator: WorkSpacesSimulator;

  constructor(options: Options = {}) {
    const simulator = new WorkSpacesSimulator({ standbyQuota: 10_000, ...options });
    super({
      ...options,
      simulators: [simulator],
      region: REGION,
      handlers: client => workspacesHandlers(
        new SdkWorkSpaces(client('WorkSpaces', REGION)), region => new SdkWorkSpaces(client('WorkSpaces', region))),
    });
    this.simulator = simulator;
    simulator.seedDirectory({ region: REGION, directoryId: DIRECTORY });
    simulator.seedDirectory({ region: REGION, directoryId: OTHER_DIRECTORY });
    simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: PRIMARY, directoryId: PRIMARY_DIRECTORY, userName: 'jane' });
    simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: OTHER_PRIMARY, directoryId: PRIMARY_DIRECTORY, userName: 'john' });
    simulator.seedConnectionAlias({ region: REGION, aliasId: ALIAS, connectionString: 'desktop.example.com' });
  }

  public standby(operation: RequestOptions['operation'], properties: object = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return requestOptions(operation, STANDBY_WORKSPACE_TYPE, { ...STANDBY_PROPERTIES, ...properties }, STANDBY_PROPERTIES, rest);
  }

  public fleet(operation: RequestOptions['operation'], properties: object = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return requestOptions(operation, STANDBY_WORKSPACE_FLEET_TYPE, { ...FLEET_PROPERTIES, ...properties }, FLEET_PROPERTIES, rest);
  }

  public association(operation: RequestOptions['operation'], properties: object = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return requestOptions(operation, CONNECTION_ALIAS_ASSOCIATION_TYPE, { ...ALIAS_PROPERTIES, ...properties }, ALIAS_PROPERTIES, rest);
  }

  public async createStandby(properties: object = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request(this.standby('Create', properties, rest));
  }

  /** What exists beside what was seeded, as `type state`. */
  public exists(): string[] {
    return this.simulator.inventory(this.clock.now()).map(item => `${item.type} ${item.state}`).sort();
  }

  /** Ids of the WorkSpaces that were made. */
  public standbys(): string[] {
    return this.simulator.inventory(this.clock.now()).filter(item => item.type === 'StandbyWorkspace').map(item => item.id);
  }

  /** Primaries of the standbys that were made. */
  public primaries(): string[] {
    const seen = (id: string) => this.simulator.primaryOf(REGION, id);
    return this.standbys().map(seen).sort();
  }

  public tagsOf(id: string, region = REGION): Record<string, string> {
    const { TagList } = this.api('DescribeTags', { ResourceId: id }, region);
    return Object.fromEntries(TagList.map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]));
  }

  public api(operation: string, input: object, region = REGION): any {
    return this.dispatcher.dispatch('WorkSpaces', operation, input, { region });
  }

  public outcomes(operation: string): string[] {
    return this.dispatcher.calls.filter(call => call.operation === operation).map(call => call.outcome);
  }
}

function requestOptions(
  operation: RequestOptions['operation'], type: string, properties: object, oldProperties: object, rest: Partial<RequestOptions>,
): RequestOptions {
  return { operation, type, properties: { ...properties }, ...(operation === 'Update' && { oldProperties: { ...oldProperties } }), ...rest };
}

/** Physical id of a standby. */
export function standbyId(workspaceId: string, primaryId = PRIMARY, directoryId = DIRECTORY): string {
  return `standby/${PRIMARY_REGION}/${primaryId}/${directoryId}#${workspaceId}`;
}

export const OWNED = { [OWNER_TAG_KEY]: OWNER };

/** Somebody else's desktop or standby in the directory. */
export function foreign(world: WorkSpacesWorld, options: Partial<Parameters<WorkSpacesSimulator['seedWorkspace']>[0]> = {}): void {
  world.simulator.seedWorkspace({ region: REGION, workspaceId: 'ws-foreign01', directoryId: DIRECTORY, userName: 'jane', ...options });
}

/** Answers some calls of an operation with an error. */
export function failing(operation: string, error: ServiceError, times = Infinity, region?: string) {
  let left = times;
  return (call: { operation: string; region: string }) =>
    call.operation === operation && (!region || call.region === region) && left-- > 0 ? { before: error } : undefined;
}
