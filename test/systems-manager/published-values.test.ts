import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import * as library from '../../src';
import { CONSTRUCTS } from '../compatibility/constructs';
import { PLAIN } from '../compatibility/values';

/*
 * The shorthands that publish an output of a construct as a parameter. Their names follow a rule, so that nobody has to look them up: 'publish', and
 * then the attribute without the name of what it is of.
 */
const TYPE = 'Custom::MultiRegionParameter';
const NAME = '/published/value';
const PRIMARY = 'ws-0123abcde';

type Publish = (parameterName: string, ...rest: unknown[]) => library.MultiRegionParameter;
type Publisher = IConstruct & Record<string, Publish>;

/** Class, method, and the attribute that it publishes. */
const SHORTHANDS: readonly (readonly [string, string, string])[] = [
  ['MultiRegionEndpoint', 'publishId', 'endpointId'],
  ['MultiRegionEndpoint', 'publishArn', 'endpointArn'],
  ['ReplicaEmailIdentity', 'publishArn', 'emailIdentityArn'],
  ['CustomRoutingAccelerator', 'publishArn', 'acceleratorArn'],
  ['CustomRoutingAccelerator', 'publishDnsName', 'dnsName'],
  ['CustomRoutingAccelerator', 'publishIpv4Addresses', 'ipv4Addresses'],
  ['CustomRoutingListener', 'publishArn', 'listenerArn'],
  ['CustomRoutingEndpointGroup', 'publishArn', 'endpointGroupArn'],
  ['StandbyWorkspace', 'publishId', 'workspaceId'],
  ['ConnectionAliasAssociation', 'publishConnectionIdentifier', 'connectionIdentifier'],
  ['TransitGatewayPeeringAccepter', 'publishAttachmentId', 'transitGatewayAttachmentId'],
  ['DsqlClusterPeering', 'publishClusterEndpoint', 'clusterEndpoint'],
  ['DsqlClusterPeering', 'publishPeerClusterEndpoint', 'peerClusterEndpoint'],
];
/** Publishes what a method returns, not an attribute. */
const FLEET = ['StandbyWorkspaceFleet', 'publishStandbyWorkspaceId'] as const;

function declare(name: string): { stack: Stack; construct: Publisher } {
  const stack = new Stack(new App(), 'Producer', { env: { account: '111122223333', region: 'eu-west-1' } });
  const { construct } = CONSTRUCTS.find(entry => entry.name === name)!.declare(stack, 'Made', PLAIN);
  return { stack, construct: construct as Publisher };
}

/** Also those of its base classes: `@propertyInjectable` makes another class on top. */
function methodsOf(prototype: object | null): string[] {
  return prototype ? [...Object.getOwnPropertyNames(prototype), ...methodsOf(Object.getPrototypeOf(prototype))] : [];
}

function publishedIn(stack: Stack): [string, Record<string, unknown>][] {
  return Object.entries(Template.fromStack(stack).findResources(TYPE)).map(([id, { Properties }]) => [id, Properties]);
}

describe.each(SHORTHANDS)('%s.%s()', (name, method, attribute) => {
  test(`publishes ${attribute} in every Region, and takes what a parameter takes`, () => {
    const { construct, stack } = declare(name);
    const parameter = construct[method](NAME, { regions: ['eu-central-1'], description: 'Ids' });

    const value = (construct as unknown as Record<string, string | string[]>)[attribute];
    const [[id, properties], ...others] = publishedIn(stack);
    expect(others).toEqual([]);
    expect(properties).toMatchObject({
      ParameterName: NAME, Regions: ['eu-central-1'], Description: 'Ids',
      Type: Array.isArray(value) ? 'StringList' : 'String', Value: stack.resolve(Array.isArray(value) ? value.join(',') : value),
    });
    // With another logical id, a newer version of the library would replace the parameter.
    expect([id, parameter.node.path, properties.Value]).toMatchSnapshot();
  });

  test('follows the rule for names', () => {
    expect(attribute.toLowerCase()).toMatch(new RegExp(`${method.replace('publish', '').toLowerCase()}$`));
  });

  test('publishes once', () => {
    const { construct } = declare(name);
    construct[method](NAME);
    expect(() => construct[method]('/second')).toThrow(
      new RegExp(`^${construct.node.path}: ${method}\\(\\) publishes '/second', but '${construct.node.path}/Published\\w+' publishes the same value already. Add Regions`));
  });
});

test('a fleet publishes the standby of each member', () => {
  const { construct, stack } = declare(FLEET[0]);
  const fleet = construct as IConstruct as library.StandbyWorkspaceFleet;
  fleet.publishStandbyWorkspaceId(NAME, PRIMARY, { regions: ['us-east-1'] });
  fleet.publishStandbyWorkspaceId('/published/other', 'ws-0123abcdf');

  const published = publishedIn(stack);
  expect(published.map(([, properties]) => properties.Value)).toEqual(
    [PRIMARY, 'ws-0123abcdf'].map(primary => stack.resolve(fleet.addStandbyWorkspaceIdLookup(primary))));
  expect(published).toMatchObject([[expect.anything(), { Regions: ['us-east-1'] }], [expect.anything(), { ParameterName: '/published/other' }]]);
  expect(published.map(([id]) => id)).toMatchSnapshot();
  expect(() => fleet.publishStandbyWorkspaceId('/second', PRIMARY)).toThrow(/publishes the same value already/);
  expect(() => fleet.publishStandbyWorkspaceId('/second', 'ws-9999abcde')).toThrow(/'ws-9999abcde' is no member of this fleet/);
});

test('every construct that has outputs publishes them, and each shorthand is tested here', () => {
  const found = Object.entries(library).flatMap(([name, value]) => typeof value === 'function' && 'PROPERTY_INJECTION_ID' in value
    ? methodsOf(value.prototype).filter(method => method.startsWith('publish')).map(method => [name, method]) : []);
  expect(found.sort()).toEqual([...SHORTHANDS.map(([name, method]) => [name, method]), [...FLEET]].sort());

  const declared = CONSTRUCTS.filter(({ name, type }) => type !== undefined && !name.includes('.')).map(({ name }) => name);
  expect(declared.filter(name => !found.some(([publisher]) => publisher === name))).toEqual(['MultiRegionParameter']);
});
