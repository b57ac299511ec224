import {
  GetMultiRegionEndpointCommand, ListMultiRegionEndpointsCommand, ListTagsForResourceCommand,
} from '@aws-sdk/client-sesv2';
import { TableCommand, Environment, OptionValues, Report, SesCalls, Value } from './command';
import { Kind, REGION, valueOf } from './option-values';
import { timestamp } from './time';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ApiCall, CallFailure, calling } from '../failure';
import { partitionOf } from '../partition';

const NAME: Kind = { pattern: /^[\w-]{1,64}$/, description: 'a name of 1 to 64 letters, digits, - and _' };
const ACCOUNT: Kind = { pattern: /^\d{12}$/, description: 'an account id of twelve digits' };

const LIST = 'ses:ListMultiRegionEndpoints';
const GET = 'ses:GetMultiRegionEndpoint';
const LIST_TAGS = 'ses:ListTagsForResource';

export const endpointStatus: TableCommand = {
  name: 'endpoint-status',
  summary: 'multi-Region endpoints of SES, their status and whether this library manages them',
  synopsis: ['[options]'],
  description: 'Lists the multi-Region endpoints whose primary Region is the given one.\n'
    + `MANAGED says whether an endpoint has the tag ${OWNER_TAG_KEY} of this library's stacks.`,
  options: {
    region: { value: 'PRIMARY_REGION', help: 'the primary Region; without it that of the environment' },
    name: { value: 'NAME', help: 'only this endpoint' },
    account: { value: 'ID', help: 'the account, if the credentials do not tell it; MANAGED needs it' },
  },
  permissions: [
    `${LIST} on *, or with --name ${GET} on the endpoint`,
    `${LIST_TAGS} on the endpoints`,
  ],
  run,
};

interface Endpoint {
  readonly name: string;
  readonly id?: string;
  readonly status?: string;
  readonly regions: readonly string[];
  readonly created?: Date;
}

/** The owner tag, or why it is not known. */
type Owner = { readonly tag?: string } | { readonly unknown: CallFailure | 'account' };

async function run(values: OptionValues, { services }: Pick<Environment, 'services'>): Promise<Report> {
  const name = valueOf(values, 'name', NAME);
  const givenAccount = valueOf(values, 'account', ACCOUNT);
  const region = await services.region(valueOf(values, 'region', REGION));
  const client = services.ses(region);
  const endpoints = name === undefined
    ? await listEndpoints(client, region)
    : [await getEndpoint(client, region, name)];
  const account = endpoints.length > 0 ? givenAccount ?? await services.accountId() : undefined;
  const owners: Owner[] = [];
  for (const endpoint of endpoints) {
    owners.push(await ownerOf(client, region, account, endpoint.name));
  }
  return {
    columns: [
      { key: 'name', title: 'NAME' },
      { key: 'id', title: 'ID' },
      { key: 'status', title: 'STATUS' },
      { key: 'routes', title: 'ROUTES' },
      { key: 'created', title: 'CREATED' },
      { key: 'managed', title: 'MANAGED', show: yesOrNo },
      { key: 'owner', title: 'OWNER', detail: true },
    ],
    rows: endpoints.map((endpoint, index) => ({
      name: endpoint.name,
      id: endpoint.id,
      status: endpoint.status,
      // The service promises no order.
      routes: [...endpoint.regions].sort((one, other) => Number(other === region) - Number(one === region) || (one < other ? -1 : 1)),
      created: timestamp(endpoint.created),
      ...ownership(owners[index]),
    })),
    nothing: `There are no multi-Region endpoints with the primary Region ${region}.`,
    notes: owners.some(owner => 'unknown' in owner && owner.unknown === 'account')
      ? ['MANAGED is not known, because the credentials do not tell their account: give --account ID or set AWS_ACCOUNT_ID.']
      : [],
    failures: owners.flatMap(owner => 'unknown' in owner && owner.unknown instanceof CallFailure
      ? [`MANAGED is not known for every endpoint: ${owner.unknown.message}`] : []).slice(0, 1),
  };
}

async function listEndpoints(client: SesCalls, region: string): Promise<Endpoint[]> {
  const endpoints: Endpoint[] = [];
  let NextToken: string | undefined;
  do {
    const page = await calling({ action: LIST, resource: '*', region }, () =>
      client.send(new ListMultiRegionEndpointsCommand({ PageSize: 1000, NextToken })));
    endpoints.push(...(page.MultiRegionEndpoints ?? []).map(endpoint => ({
      name: endpoint.EndpointName ?? '',
      id: endpoint.EndpointId,
      status: endpoint.Status,
      regions: endpoint.Regions ?? [],
      created: endpoint.CreatedTimestamp,
    })));
    NextToken = page.NextToken;
  } while (NextToken);
  return endpoints.sort((one, other) => one.name < other.name ? -1 : 1);
}

async function getEndpoint(client: SesCalls, region: string, name: string): Promise<Endpoint> {
  const call = { action: GET, resource: arnOf(region, '*', name), region, subject: `endpoint ${name}` };
  const endpoint = await calling(call, () => client.send(new GetMultiRegionEndpointCommand({ EndpointName: name })));
  return {
    name: endpoint.EndpointName ?? name,
    id: endpoint.EndpointId,
    status: endpoint.Status,
    regions: (endpoint.Routes ?? []).map(route => route.Region ?? ''),
    created: endpoint.CreatedTimestamp,
  };
}

/** The tags tell besides: what is known of the endpoint is shown without them, too. */
async function ownerOf(client: SesCalls, region: string, account: string | undefined, name: string): Promise<Owner> {
  if (account === undefined) {
    return { unknown: 'account' };
  }
  const ResourceArn = arnOf(region, account, name);
  const call: ApiCall = { action: LIST_TAGS, resource: ResourceArn, region, subject: `endpoint ${name}` };
  try {
    const { Tags } = await calling(call, () => client.send(new ListTagsForResourceCommand({ ResourceArn })));
    return { tag: Tags?.find(tag => tag.Key === OWNER_TAG_KEY)?.Value };
  } catch (error) {
    if (error instanceof CallFailure) {
      return { unknown: error };
    }
    throw error;
  }
}

function ownership(owner: Owner): { readonly managed: Value; readonly owner: Value } {
  return 'unknown' in owner ? { managed: undefined, owner: undefined } : { managed: owner.tag !== undefined, owner: owner.tag };
}

function yesOrNo(managed: Value): string {
  return managed === undefined ? '' : managed ? 'yes' : 'no';
}

function arnOf(region: string, account: string, name: string): string {
  return `arn:${partitionOf(region)}:ses:${region}:${account}:multi-region-endpoint/${name}`;
}
