import { CfnOutput, CfnResource, Stack, type App } from 'aws-cdk-lib';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox } from '../../sandbox';
import { MultiRegionEndpoint, MultiRegionParameter } from '../../src';

/*
 * An id that other Regions read: template, bundle, state machine and IAM policies together (cases S12 and S13).
 */
const NAME = '/mail/endpoint-id';
const HOME = 'eu-west-1';
const ELSEWHERE = 'eu-central-1';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = new Sandbox({ provisioners: { [FAILING_TYPE]: failingResource } });
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** A stack with the endpoint, and one in another Region that sends through it. */
function synth(secondaryRegion: string, more: (mail: Stack) => void = () => undefined): string {
  const app: App = newApp();
  const mail = new Stack(app, 'Mail', { env: { account: '111122223333', region: HOME } });
  const endpoint = new MultiRegionEndpoint(mail, 'Endpoint', { secondaryRegion });
  endpoint.publishId(NAME, { regions: [ELSEWHERE] });
  new CfnOutput(mail, 'Id', { value: endpoint.endpointId });
  more(mail);
  const senders = new Stack(app, 'Senders', { env: { account: '111122223333', region: ELSEWHERE } });
  new CfnOutput(senders, 'Id', { value: MultiRegionParameter.valueFor(senders, NAME) });
  senders.node.addDependency(mail);
  return app.synth().directory;
}

function output(stackName: string, region: string): unknown {
  return sandbox.cloudFormation.findStack({ stackName, region })!.outputs.Id;
}

test('a sender in another Region follows when the endpoint is replaced', async () => {
  await sandbox.deploy(synth('us-east-1'));
  const before = output('Mail', HOME);
  expect(output('Senders', ELSEWHERE)).toBe(before);

  await sandbox.deploy(synth('us-west-2'));

  const after = output('Mail', HOME);
  expect(after).not.toBe(before);
  expect(output('Senders', ELSEWHERE)).toBe(after);
  expect(sandbox.systemsManager.valueIn(ELSEWHERE, NAME)).toBe(after);
});

test('until the senders are deployed, the parameter in their Region has the new id for those that read at run time', async () => {
  await sandbox.deploy(synth('us-east-1'));
  const before = output('Mail', HOME);

  await sandbox.deploy(synth('us-west-2'), { stacks: ['Mail'] });

  expect(output('Senders', ELSEWHERE)).toBe(before);
  expect(sandbox.systemsManager.valueIn(ELSEWHERE, NAME)).toBe(output('Mail', HOME));
});

test('when the deployment is rolled back, every Region has the old id again, and that endpoint is there', async () => {
  await sandbox.deploy(synth('us-east-1'));
  const before = output('Mail', HOME);
  const failing = synth('us-west-2', mail => {
    const breaker = new CfnResource(mail, 'Breaker', { type: FAILING_TYPE });
    breaker.node.addDependency(mail.node.findChild('Endpoint'));
  });

  await expect(sandbox.deploy(failing, { stacks: ['Mail'] })).rejects.toThrow(DeploymentFailed);

  expect([HOME, ELSEWHERE].map(region => sandbox.systemsManager.valueIn(region, NAME))).toEqual([before, before]);
});

test('nothing is left of it in any Region', async () => {
  const directory = synth('us-east-1');
  await sandbox.deploy(directory);

  await sandbox.destroy(directory);

  expect(sandbox.leftovers()).toEqual([]);
});
