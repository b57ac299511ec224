import * as auroraDsql from '../../src/wire/aurora-dsql';
import * as globalAccelerator from '../../src/wire/global-accelerator';
import * as ses from '../../src/wire/ses';
import * as systemsManager from '../../src/wire/systems-manager';
import * as transitGateway from '../../src/wire/transit-gateway';
import * as workspaces from '../../src/wire/workspaces';

const {
  CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE,
} = globalAccelerator;
const { MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } = ses;
const { CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } = workspaces;

/** What constructs and handlers agree on, by the folder of the handlers. */
const FOLDERS: Readonly<Record<string, object>> = {
  'aurora-dsql': auroraDsql, 'global-accelerator': globalAccelerator, ses, 'systems-manager': systemsManager, 'transit-gateway': transitGateway, workspaces,
};

/** The custom resource types of this library. */
export const OUR_TYPES: ReadonlySet<string> = typesNamed(/_TYPE$/);
const READERS = typesNamed(/_(LOOKUP|READY)_TYPE$/);

function typesNamed(pattern: RegExp): Set<string> {
  const constants = Object.values(FOLDERS).flatMap(wire => Object.entries(wire));
  return new Set(constants.filter(([name]) => pattern.test(name)).map(([, type]) => String(type)));
}

/** Folder of the handlers of a type. */
export function handlerFolder(type: string): string {
  return Object.keys(FOLDERS).find(folder => Object.values(FOLDERS[folder]).includes(type)) ?? '';
}

type Properties = Readonly<Record<string, unknown>>;

/** What is said of a resource; it may depend on what was declared. */
export type Words = string | ((properties: Properties) => string);

/** The words in which a report speaks of a resource type. */
export interface ResourceKind {
  /** The attribute that says which thing it is: with another value, it is another thing. @default - all ids and ARNs */
  readonly identity?: string;
  /** Whether it changes nothing, so that nobody notices. */
  readonly readsOnly?: boolean;
  /** What users notice when it is another thing: replaced by one beside it, or re-created in its place. */
  readonly replaced: Words;
  readonly recreated: Words;
  readonly deleted: Words;
  /** What users notice of a change in place of the properties. */
  readonly harm?: (before: Properties, after: Properties) => string | undefined;
  /** The property with the Regions in which there are copies of it. */
  readonly copies?: string;
  /** Other ways than to let it happen. */
  readonly advice: readonly string[];
}

const READS_ONLY: ResourceKind = {
  readsOnly: true,
  replaced: 'it only reads', recreated: 'it only reads', deleted: 'it only reads, nothing is deleted', advice: [],
};

/** A type without words of its own. */
const ANY: ResourceKind = {
  replaced: 'another one takes its place: who still uses the old one loses it',
  recreated: 'it is missing until the new one is there; who still uses the old one loses it',
  deleted: 'who uses it loses it',
  advice: ['Without a gap: add a second one, let all users change to it, and remove the old one in a later deployment.'],
};

const KINDS: Readonly<Record<string, ResourceKind>> = {
  [CUSTOM_ROUTING_ACCELERATOR_TYPE]: {
    identity: 'AcceleratorArn',
    harm: (before, after) => isDisabled(after) && !isDisabled(before) ? 'it is disabled: players reach nothing until it is enabled again' : undefined,
    replaced: 'players need other addresses: static addresses and DNS name are new',
    recreated: 'every player loses the connection, and static addresses and DNS name are new',
    deleted: 'players reach nothing any more, and the static addresses are given back',
    advice: ['Without a gap: add a second accelerator, send the players there, and remove the old one in a later deployment.'],
  },
  [systemsManager.MULTI_REGION_PARAMETER_TYPE]: {
    identity: 'ParameterName',
    copies: 'Regions',
    replaced: 'it has another name: who reads the old one finds nothing',
    recreated: 'who reads it finds nothing for some seconds',
    deleted: 'who reads it finds nothing any more',
    advice: ['Without a gap: add a parameter with the new name, let its readers change, and remove the old one in a later deployment.'],
  },
  [transitGateway.TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE]: {
    identity: 'TransitGatewayAttachmentId',
    replaced: properties => deletesAttachment(properties)
      ? 'another attachment is accepted, and the old one is deleted: nothing gets through it any more'
      : 'another attachment is accepted; the old one stays, and only its requester can delete it',
    recreated: 'the attachment is accepted again',
    deleted: properties => deletesAttachment(properties)
      ? 'the attachment is deleted: nothing gets through between the Regions any more' : 'the attachment stays and carries traffic on',
    advice: ['Without a gap: add an accepter for the new attachment, let the routes use it, and remove the old one in a later deployment.'],
  },
  [auroraDsql.DSQL_CLUSTER_PEERING_TYPE]: {
    replaced: 'other clusters are peered; the old ones stay peered',
    recreated: 'the clusters are peered again',
    deleted: 'the clusters stay peered until they are deleted',
    advice: [],
  },
  [CUSTOM_ROUTING_LISTENER_TYPE]: {
    identity: 'ListenerArn',
    replaced: 'the listener and its endpoint groups are new: accelerator ports may be others',
    recreated: 'every player loses the connection',
    deleted: 'its ports lead nowhere any more',
    advice: ['Without a gap: add a listener with other port ranges, send the players there, and remove the old one in a later deployment.'],
  },
  [CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: {
    identity: 'EndpointGroupArn',
    replaced: 'every player loses the connection when the old endpoint group is deleted',
    recreated: 'every player loses the connection',
    deleted: 'its destinations can no longer be reached',
    advice: [
      'To refuse this: protectPortMappings: true.',
      'Without a gap: add a listener with an endpoint group for the new destinations, send the players there, and remove the old one later.',
    ],
  },
  [MULTI_REGION_ENDPOINT_TYPE]: {
    identity: 'EndpointId',
    replaced: 'mail that is sent with the old EndpointId is refused once the old endpoint is deleted',
    recreated: 'mail that is sent with the old EndpointId is refused',
    deleted: 'mail that is sent with its EndpointId is refused',
    advice: ['Without a gap: add a second endpoint, let all senders use it, and remove the old one in a later deployment.'],
  },
  [REPLICA_EMAIL_IDENTITY_TYPE]: {
    identity: 'EmailIdentityArn',
    replaced: 'the domain can no longer send from the Region of the old replica',
    recreated: 'the domain can\'t send from that Region until the new replica is verified',
    deleted: 'the domain can no longer send from that Region',
    advice: ['Without a gap: add a replica in the other Region first, and remove the old one in a later deployment.'],
  },
  [STANDBY_WORKSPACE_TYPE]: {
    identity: 'WorkspaceId',
    replaced: 'the old standby is terminated and its data are gone; the new one begins empty or as a copy of the primary',
    recreated: 'the standby is terminated and its data are gone; until the new one is ready, there is none',
    deleted: 'the standby is terminated and its data are gone',
    advice: ['To keep the data: removalPolicy: RemovalPolicy.RETAIN, and terminate the old standby by hand when nobody needs it.'],
  },
  [STANDBY_WORKSPACE_FLEET_TYPE]: {
    replaced: 'the standbys of the old fleet are terminated and their data are gone',
    recreated: 'standbys are terminated and their data are gone',
    deleted: 'its standbys are terminated and their data are gone',
    advice: ['To keep the data: removalPolicy: RemovalPolicy.RETAIN, and terminate the old standbys by hand when nobody needs them.'],
  },
  [CONNECTION_ALIAS_ASSOCIATION_TYPE]: {
    identity: 'ConnectionIdentifier',
    replaced: 'users who sign in by the connection string get a new association; the connection identifier for DNS is new',
    recreated: 'users can\'t sign in by the connection string until the new association is there; the connection identifier for DNS is new',
    deleted: 'users can\'t sign in by the connection string any more',
    advice: [],
  },
};

function isDisabled({ Enabled }: Properties): boolean {
  return String(Enabled) === 'false';
}

function deletesAttachment({ DeleteAttachment }: Properties): boolean {
  return String(DeleteAttachment) === 'true';
}

export function kindOf(type: string): ResourceKind {
  return KINDS[type] ?? (READERS.has(type) ? READS_ONLY : ANY);
}
