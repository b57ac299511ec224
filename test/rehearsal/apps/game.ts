import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import { CustomRoutingAccelerator, CustomRoutingProtocol, TrafficPolicy } from '../../../src';
import { CorpusApp, resource } from '../corpus';

interface Game {
  readonly cidr?: string;
  readonly lastPort?: number;
  readonly protect?: boolean;
  readonly groupId?: string;
  readonly firstListenerPort?: number;
  readonly lastListenerPort?: number;
}

/** A VPC with an auto scaling group of servers, a matchmaker with inline code, and a site for players. */
function game(app: App, { cidr = '10.20.0.0/22', lastPort = 7780, protect, groupId = 'G', firstListenerPort = 10_001, lastListenerPort = 13_000 }: Game): void {
  const stack = new Stack(app, 'Game', { env: { region: 'eu-west-1', account: '111122223333' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr(cidr), maxAzs: 2, natGateways: 1,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 },
      { name: 'Servers', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
    ],
  });
  new autoscaling.AutoScalingGroup(stack, 'Servers', {
    vpc,
    launchTemplate: new ec2.LaunchTemplate(stack, 'Template', {
      instanceType: new ec2.InstanceType('c7g.large'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
      securityGroup: new ec2.SecurityGroup(stack, 'Players', { vpc }),
    }),
  });
  const site = new s3.Bucket(stack, 'Site', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  new deployment.BucketDeployment(stack, 'Deployment', {
    destinationBucket: site, sources: [deployment.Source.data('index.html', '<html></html>')],
  });
  const listener = new CustomRoutingAccelerator(stack, 'Acc')
    .addListener('L', { portRanges: [{ fromPort: firstListenerPort, toPort: lastListenerPort }] });
  const group = listener.addEndpointGroup(groupId, {
    destinations: [{ fromPort: 7777, toPort: lastPort, protocols: [CustomRoutingProtocol.UDP] }], protectPortMappings: protect,
  });
  vpc.privateSubnets.forEach(subnet => group.addSubnet(subnet, { traffic: TrafficPolicy.allowAll() }));
  const matchmaker = new lambda.Function(stack, 'Matchmaker', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
    environment: { GROUP: group.endpointGroupArn },
  });
  group.grants.manageTraffic(matchmaker);
  new CfnOutput(stack, 'Group', { value: group.endpointGroupArn });
}

export const GAME: CorpusApp<Game> = {
  name: 'VPC with auto scaling group, matchmaker and BucketDeployment',
  from: {},
  build: game,
  changes: [
    {
      what: 'one destination port less',
      to: { lastPort: 7779 },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 're-created in its place' },
      see: report => {
        const { mappings, outages, usedBy, advice, attributes } = resource(report, 'Game/Acc/L/G');
        // Two subnets with 59 addresses each.
        expect(mappings).toMatchObject({ before: 472, after: 354, gone: 118, added: 0 });
        expect(mappings!.asBefore + mappings!.onAnotherPort).toBe(354);
        expect(mappings!.onAnotherPort).toBeGreaterThan(0);
        expect(outages).toHaveLength(1);
        expect(outages[0].toSeconds).toBeGreaterThan(outages[0].fromSeconds);
        expect(Object.keys(attributes)).toEqual(['EndpointGroupArn']);
        expect(usedBy.map(({ path }) => path).sort()).toEqual(['Matchmaker']);
        expect(advice.join()).toContain('protectPortMappings: true');
      },
    },
    {
      what: 'another block of addresses for the VPC',
      to: { cidr: '10.99.0.0/22' },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 'changed in place' },
      see: report => {
        const { mappings, effects } = resource(report, 'Game/Acc/L/G');
        expect(mappings).toMatchObject({ before: 472, after: 472, asBefore: 0, gone: 472, added: 472 });
        expect(effects[0]).toBe('every player loses the connection');
      },
    },
    {
      what: 'other destinations, protected',
      to: { lastPort: 7779, protect: true },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 're-created in its place' },
    },
    {
      what: 'another construct id',
      to: { groupId: 'Group' },
      outcome: 'fails',
      changes: {},
      see: report => expect(report.stacks[0].failure!.path).toBe('Acc/L/Group'),
    },
    {
      what: 'other ports of the listener, while its own are in use',
      to: { firstListenerPort: 20_001, lastListenerPort: 23_000 },
      outcome: 'harmless',
      changes: { 'Game/Acc/L': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc/L').effects).toEqual([
        'it keeps the ports 10001-13000, which subnets use, until an endpoint group frees them; then it gets 20001-23000',
      ]),
    },
    {
      what: 'more ports of the listener',
      to: { lastListenerPort: 14_000 },
      outcome: 'harmless',
      changes: { 'Game/Acc/L': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc/L').effects).toEqual([]),
    },
  ],
};

export const PROTECTED_GAME: CorpusApp<Game> = {
  name: 'the same with protected port mappings',
  from: { protect: true },
  build: game,
  changes: [
    {
      what: 'one destination port less',
      to: { protect: true, lastPort: 7779 },
      outcome: 'fails',
      changes: { 'Game/Acc/L/G': 'refused' },
      see: report => {
        expect(report.stacks[0].failure).toMatchObject({ path: 'Acc/L/G', status: 'UPDATE_ROLLBACK_COMPLETE' });
        expect(resource(report, 'Game/Acc/L/G').reason).toContain('protectPortMappings');
      },
    },
    { what: 'nothing', to: { protect: true }, outcome: 'harmless', changes: {} },
    {
      what: 'fewer ports of the listener, but enough',
      to: { protect: true, lastListenerPort: 12_000 },
      outcome: 'harmless',
      changes: { 'Game/Acc/L': 'changed in place' },
    },
  ],
};
