import { App, Aspects, CfnResource, RemovalPolicies, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, MultiRegionEndpoint,
  MultiRegionParameter, StandbyWorkspace, StandbyWorkspaceFleet,
} from '../../src';

const RETAIN = RemovalPolicy.RETAIN;
const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/01234567-0123-0123-0123-0123456789ab';
const LISTENER = `${ACCELERATOR}/listener/abc12345`;
const GROUP = `${LISTENER}/endpoint-group/def67890`;
const STANDBY = { primaryRegion: 'us-east-1', directoryId: 'd-9367000001' };

interface Options {
  readonly adopt?: any;
  readonly removalPolicy?: RemovalPolicy;
}

/** Each construct with `adopt`, a value that is right and some that are wrong. */
const CONSTRUCTS: [string, unknown, unknown[], (stack: Stack, options: Options) => void][] = [
  ['MultiRegionEndpoint', 'mail', ['', 'other', 5, 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/other'], (stack, options) => {
    new MultiRegionEndpoint(stack, 'Thing', { endpointName: 'mail', secondaryRegion: 'eu-central-1', ...options });
  }],
  ['MultiRegionParameter', '/mail/id', ['', '/mail/other', null], (stack, options) => {
    new MultiRegionParameter(stack, 'Thing', { parameterName: '/mail/id', value: '1', ...options });
  }],
  ['CustomRoutingAccelerator', ACCELERATOR, ['', 'game', LISTENER], (stack, options) => {
    new CustomRoutingAccelerator(stack, 'Thing', options);
  }],
  ['CustomRoutingListener', LISTENER, ['', ACCELERATOR, GROUP], (stack, options) => {
    const accelerator = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'Accelerator', { acceleratorArn: ACCELERATOR });
    new CustomRoutingListener(stack, 'Thing', { accelerator, portRanges: [{ fromPort: 1, toPort: 1000 }], ...options });
  }],
  ['CustomRoutingEndpointGroup', GROUP, ['', LISTENER], (stack, options) => {
    const listener = CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'Listener', LISTENER);
    new CustomRoutingEndpointGroup(stack, 'Thing', { listener, region: 'eu-west-1', destinations: [{ fromPort: 80, protocols: [CustomRoutingProtocol.TCP] }], ...options });
  }],
  ['StandbyWorkspace', 'ws-standby01', ['', 'standby', 'd-9367000001'], (stack, options) => {
    new StandbyWorkspace(stack, 'Thing', { ...STANDBY, primaryWorkspaceId: 'ws-primary01', ...options });
  }],
  ['StandbyWorkspaceFleet', { 'ws-primary01': 'ws-standby01' }, [{ 'ws-primary01': 'standby' }, { 'ws-primary02': 'ws-standby01' }], (stack, options) => {
    new StandbyWorkspaceFleet(stack, 'Thing', { ...STANDBY, primaryWorkspaceIds: ['ws-primary01'], ...options });
  }],
  ['ConnectionAliasAssociation', 'wsca-alias0001', ['', 'alias'], (stack, options) => {
    new ConnectionAliasAssociation(stack, 'Thing', { aliasId: 'wsca-alias0001', directoryId: 'd-9367000001', ...options });
  }],
];

const stackOf = () => new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });

describe.each(CONSTRUCTS)('%s', (name, right, wrong, declare) => {
  const type = `Custom::${name}`;

  test('says what it adopts, and is kept', () => {
    const stack = stackOf();
    declare(stack, { adopt: right, removalPolicy: RETAIN });
    Template.fromStack(stack).hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { Adopt: right } });
  });

  test('says nothing without it', () => {
    const stack = stackOf();
    declare(stack, {});
    expect(JSON.stringify(Template.fromStack(stack).findResources(type))).not.toMatch(/Adopt/);
  });

  test.each([undefined, RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('is refused with the removal policy %s', removalPolicy => {
    const stack = stackOf();
    declare(stack, { adopt: right, removalPolicy });
    expect(() => Template.fromStack(stack)).toThrow(/Stack\/Thing.*a rollback would delete what was there before.*RemovalPolicy\.RETAIN.*After one deployment both/s);
  });

  test.each(wrong.map(value => [value]))('is refused for %j', value => {
    expect(() => declare(stackOf(), { adopt: value, removalPolicy: RETAIN })).toThrow(/Stack\/Thing: .*adopt.*(Use|Set|Add|Leave)/);
  });
});

test('the removal policy may come from an aspect, and be taken away by one', () => {
  const [, , , declare] = CONSTRUCTS[0];
  const kept = stackOf();
  declare(kept, { adopt: 'mail' });
  RemovalPolicies.of(kept).retain();
  expect(() => Template.fromStack(kept)).not.toThrow();

  const destroyed = stackOf();
  declare(destroyed, { adopt: 'mail', removalPolicy: RETAIN });
  Aspects.of(destroyed).add({ visit: node => CfnResource.isCfnResource(node) && node.applyRemovalPolicy(RemovalPolicy.DESTROY) });
  expect(() => Template.fromStack(destroyed)).toThrow(/adopt is 'mail'/);
});

test('a generated name is compared with what is adopted: it would be another one', () => {
  expect(() => new MultiRegionEndpoint(stackOf(), 'Thing', { secondaryRegion: 'eu-central-1', adopt: 'mail', removalPolicy: RETAIN }))
    .toThrow(/Set endpointName: 'mail', and leave it set when you remove 'adopt'/);
});

test('an ARN or a token may say what is adopted', () => {
  const arn = 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail';
  for (const adopt of [arn, Token.asString({ Ref: 'Name' })]) {
    const stack = stackOf();
    expect(() => new MultiRegionEndpoint(stack, 'Thing', { endpointName: 'mail', secondaryRegion: 'eu-central-1', adopt, removalPolicy: RETAIN })).not.toThrow();
  }
});
