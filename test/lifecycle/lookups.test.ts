import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CustomRoutingAccelerator, CustomRoutingProtocol, MultiRegionEndpoint } from '../../src';
import { awaitsLookup } from '../../src/lifecycle/synthesis-error';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const SUBNET = { routeTableId: 'rtb-1', availabilityZone: 'eu-west-1a' };

/** What the CLI looks up before it synthesizes again. */
function missingContextOf(app: App) {
  return app.synth().manifest.missing ?? [];
}

function gameIn(app: App): void {
  const stack = new Stack(app, 'Game', { env: ENV });
  const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: 'game' });
  const listener = new CustomRoutingAccelerator(stack, 'Accelerator').addListener('Players', { portRanges: [{ fromPort: 10_001, toPort: 20_000 }] });
  const group = listener.addEndpointGroup('Servers', { destinations: [{ fromPort: 7777, protocols: [CustomRoutingProtocol.UDP] }] });
  group.addSubnets(vpc.selectSubnets({ subnetType: ec2.SubnetType.PUBLIC }));
}

function found(cidr: string) {
  const subnetGroups = [{ name: 'Public', type: 'Public', subnets: [{ subnetId: 'subnet-0a1b2c3d', cidr, ...SUBNET }] }];
  return { vpcId: 'vpc-0a1b2c3d', vpcCidrBlock: '10.0.0.0/8', availabilityZones: [], subnetGroups };
}

describe('a VPC that is looked up', () => {
  const [{ key }] = (() => {
    const app = new App();
    gameIn(app);
    return missingContextOf(app);
  })();

  test('is asked for by the first synthesis, whose dummy subnets are no error', () => {
    const app = new App();
    gameIn(app);
    expect(missingContextOf(app)).toMatchObject([{ provider: 'vpc-provider' }]);
  });

  test('is taken when it has been found', () => {
    const app = new App({ context: { [key]: found('10.0.0.0/24') } });
    gameIn(app);
    expect(missingContextOf(app)).toEqual([]);
  });

  test('is refused when what was found can never work', () => {
    const app = new App({ context: { [key]: found('10.0.0.0/12') } });
    expect(() => gameIn(app)).toThrow(/the subnet 10\.0\.0\.0\/12 is a \/12/);
  });
});

test('a lookup in one stack makes the values of another one unknown', () => {
  const app = new App();
  const [settings, mail] = ['Settings', 'Mail'].map(id => new Stack(app, id, { env: ENV }));
  const endpointName = ssm.StringParameter.valueFromLookup(settings, '/mail/endpoint-name');

  expect(endpointName).toMatch(/\//);
  new MultiRegionEndpoint(mail, 'Endpoint', { endpointName, secondaryRegion: 'eu-central-1' });
  expect(missingContextOf(app)).toMatchObject([{ provider: 'ssm' }]);
});

test('without a lookup every value is known', () => {
  const stack = new Stack(new App(), 'Mail', { env: ENV });
  expect(awaitsLookup(stack)).toBe(false);
  expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { endpointName: '/', secondaryRegion: 'eu-central-1' })).toThrow(/endpointName '\/'/);
});
