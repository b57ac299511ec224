import { pause, Provisioned, ProvisioningContext, ResourceProvisioner } from './provisioner';
import { callService } from './service-call';
import { JsonObject } from './template';
import { WorkSpacesSimulator } from '../services/workspaces';

const WORKSPACE_MILLISECONDS = 900_000;
const ALIAS_MILLISECONDS = 15_000;

/** The resource types of WorkSpaces that CloudFormation has, with effect on the simulator. */
export function workspacesProvisioners(simulator: WorkSpacesSimulator): Record<string, ResourceProvisioner> {
  return {
    'AWS::WorkSpaces::Workspace': new WorkspaceProvisioner(simulator),
    'AWS::WorkSpaces::ConnectionAlias': new ConnectionAliasProvisioner(simulator),
  };
}

/** A desktop: the primary of standbys. Every change but that of tags replaces it. */
class WorkspaceProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: WorkSpacesSimulator) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const workspaceId = `ws-${context.random.text(9, '0123456789abcdefghijklmnopqrstuvwxyz')}`;
    context.identify(workspaceId);
    await pause(context, WORKSPACE_MILLISECONDS);
    this.simulator.seedWorkspace({
      region: context.region,
      workspaceId,
      directoryId: String(properties.DirectoryId),
      userName: String(properties.UserName),
      bundleId: String(properties.BundleId),
      volumeEncryptionKey: properties.VolumeEncryptionKey as string | undefined,
    });
    return { physicalId: workspaceId, attributes: { WorkspaceId: workspaceId } };
  }

  public async update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    const identity = ({ DirectoryId, UserName, BundleId, VolumeEncryptionKey }: JsonObject) =>
      JSON.stringify([DirectoryId, UserName, BundleId, VolumeEncryptionKey]);
    return identity(properties) === identity(oldProperties)
      ? { physicalId, attributes: { WorkspaceId: physicalId } } : this.create(context, properties);
  }

  public async delete({ region }: ProvisioningContext, physicalId: string): Promise<void> {
    this.simulator.removeWorkspace(region, physicalId);
  }
}

/** Connection string and tags can't be changed: each change makes another alias. */
class ConnectionAliasProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: WorkSpacesSimulator) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const { AliasId } = await this.call(context, 'CreateConnectionAlias', {
      ConnectionString: properties.ConnectionString, Tags: properties.Tags,
    });
    context.identify(AliasId);
    await pause(context, ALIAS_MILLISECONDS);
    return { physicalId: AliasId, attributes: { AliasId, ConnectionAliasState: 'CREATED' } };
  }

  public async update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    return JSON.stringify(properties) === JSON.stringify(oldProperties)
      ? { physicalId, attributes: { AliasId: physicalId, ConnectionAliasState: 'CREATED' } } : this.create(context, properties);
  }

  public async delete(context: ProvisioningContext, physicalId: string): Promise<void> {
    await this.call(context, 'DeleteConnectionAlias', { AliasId: physicalId });
  }

  private call(context: ProvisioningContext, operation: string, input: object): Promise<any> {
    return callService(context, this.simulator, operation, input);
  }
}
