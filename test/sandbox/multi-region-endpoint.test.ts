import { CfnOutput, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox, type SandboxOptions } from '../../sandbox';
import { MultiRegionEndpoint } from '../../src';

/*
 * MultiRegionEndpoint on whole stacks: template, bundle, state machine and IAM policies together.
 */
const ENV = { region: 'eu-west-1' };
let sandbox: Sandbox;

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  sandbox = new Sandbox({ provisioners: { [FAILING_TYPE]: failingResource }, ...options });
  await sandbox.start();
  return sandbox;
}

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  const answers = sandbox.customResourceRequests.map(request => request.effectiveAnswers.length);
  expect(answers.filter(count => count > 1)).toEqual([]);
  await sandbox.stop();
});

function synth(build: (stack: Stack) => void): string {
  const app = newApp();
  build(new Stack(app, 'Mail', { env: ENV }));
  return app.synth().directory;
}

const endpoints = () => sandbox.leftovers().filter(({ type }) => type === 'MultiRegionEndpoint').map(({ id, state }) => `${id} ${state}`);

test('20 endpoints in one stack, at the published rate of SES: all READY, then all gone', async () => {
  await start();
  const directory = synth(stack => {
    for (let n = 0; n < 20; n++) {
      new MultiRegionEndpoint(stack, `Endpoint${n}`, { secondaryRegion: 'eu-central-1', endpointName: `mail-${n}` });
    }
  });

  const [result] = await sandbox.deploy(directory);
  expect(result.status).toBe('CREATE_COMPLETE');
  expect(endpoints().filter(endpoint => endpoint.endsWith('READY'))).toHaveLength(20);
  await sandbox.destroy(directory);
  expect(sandbox.leftovers()).toEqual([]);
});

test('a new role whose permissions take a while to be in force is waited for', async () => {
  await start({ iamPropagationSeconds: 30 });
  const directory = synth(stack => { new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }); });

  const [result] = await sandbox.deploy(directory);
  expect(result.status).toBe('CREATE_COMPLETE');
});

test('14. in a rollback the provider outlives its resources, and nothing is left', async () => {
  await start();
  const directory = synth(stack => {
    const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
    const failing = endpoint.node.scope!.node.tryFindChild('CdkMultiRegionSesProvider')!;
    new CfnResource(stack, 'Sibling', { type: FAILING_TYPE }).node.addDependency(failing);
  });

  await expect(sandbox.deploy(directory)).rejects.toThrow(DeploymentFailed);

  const order = sandbox.events.filter(({ status }) => status === 'DELETE_COMPLETE').map(({ logicalId }) => logicalId);
  const endpoint = order.findIndex(id => id.startsWith('Endpoint'));
  for (const part of ['MultiRegionSesWaiterPolicy', 'MultiRegionSesFunction', 'MultiRegionSesWaiter', 'MultiRegionSesRole']) {
    expect(order.indexOf(part)).toBeGreaterThan(endpoint);
  }
  await sandbox.elapse(3_700_000);
  expect(sandbox.leftovers()).toEqual([]);
  const [cancelled] = sandbox.customResourceRequests.filter(({ event }) => event.RequestType === 'Delete');
  expect(cancelled.event.PhysicalResourceId).toMatch(/^Mail-Endpoint/);
});

test('15. RETAIN keeps the endpoint and nothing else', async () => {
  await start();
  const directory = synth(stack => {
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', endpointName: 'mail', removalPolicy: RemovalPolicy.RETAIN });
  });
  await sandbox.deploy(directory);
  await sandbox.destroy(directory);

  expect(endpoints()).toEqual(['mail READY']);
  expect(sandbox.leftovers()).toHaveLength(1);
});

test('a retained endpoint belongs to its stack for ever: the same app deployed again does not take it over', async () => {
  await start();
  const directory = synth(stack => {
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', endpointName: 'mail', removalPolicy: RemovalPolicy.RETAIN });
  });
  await sandbox.deploy(directory);
  await sandbox.destroy(directory);

  await expect(sandbox.deploy(directory)).rejects.toThrow(/'mail' exists in eu-west-1 and does not belong to this stack/);
  expect(endpoints()).toEqual(['mail READY']);
});

test('a lookup finds what the same account has, without touching it', async () => {
  await start();
  sandbox.ses.seed({ region: 'eu-west-1', name: 'company', secondaryRegion: 'us-east-1' });
  const directory = synth(stack => {
    const endpoint = MultiRegionEndpoint.fromEndpointName(stack, 'Company', 'company');
    new CfnOutput(stack, 'Id', { value: endpoint.endpointId });
    new CfnOutput(stack, 'Secondary', { value: endpoint.secondaryRegion });
  });

  await sandbox.deploy(directory);
  expect(sandbox.outputs('Mail')).toEqual({ Id: expect.stringMatching(/\./), Secondary: 'us-east-1' });
  await sandbox.destroy(directory);
  expect(endpoints()).toEqual(['company READY']);
});

test('an endpoint id reaches a stack in another Region', async () => {
  await start();
  const app = newApp();
  const mail = new Stack(app, 'Mail', { env: { ...ENV, account: '111122223333' }, crossRegionReferences: true });
  const other = new Stack(app, 'Other', { env: { region: 'eu-central-1', account: '111122223333' }, crossRegionReferences: true });
  const endpoint = new MultiRegionEndpoint(mail, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  new CfnOutput(mail, 'Id', { value: endpoint.endpointId });
  new CfnOutput(other, 'Id', { value: endpoint.endpointId });

  await sandbox.deploy(app.synth().directory);
  expect(sandbox.outputs('Other').Id).toBe(sandbox.outputs('Mail').Id);
});

test.each([true, false])('removing one endpoint of two deletes that one (rollback of replacements by update: %s)', async by => {
  await start({ customResources: { rollsReplacementBackByUpdate: by } });
  const both = (stack: Stack) => {
    new MultiRegionEndpoint(stack, 'Keep', { secondaryRegion: 'eu-central-1', endpointName: 'keep' });
    new MultiRegionEndpoint(stack, 'Drop', { secondaryRegion: 'eu-central-1', endpointName: 'drop' });
  };
  const one = (secondaryRegion: string, endpointName: string) => (stack: Stack) => {
    new MultiRegionEndpoint(stack, 'Keep', { secondaryRegion, endpointName });
  };
  await sandbox.deploy(synth(both));
  await sandbox.deploy(synth(one('eu-central-1', 'keep')));
  expect(endpoints()).toEqual(['keep READY']);

  // A replacement that succeeds in a deployment that fails is taken back.
  const broken = synth(stack => {
    one('us-east-1', 'kept')(stack);
    new CfnResource(stack, 'Sibling', { type: FAILING_TYPE }).node.addDependency(stack.node.findChild('Keep'));
  });
  await expect(sandbox.deploy(broken)).rejects.toThrow(DeploymentFailed);
  await sandbox.elapse(3_700_000);
  expect(endpoints()).toEqual(['keep READY']);
});
