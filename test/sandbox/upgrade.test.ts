import { Stack } from 'aws-cdk-lib';
import { answeringFunction, newApp, thing } from './answering-function';
import { DeploymentFailed, Sandbox } from '../../sandbox';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = new Sandbox();
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** A stack whose function says in its answers which version of the code it runs. */
function synth(version: string, things: Record<string, Record<string, string>>): string {
  const app = newApp();
  const stack = new Stack(app, 'Game', { env: { region: 'eu-west-1' } });
  const fn = answeringFunction(stack, {}, version);
  const made = Object.entries(things).map(([id, properties]) => thing(stack, id, fn, properties));
  made.slice(1).forEach((later, index) => later.node.addDependency(made[index]));
  return app.synth().directory;
}

/** Request, resource and version of the code that answered. */
function answers(): string[] {
  return sandbox.customResourceRequests.map(({ event, effectiveAnswers: [answer] }) =>
    `${event.RequestType} ${event.LogicalResourceId} by ${JSON.parse(answer.body).Data.Version}`);
}

test('a rollback takes the function back to its older code before it deletes what the newer one has made', async () => {
  await sandbox.deploy(synth('1', { Old: {} }));

  await expect(sandbox.deploy(synth('2', { Old: {}, New: {}, Sibling: { Fail: 'Create' } }))).rejects.toThrow(DeploymentFailed);

  expect(sandbox.cloudFormation.describeStack({ stackName: 'Game', region: 'eu-west-1' }).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(answers()).toEqual(['Create Old by 1', 'Create New by 2', 'Create Sibling by 2', 'Delete Sibling by 1', 'Delete New by 1']);
});

test('with rollback switched off the newer code stays, and the next deployment goes on with it', async () => {
  await sandbox.deploy(synth('1', { Old: {} }));
  const failing = synth('2', { Old: {}, New: {}, Sibling: { Fail: 'Create' } });
  await expect(sandbox.deploy(failing, { disableRollback: true })).rejects.toThrow('ended in UPDATE_FAILED');

  await sandbox.deploy(synth('2', { Old: {}, New: {}, Sibling: {} }), { mode: 'EXPRESS' });

  expect(answers()).toEqual(['Create Old by 1', 'Create New by 2', 'Create Sibling by 2', 'Update Sibling by 2']);
});
