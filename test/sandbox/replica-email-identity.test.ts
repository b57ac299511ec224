import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ses from 'aws-cdk-lib/aws-ses';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox, type SandboxOptions } from '../../sandbox';
import { MultiRegionEndpoint, ReplicaEmailIdentity, type ReplicaEmailIdentityProps } from '../../src';

/*
 * ReplicaEmailIdentity on whole stacks: template, bundle, state machine, IAM policies and CloudFormation's order together.
 */
const ENV = { account: '111122223333', region: 'eu-west-1' };
let sandbox: Sandbox;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = new Sandbox({ provisioners: { [FAILING_TYPE]: failingResource }, ...options });
  await sandbox.start();
}

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

function synth(build: (stack: Stack) => void): string {
  const app = newApp();
  build(new Stack(app, 'Mail', { env: ENV }));
  return app.synth().directory;
}

function declare(stack: Stack, domain = 'example.com', rest: Partial<ReplicaEmailIdentityProps> = {}): ReplicaEmailIdentity {
  const parentIdentity = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain(domain) });
  return new ReplicaEmailIdentity(stack, 'Replica', { parentIdentity, replicaRegion: 'eu-central-1', ...rest });
}

const identities = () => sandbox.leftovers().filter(({ type }) => type === 'EmailIdentity').map(({ id, region, state }) => `${id} ${region} ${state}`).sort();

test('endpoint, domain and replica in one stack come up and go away in an order that SES accepts', async () => {
  await start();
  const directory = synth(stack => {
    const hostedZone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const parentIdentity = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.publicHostedZone(hostedZone) });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }).addIdentity('Replica', { parentIdentity, tags: { team: 'mail' } });
  });

  await sandbox.deploy(directory);
  expect(identities()).toEqual(['example.com eu-central-1 SUCCESS', 'example.com eu-west-1 SUCCESS']);
  await sandbox.destroy(directory);
  expect(sandbox.leftovers()).toEqual([]);
});

test('permissions that take a while to be in force are waited for', async () => {
  await start({ iamPropagationSeconds: 30 });
  const [result] = await sandbox.deploy(synth(stack => { declare(stack); }));

  expect(result.status).toBe('CREATE_COMPLETE');
});

test('a rollback leaves neither replica nor parent', async () => {
  await start();
  const directory = synth(stack => {
    new CfnResource(stack, 'Sibling', { type: FAILING_TYPE }).node.addDependency(declare(stack));
  });

  await expect(sandbox.deploy(directory)).rejects.toThrow(DeploymentFailed);
  await sandbox.elapse(3_700_000);
  expect(identities()).toEqual([]);
});

test('another domain or Region replaces the replica, and the old one is deleted though its policy names it no more', async () => {
  await start();
  await sandbox.deploy(synth(stack => { declare(stack); }));
  await sandbox.deploy(synth(stack => { declare(stack, 'example.com', { replicaRegion: 'us-east-1' }); }));
  expect(identities()).toEqual(['example.com eu-west-1 SUCCESS', 'example.com us-east-1 SUCCESS']);

  await sandbox.deploy(synth(stack => { declare(stack, 'example.org', { replicaRegion: 'us-east-1' }); }));
  await sandbox.elapse(60_000);
  expect(identities()).toEqual(['example.org eu-west-1 SUCCESS', 'example.org us-east-1 SUCCESS']);
});

test('a replica that leaves the template is deleted, and its parent stays', async () => {
  await start();
  const parent = (stack: Stack) => new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain('example.com') });
  await sandbox.deploy(synth(stack => { declare(stack); new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }); }));
  await sandbox.deploy(synth(stack => { parent(stack); new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }); }));

  expect(identities()).toEqual(['example.com eu-west-1 SUCCESS']);
});

test('an identity without the tag of this library is out of reach of the function, whatever a request says', async () => {
  await start();
  await sandbox.deploy(synth(stack => { declare(stack); }));
  const mine = sandbox.ses.identities.find('eu-central-1', 'example.com')!;
  const role = [...sandbox.calls].reverse().find(({ operation }) => operation === 'CreateEmailIdentity')!.principalArn!;
  sandbox.ses.identities.seed({ region: 'eu-central-1', name: 'example.org' });
  const mayDelete = (name: string, context: Record<string, string>) =>
    sandbox.iam.evaluate(role, { action: 'ses:DeleteEmailIdentity', resources: [`arn:aws:ses:eu-central-1:${ENV.account}:identity/${name}`], context }).allowed;

  expect(mayDelete('example.org', {})).toBe(false);
  expect(mayDelete('example.org', { 'aws:ResourceTag/cdk-multi-region:owner': [...mine.tags.values()][0] })).toBe(true);
});

test('a parent with a replica that is kept can not be deleted, and the error says why', async () => {
  await start();
  const directory = synth(stack => { declare(stack, 'example.com', { removalPolicy: RemovalPolicy.RETAIN }); });
  await sandbox.deploy(directory);

  await expect(sandbox.destroy(directory)).rejects.toThrow(/example\.com can't be deleted, because it has replicas in eu-central-1/);
});

test('a replica that was made by hand is adopted, and then is the stack\'s', async () => {
  await start();
  sandbox.ses.identities.seed({ region: 'eu-west-1', name: 'example.com' });
  sandbox.ses.identities.seed({ region: 'eu-central-1', name: 'example.com', dkimOrigin: 'AWS_SES_EU_WEST_1' });
  const replica = (rest: Partial<ReplicaEmailIdentityProps>) => synth(stack => {
    const parentIdentity = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'example.com');
    new ReplicaEmailIdentity(stack, 'Replica', { parentIdentity, replicaRegion: 'eu-central-1', ...rest });
  });

  await expect(sandbox.deploy(replica({}))).rejects.toThrow(/does not belong to this stack and logical id/);
  await sandbox.destroy(replica({}));
  await sandbox.deploy(replica({ adopt: 'example.com', removalPolicy: RemovalPolicy.RETAIN }));
  await sandbox.deploy(replica({}));
  await sandbox.destroy(replica({}));
  expect(identities()).toEqual(['example.com eu-west-1 SUCCESS']);
});
