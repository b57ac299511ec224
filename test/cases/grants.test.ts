import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomRoutingAccelerator, CustomRoutingProtocol } from '../../src';

/** The exports of a stack whose group another stack of the app may manage, and what they are made of. */
function exportsFor(port: number): string {
  const app = new App();
  const env = { account: '111122223333', region: 'eu-west-1' };
  const game = new Stack(app, 'Game', { env });
  const group = new CustomRoutingAccelerator(game, 'Accelerator')
    .addListener('Listener', { portRanges: [{ fromPort: 10_001, toPort: 12_000 }] })
    .addEndpointGroup('Group', { destinations: [{ fromPort: port, toPort: port, protocols: [CustomRoutingProtocol.UDP] }] });
  const matchmaker = new Stack(app, 'Matchmaker', { env });
  group.grants.manageTraffic(new iam.Role(matchmaker, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
  Template.fromStack(matchmaker);
  return JSON.stringify(Template.fromStack(game).toJSON().Outputs ?? {});
}

test('L9: a grant to another stack uses nothing of a group that changes when its destinations do', () => {
  // CloudFormation refuses to change an export that is in use, and the ARN of a group is another one after that.
  expect(exportsFor(7777)).not.toMatch(/EndpointGroupArn/);
  expect(exportsFor(7777)).toBe(exportsFor(8888));
});
