import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Declaration } from '../../integ/account';
import { PROBE_STACK, probed } from '../../integ/cloudformation/app';
import { gameApp } from '../../integ/global-accelerator/app';
import { PREFIX } from '../../integ/plan';
import { endpointApp } from '../../integ/ses/app';
import { standbyApp } from '../../integ/workspaces/app';

/** The apps that scenarios deploy, each with all that it can have. */
const APPS: Record<string, Declaration> = {
  Probed: probed(`${PREFIX}Probed`, [{ id: 'Any', physicalId: 'any-1', serviceTimeoutSeconds: 30, script: { Create: ['wait 1', 'fail'] } }]),
  Endpoint: endpointApp(`${PREFIX}Endpoint`, {
    secondaryRegion: 'eu-central-1', bounded: true, encrypted: true, identity: 'example.com', tags: { verify: 'created' },
  }),
  Game: gameApp(`${PREFIX}Game`, { subnets: 2, lastPort: 7778, open: ['10.20.0.4'], sibling: ['fail'] }),
  Standby: standbyApp(`${PREFIX}Standby`, {
    primaryWorkspaceId: 'ws-0123abcde', primaryRegion: 'us-east-1', directoryId: 'd-9367000001', replicated: true,
  }),
};

function stacksOf(name: string): Record<string, Template> {
  const app = new App();
  APPS[name](app, { account: '111122223333', region: 'eu-west-1' });
  return Object.fromEntries(app.node.children.filter(Stack.isStack).map(stack => [stack.stackName, Template.fromStack(stack)]));
}

test.each(Object.keys(APPS))('%s is synthesized, under a name that the clean-up finds', name => {
  const stacks = stacksOf(name);
  expect(stacks).toHaveProperty(PREFIX + name);
  expect(Object.keys(stacks).filter(stackName => !stackName.startsWith(PREFIX))).toEqual([]);
});

test('nothing is retained', () => {
  for (const [name, template] of Object.keys(APPS).flatMap(app => Object.entries(stacksOf(app)))) {
    const retained = Object.entries(template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy && DeletionPolicy !== 'Delete').map(([id]) => `${name}/${id}`);
    expect(retained).toEqual([]);
  }
});

test('a probed resource says what the probe is to do', () => {
  stacksOf('Probed')[`${PREFIX}Probed`].hasResourceProperties('Custom::Probe', {
    PhysicalId: 'any-1', ServiceTimeout: '30', Script: { Create: ['wait 1', 'fail'] },
  });
  stacksOf('Probed')[PROBE_STACK].hasResourceProperties('AWS::Lambda::Function', { Timeout: 900 });
});

test('the sender may do nothing but send through the endpoint', () => {
  stacksOf('Endpoint')[`${PREFIX}Endpoint`].hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [Match.objectLike({
      Action: ['ses:SendEmail', 'ses:SendBulkEmail'], Condition: { StringEquals: { 'ses:MultiRegionEndpointId': Match.anyValue() } },
    })] },
  });
});
