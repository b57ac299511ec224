import { ListMultiRegionEndpointsCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { Aws, CfnOutput, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { answeringFunction, newApp, thing } from './answering-function';
import { DeploymentFailed, Sandbox, SandboxOptions } from '../../sandbox';

const ACCOUNT = '111122223333';
let sandbox: Sandbox;

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  sandbox = new Sandbox(options);
  await sandbox.start();
  return sandbox;
}

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** A stack with one custom resource behind a function. */
function synth(properties: Record<string, string> = {}, stackName: string = 'Game', env = { region: 'eu-west-1' }): string {
  const app = newApp();
  const stack = new Stack(app, stackName, { env });
  const logGroup = new logs.LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY });
  const resource = thing(stack, 'Thing', answeringFunction(stack, { logGroup }), properties);
  new CfnOutput(stack, 'Upper', { value: resource.getAttString('Upper') });
  return app.synth().directory;
}

test('deploys an app with the real code of its function, and destroys it without leftovers', async () => {
  await start();
  const directory = synth();

  const [result] = await sandbox.deploy(directory);
  expect(result).toMatchObject({ stackName: 'Game', region: 'eu-west-1', status: 'CREATE_COMPLETE', outputs: { Upper: 'NAME-OF-THING' } });
  expect(sandbox.outputs('Game')).toEqual({ Upper: 'NAME-OF-THING' });
  expect(sandbox.leftovers().map(item => item.type).sort()).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup']);

  await sandbox.destroy(directory);
  expect(sandbox.leftovers()).toEqual([]);
  expect(sandbox.customResourceRequests.map(request => request.effectiveAnswers.length)).toEqual([1, 1]);
  expect(() => sandbox.outputs('Game')).toThrow("There is no stack 'Game'. There are: none.");
});

test('deploys again only what changed', async () => {
  await start();
  await sandbox.deploy(synth());
  await sandbox.deploy(synth());

  const [result] = await sandbox.deploy(synth({ Name: 'other' }));

  expect(result).toMatchObject({ status: 'UPDATE_COMPLETE', outputs: { Upper: 'OTHER' } });
  expect(sandbox.customResourceRequests.map(({ event }) => `${event.RequestType} ${event.PhysicalResourceId}`))
    .toEqual(['Create undefined', 'Update name-of-Thing']);
});

test('a deployment that fails says which resource and why', async () => {
  const seen: string[] = [];
  await start({ onEvent: event => seen.push(event.status) });

  const deployment = sandbox.deploy(synth({ Fail: 'Create' }));

  await expect(deployment).rejects.toThrow(DeploymentFailed);
  await expect(deployment).rejects.toThrow(/Stack 'Game' in eu-west-1 ended in ROLLBACK_COMPLETE\.\n  Thing.* \(Custom::Thing\): CREATE_FAILED: .*as told/);
  expect(sandbox.leftovers()).toEqual([]);
  expect(seen).toContain('ROLLBACK_COMPLETE');
  expect(sandbox.events).toHaveLength(seen.length);
});

test('a destroy that fails says so, and can be repeated', async () => {
  await start();
  await sandbox.deploy(synth({ Fail: 'Delete' }));

  await expect(sandbox.destroy(synth())).rejects.toThrow('ended in DELETE_FAILED');
  await expect(sandbox.destroy(synth())).rejects.toThrow('ended in DELETE_FAILED');
});

test('values go from stack to stack, within a Region and across Regions', async () => {
  const app = newApp();
  const producer = new Stack(app, 'Producer', { env: { region: 'eu-west-1', account: ACCOUNT }, crossRegionReferences: true });
  const near = new Stack(app, 'Near', { env: { region: 'eu-west-1', account: ACCOUNT } });
  const far = new Stack(app, 'Far', { env: { region: 'us-east-1', account: ACCOUNT }, crossRegionReferences: true });
  const upper = thing(producer, 'Thing', answeringFunction(producer)).getAttString('Upper');
  new CfnOutput(near, 'Out', { value: upper });
  new CfnOutput(far, 'Out', { value: upper });
  const { directory } = app.synth();
  await start();

  const results = await sandbox.deploy(directory, { stacks: ['Far', 'Near'] });

  expect(results.map(result => result.stackName).sort()).toEqual(['Far', 'Near', 'Producer']);
  expect(sandbox.outputs('Near', 'eu-west-1')).toEqual({ Out: 'NAME-OF-THING' });
  expect(sandbox.outputs('Far', 'us-east-1')).toEqual({ Out: 'NAME-OF-THING' });
  await expect(sandbox.destroy(directory, { stacks: ['Producer'] })).rejects.toThrow('as it is in use by Near');

  await sandbox.destroy(directory);
  expect(sandbox.cloudFormation.stacks).toEqual([]);
});

test('stages, nested stacks and stacks without an environment', async () => {
  const app = newApp();
  const stage = new Stage(app, 'Prod');
  const stack = new Stack(stage, 'Mail');
  const nested = new NestedStack(stack, 'Nested');
  const upper = thing(nested, 'Thing', answeringFunction(nested)).getAttString('Upper');
  new CfnOutput(stack, 'Out', { value: `${upper} in ${Aws.REGION}` });
  const { directory } = app.synth();
  await start({ defaultRegion: 'us-west-2' });

  await sandbox.deploy(directory, { stacks: ['Prod/Mail'] });

  expect(sandbox.outputs('Prod-Mail')).toEqual({ Out: 'NAME-OF-THING in us-west-2' });
  expect(sandbox.cloudFormation.stacks.map(({ name }) => name)).toEqual(['Prod-Mail', expect.stringMatching(/^Prod-Mail-Nested/)]);
  await sandbox.destroy(directory);
  expect(sandbox.cloudFormation.stacks).toEqual([]);
});

test('a log group that Lambda makes and one that is retained stay behind', async () => {
  const app = newApp();
  const stack = new Stack(app, 'Game');
  new logs.LogGroup(stack, 'Kept', { logGroupName: '/kept', removalPolicy: RemovalPolicy.RETAIN });
  thing(stack, 'Thing', answeringFunction(stack, { functionName: 'chatty' }));
  const { directory } = app.synth();
  await start();

  await sandbox.deploy(directory);
  await sandbox.destroy(directory);

  expect(sandbox.leftovers().map(item => item.id)).toEqual(['/kept', '/aws/lambda/chatty']);
});

test('a role that Lambda may not assume is refused', async () => {
  const app = newApp();
  const stack = new Stack(app, 'Game');
  answeringFunction(stack, { role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') }) });
  await start();

  await expect(sandbox.deploy(app.synth().directory)).rejects.toThrow('The role defined for the function cannot be assumed by Lambda');
});

test('a stack of another account is refused', async () => {
  await start({ accountId: '999999999999' });

  await expect(sandbox.deploy(synth({}, 'Game', { region: 'eu-west-1', account: ACCOUNT } as never)))
    .rejects.toThrow(`Stack 'Game' is for the account ${ACCOUNT}, but the sandbox is the account 999999999999.`);
});

test('an unknown stack is refused', async () => {
  await start();

  await expect(sandbox.deploy(synth(), { stacks: ['Other'] })).rejects.toThrow("The cloud assembly has no stack 'Other'. It has Game.");
});

test('several operations share the time', async () => {
  await start();
  const before = sandbox.clock.now();

  const both = Promise.all([sandbox.deploy(synth({}, 'One')), sandbox.deploy(synth({}, 'Two')), sandbox.elapse(60_000)]);

  await expect(both).resolves.toHaveLength(3);
  expect(sandbox.clock.now() - before).toBe(60_000);
});

test('a world that stands still is an error, and the next operation works', async () => {
  await start();

  await expect(sandbox.run(() => new Promise(() => undefined))).rejects.toThrow('stands still');

  const before = sandbox.clock.now();
  sandbox.clock.setTimeout(() => undefined, 3_600_000);
  await sandbox.elapse(1000);
  await sandbox.lambda.untilIdle();
  await sandbox.elapse(1000);
  expect(sandbox.clock.now() - before).toBe(2000);
});

test('a speed lets real time pass', async () => {
  await start({ speed: 1000 });
  const wait = jest.spyOn(global, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never);

  await sandbox.elapse(30_000);

  expect(wait.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([30]);
  wait.mockRestore();
});

test('an SDK client can look into the account', async () => {
  await start();
  sandbox.ses.seed({ region: 'eu-west-1', name: 'theirs', secondaryRegion: 'eu-central-1' });
  const client = new SESv2Client(sandbox.clientConfig('eu-west-1'));

  const { MultiRegionEndpoints } = await client.send(new ListMultiRegionEndpointsCommand());

  expect(MultiRegionEndpoints!.map(endpoint => endpoint.EndpointName)).toEqual(['theirs']);
  client.destroy();
});

test('a sandbox that is not started says so', async () => {
  sandbox = new Sandbox();

  expect(() => sandbox.endpoint).toThrow('The sandbox is not running. Call start() and wait for it first.');
});
