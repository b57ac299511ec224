import { FurnishingOptions } from './furnishing';
import { ProvisioningContext } from '../../sandbox/cloudformation/provisioner';
import { JsonObject } from '../../sandbox/cloudformation/template';
import * as globalAccelerator from '../../src/wire/global-accelerator';
import * as ses from '../../src/wire/ses';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';
import { CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';

/** What an adopting resource takes for granted: it is made up as it is declared, so that nothing is in the way of its adoption. */
export interface Adopted {
  readonly kind: string;
  readonly id: string;
  /** By which the inventory has it. @default - the id */
  readonly key?: string;
  seed(): void;
}

type AdoptedBy = (context: ProvisioningContext, properties: JsonObject, options: FurnishingOptions) => Adopted[];

const BY_TYPE: Readonly<Record<string, AdoptedBy>> = {
  [ses.MULTI_REGION_ENDPOINT_TYPE]: ({ region }, { EndpointName, SecondaryRegion }, options) => [{
    kind: 'multi-Region endpoint', id: String(EndpointName),
    seed: () => options.ses.seed({ region, name: String(EndpointName), secondaryRegion: String(SecondaryRegion) }),
  }],
  [ses.REPLICA_EMAIL_IDENTITY_TYPE]: (_, { EmailIdentity, ReplicaRegion, ParentRegion }, options) => [{
    kind: 'replica', id: String(EmailIdentity), key: options.identityArn(String(ReplicaRegion), String(EmailIdentity)),
    seed: () => options.ses.identities.seed({
      region: String(ReplicaRegion), name: String(EmailIdentity), dkimOrigin: ses.signingOriginOf(String(ParentRegion)),
    }),
  }],
  [MULTI_REGION_PARAMETER_TYPE]: ({ region }, { ParameterName, Type, Value, Regions }, options) => [{
    kind: 'SSM parameter', id: String(ParameterName),
    seed: () => [region, ...[Regions ?? []].flat()].forEach(one =>
      options.systemsManager.seed({ region: String(one), name: String(ParameterName), type: String(Type), value: String(Value) })),
  }],
  [globalAccelerator.CUSTOM_ROUTING_ACCELERATOR_TYPE]: (_, { Adopt }, options) => [{
    kind: 'accelerator', id: String(Adopt), seed: () => options.globalAccelerator.seed({ arn: String(Adopt) }),
  }],
  [globalAccelerator.CUSTOM_ROUTING_LISTENER_TYPE]: (_, { Adopt, PortRanges }, options) => [{
    kind: 'listener', id: String(Adopt),
    seed: () => options.globalAccelerator.seed({ arn: String(Adopt), portRanges: portsIn(PortRanges) }),
  }],
  [globalAccelerator.CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: (_, { Adopt, Region, Destinations }, options) => [{
    kind: 'endpoint group', id: String(Adopt),
    seed: () => options.globalAccelerator.seed({
      arn: String(Adopt), region: String(Region),
      destinations: portsIn(Destinations).map((ports, index) => ({ ...ports, Protocols: protocolsIn(Destinations, index) })),
    }),
  }],
  [STANDBY_WORKSPACE_TYPE]: (context, properties, options) =>
    [standby(context, properties, [properties.PrimaryWorkspaceId, properties.Adopt], options)],
  [STANDBY_WORKSPACE_FLEET_TYPE]: (context, properties, options) => Object.entries(properties.Adopt as JsonObject)
    .map(ids => standby(context, properties, ids, options)),
  [CONNECTION_ALIAS_ASSOCIATION_TYPE]: ({ region }, { AliasId, DirectoryId }, options) => [{
    kind: 'connection alias', id: String(AliasId),
    seed: () => options.workspaces.seedConnectionAlias({
      region, aliasId: String(AliasId), connectionString: `${String(AliasId)}.example.com`, directoryId: String(DirectoryId),
    }),
  }],
};

/** What a resource adopts; others need nothing. */
export function adoptedBy(context: ProvisioningContext, properties: JsonObject, options: FurnishingOptions): Adopted[] {
  return properties.Adopt === undefined ? [] : BY_TYPE[context.type]?.(context, properties, options) ?? [];
}

function standby(
  { region }: ProvisioningContext, { PrimaryRegion, DirectoryId, VolumeEncryptionKey: key }: JsonObject, ids: readonly unknown[],
  { workspaces }: FurnishingOptions,
): Adopted {
  const [primaryId, id] = ids.map(String);
  return {
    kind: 'standby WorkSpace',
    id,
    seed: () => workspaces.seedWorkspace({
      region, workspaceId: id, directoryId: String(DirectoryId), userName: `user-of-${primaryId}`,
      volumeEncryptionKey: key === undefined ? undefined : String(key),
      primary: { region: String(PrimaryRegion), workspaceId: primaryId },
    }),
  };
}

function protocolsIn(destinations: unknown, index: number): ('TCP' | 'UDP')[] {
  return (destinations as { Protocols: ('TCP' | 'UDP')[] }[])[index].Protocols;
}

function portsIn(ranges: unknown): { FromPort: number; ToPort: number }[] {
  return (ranges as JsonObject[]).map(({ FromPort, ToPort }) => ({ FromPort: Number(FromPort), ToPort: Number(ToPort) }));
}
