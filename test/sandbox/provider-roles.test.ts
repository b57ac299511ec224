import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { newApp } from './answering-function';
import { Sandbox } from '../../sandbox';
import { MultiRegionEndpoint, ProviderSettings, type ProviderSettingsOptions } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = new Sandbox();
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** A stack with a role, and two stacks whose providers use it for both of their roles. */
function sharingStacks(team: string): string {
  const app = newApp();
  const role = new iam.Role(new Stack(app, 'Security', { env: ENV }), 'Role', {
    assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.ServicePrincipal('states.amazonaws.com')),
  });
  for (const id of ['One', 'Two']) {
    const stack = new Stack(app, id, { env: ENV });
    ProviderSettings.of(stack).set({ functionRole: role, stateMachineRole: role });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', tags: { team } });
  }
  return app.synth().directory;
}

test('two stacks share a role of a third one, and neither takes what the other needs', async () => {
  const results = await sandbox.deploy(sharingStacks('mail'));
  expect(results.map(({ status }) => status)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE', 'CREATE_COMPLETE']);

  await sandbox.destroy(sharingStacks('mail'), { stacks: ['One'] });
  const updated = await sandbox.deploy(sharingStacks('post'), { stacks: ['Two'] });
  expect(updated.find(({ stackName }) => stackName === 'Two')!.status).toBe('UPDATE_COMPLETE');

  await sandbox.destroy(sharingStacks('post'), { stacks: ['Two', 'Security'] });
  expect(sandbox.leftovers()).toEqual([]);
});

test.each<[string, (stack: Stack) => ProviderSettingsOptions]>([
  ['managed policies', () => ({ useManagedPolicies: true })],
  ['managed policies for a role of the user', stack => ({
    useManagedPolicies: true, functionRole: new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  })],
  ['a VPC of the stack, tracing, keys and logs', stack => {
    const key = new kms.Key(stack, 'Key');
    return {
      vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }), tracing: true, stateMachineLogLevel: sfn.LogLevel.ALL, stateMachineEncryption: key,
      environmentEncryption: key, environment: { NO_PROXY: 'localhost' },
    };
  }],
])('deployed and destroyed with %s', async (_, settings) => {
  const app = newApp();
  const stack = new Stack(app, 'Mail', { env: ENV });
  ProviderSettings.of(stack).set(settings(stack));
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  const { directory } = app.synth();

  const [{ status }] = await sandbox.deploy(directory);
  expect(status).toBe('CREATE_COMPLETE');
  await sandbox.destroy(directory);
  expect(sandbox.leftovers().filter(({ type }) => type === 'MultiRegionEndpoint')).toEqual([]);
});
