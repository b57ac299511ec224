import type { ResourceModel } from './resource-model';
import { REGION, World } from './world';
import type { Operation } from '../../lambda/lifecycle/request';
import { workspacesHandlers } from '../../lambda/workspaces/handlers';
import { SdkWorkSpaces, type WorkSpaces } from '../../lambda/workspaces/client';
import { WORKSPACES_RATE } from '../../lambda/workspaces/rate';
import { WorkSpacesSimulator, type WorkSpacesSimulatorOptions } from '../../sandbox/services/workspaces';
import { STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';

const PRIMARY_REGION = 'us-east-1';
const DIRECTORY = 'd-9067000002';

/** Standby WorkSpaces of as many primaries: named by their primaries, or all of them as one fleet. */
export class Standbys implements ResourceModel {
  public readonly rate = WORKSPACES_RATE;
  public readonly world: World;
  public readonly handlers: ResourceModel['handlers'];
  public readonly primaries: readonly string[];
  private readonly workspaces: WorkSpaces;
  private readonly ids = new Map<string, string>();

  constructor(
    public readonly type: typeof STANDBY_WORKSPACE_TYPE | typeof STANDBY_WORKSPACE_FLEET_TYPE,
    count: number, options: WorkSpacesSimulatorOptions, random: () => number, functionMegabytes: number,
  ) {
    const simulator = new WorkSpacesSimulator({ standbyQuota: count, ...options });
    this.world = new World(simulator, random, functionMegabytes);
    this.primaries = Array.from({ length: count }, (_, index) => `ws-p${String(index).padStart(8, '0')}`);
    simulator.seedDirectory({ region: REGION, directoryId: DIRECTORY });
    this.primaries.forEach(workspaceId => simulator.seedWorkspace({
      region: PRIMARY_REGION, workspaceId, directoryId: 'd-9067000001', userName: `user-${workspaceId}`,
    }));
    const inRegion = (region: string) => new SdkWorkSpaces(this.world.client(region) as any);
    this.workspaces = inRegion(REGION);
    this.handlers = workspacesHandlers(this.workspaces, inRegion);
  }

  public properties(name: string): Record<string, unknown> {
    const whose = this.type === STANDBY_WORKSPACE_TYPE ? { PrimaryWorkspaceId: name } : { PrimaryWorkspaceIds: this.primaries };
    return { ...whose, PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY };
  }

  public async look(name: string): Promise<boolean> {
    const { workspaces } = await this.workspaces.describeDirectory(DIRECTORY, `user-${name}`);
    return workspaces.length > 0;
  }

  public async start(operation: Operation, name: string): Promise<void> {
    if (operation === 'Delete') {
      await this.workspaces.terminate([this.ids.get(name)!]);
      return;
    }
    const request = { primaryWorkspaceId: name, directoryId: DIRECTORY, replication: 'NO_REPLICATION' as const, tags: {} };
    const { pending, failed } = await this.workspaces.createStandbys(PRIMARY_REGION, [request]);
    if (pending.length === 0) {
      throw new Error(`WorkSpaces refused a standby of ${name}: ${failed[0]?.code}.`);
    }
    this.ids.set(name, pending[0].workspaceId);
  }

  public async isOver(operation: Operation, name: string): Promise<boolean> {
    const [workspace] = await this.workspaces.describe([this.ids.get(name)!]);
    return operation === 'Create' ? workspace?.state === 'AVAILABLE' : !workspace;
  }

  public decisiveCall(operation: Operation): string {
    return operation === 'Create' ? 'CreateStandbyWorkspaces' : 'TerminateWorkspaces';
  }
}
