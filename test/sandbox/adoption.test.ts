import { GetMultiRegionEndpointCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CfnOutput, CfnResource, RemovalPolicy, Stack, type App } from 'aws-cdk-lib';
import { CfnMultiRegionEndpoint } from 'aws-cdk-lib/aws-ses';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox } from '../../sandbox';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import {
  MultiRegionEndpoint, MultiRegionParameter, StandbyWorkspace, StandbyWorkspaceFleet, type MultiRegionEndpointProps,
} from '../../src';

/*
 * The recipes of docs/adopting.md: template, bundle, state machine and IAM policies together. What is adopted keeps its id, is managed like
 * what was created, and no rollback and no old owner removes it.
 */
const REGION = 'eu-west-1';
const SECONDARY = 'eu-central-1';
const RETAIN = RemovalPolicy.RETAIN;
const STANDBY = { primaryWorkspaceId: 'ws-primary01', primaryRegion: 'us-east-1', directoryId: 'd-9367000001' };
let sandbox: Sandbox;
let workspaces: WorkSpacesSimulator;

beforeEach(async () => {
  workspaces = new WorkSpacesSimulator({ standbyQuota: 10 });
  workspaces.seedDirectory({ region: REGION, directoryId: STANDBY.directoryId });
  ['ws-primary01', 'ws-primary02'].forEach((workspaceId, number) =>
    workspaces.seedWorkspace({ region: STANDBY.primaryRegion, workspaceId, directoryId: 'd-9067000001', userName: `user${number}` }));
  sandbox = new Sandbox({ provisioners: { [FAILING_TYPE]: failingResource }, services: [workspaces] });
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

type Declare = (stack: Stack) => void;

/** Deploys stacks by their names, and gives the directory, to destroy them. */
async function deploy(stacks: Record<string, Declare>): Promise<string> {
  const app: App = newApp();
  for (const [name, declare] of Object.entries(stacks)) {
    declare(new Stack(app, name, { env: { account: '111122223333', region: REGION } }));
  }
  const { directory } = app.synth();
  // The engine can't tell which of two requests of the same second is the later one, and nobody deploys twice in a second.
  await sandbox.clock.run(sandbox.clock.sleep(2000));
  await sandbox.deploy(directory);
  return directory;
}

function endpoint(id: string, props: Partial<MultiRegionEndpointProps> = {}): Declare {
  return stack => {
    new MultiRegionEndpoint(stack, id, { endpointName: 'mail', secondaryRegion: SECONDARY, ...props });
  };
}

/** Keeps the stack when nothing else is in it. */
const empty: Declare = stack => {
  new MultiRegionParameter(stack, 'Other', { parameterName: '/other', value: '1' });
};

function both(...declarations: Declare[]): Declare {
  return stack => declarations.forEach(declare => declare(stack));
}

const failing: Declare = stack => {
  const breaker = new CfnResource(stack, 'Breaker', { type: FAILING_TYPE });
  breaker.node.addDependency(...stack.node.children.filter(child => child !== breaker && /Mail|Standby/.test(child.node.id)));
};

function endpoints(): string[] {
  return sandbox.ses.inventory(sandbox.clock.now()).map(({ id, state }) => `${id} ${state}`);
}

async function idOfEndpoint(): Promise<string> {
  const client = new SESv2Client({ ...sandbox.clientConfig(), region: REGION });
  const { EndpointId } = await client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'mail' }));
  client.destroy();
  return EndpointId!;
}

function calls(operation: string): number {
  return sandbox.calls.filter(call => call.operation === operation).length;
}

describe.each([['made in the console', {}], ['made by Terraform, with its tags', { ManagedBy: 'terraform' }]])('an endpoint %s', (_, tags) => {
  beforeEach(() => sandbox.ses.seed({ region: REGION, name: 'mail', secondaryRegion: SECONDARY, tags }));

  test('is adopted, then managed without adopt, and deleted with the stack', async () => {
    await deploy({ Mail: endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN }) });
    expect(endpoints()).toEqual(['mail READY']);
    const changes = calls('TagResource');

    const directory = await deploy({ Mail: endpoint('Mail') });
    expect(calls('TagResource')).toBe(changes);
    expect([calls('CreateMultiRegionEndpoint'), calls('DeleteMultiRegionEndpoint')]).toEqual([0, 0]);

    await sandbox.destroy(directory);
    expect(endpoints()).toEqual([]);
  });

  test('stays when the deployment that adopts it is rolled back, and is adopted by the next one', async () => {
    const adopting = endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN });
    await expect(deploy({ Mail: both(adopting, failing) })).rejects.toThrow(DeploymentFailed);
    expect(endpoints()).toEqual(['mail READY']);

    await deploy({ Mail: adopting });
    expect(endpoints()).toEqual(['mail READY']);
  });

  test('is refused with another secondary Region, and stays as it is', async () => {
    const other = endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN, secondaryRegion: 'us-east-1' });
    await expect(deploy({ Mail: other })).rejects.toThrow(/can't be adopted.*secondary Region is eu-central-1, not us-east-1/s);
    expect(endpoints()).toEqual(['mail READY']);
    expect(calls('TagResource')).toBe(0);
  });
});

test('a construct whose id has changed adopts what it had: the cleanup of the old one leaves it alone', async () => {
  await deploy({ Mail: endpoint('Mail') });
  await expect(deploy({ Mail: endpoint('Renamed') })).rejects.toThrow(/logical id has changed.*overrideLogicalId.*adopt: 'mail'/s);

  await deploy({ Mail: endpoint('Renamed', { adopt: 'mail', removalPolicy: RETAIN }) });
  const directory = await deploy({ Mail: endpoint('Renamed') });

  expect(endpoints()).toEqual(['mail READY']);
  expect([calls('CreateMultiRegionEndpoint'), calls('DeleteMultiRegionEndpoint')]).toEqual([1, 0]);
  await sandbox.destroy(directory);
  expect(endpoints()).toEqual([]);
});

test('a construct whose id has changed adopts its published parameter, too: readers have the value all the time', async () => {
  const name = '/mail/endpoint-id';
  const publishing = (id: string, adopt: boolean): Declare => stack => {
    const [mail, parameter] = adopt ? ['mail', name].map(value => ({ adopt: value, removalPolicy: RETAIN })) : [];
    const published = new MultiRegionEndpoint(stack, id, { endpointName: 'mail', secondaryRegion: SECONDARY, ...mail });
    published.publishId(name, { regions: [SECONDARY], ...parameter });
    new CfnOutput(stack, 'Id', { value: published.endpointId });
  };
  await deploy({ Mail: publishing('Mail', false) });
  await expect(deploy({ Mail: publishing('Renamed', false) })).rejects.toThrow(DeploymentFailed);

  await deploy({ Mail: publishing('Renamed', true) });
  const directory = await deploy({ Mail: publishing('Renamed', false) });

  expect(sandbox.systemsManager.valueIn(SECONDARY, name)).toBe(sandbox.outputs('Mail').Id);
  expect(calls('DeleteParameter')).toBe(0);
  await sandbox.destroy(directory);
  expect(sandbox.systemsManager.valueIn(SECONDARY, name)).toBeUndefined();
});

test('another stack adopts it, and the old stack then removes it from its template without a deletion', async () => {
  await deploy({ Old: both(endpoint('Mail'), empty) });
  await deploy({ New: endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN }) });
  await deploy({ Old: empty, New: endpoint('Mail') });

  expect(endpoints()).toEqual(['mail READY']);
  expect(calls('DeleteMultiRegionEndpoint')).toBe(0);
});

test('what RETAIN has kept is refused without adopt, and adopted with it', async () => {
  await deploy({ Mail: both(endpoint('Mail', { removalPolicy: RETAIN }), empty) });
  await deploy({ Mail: empty });
  await expect(deploy({ Mail: both(endpoint('Mail'), empty) })).rejects.toThrow(/has been kept.*adopt: 'mail'/s);

  await deploy({ Mail: both(endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN }), empty) });
  await deploy({ Mail: both(endpoint('Mail'), empty) });

  expect(endpoints()).toEqual(['mail READY']);
  expect(calls('CreateMultiRegionEndpoint')).toBe(1);
});

test('an endpoint of the native type becomes ours, with the id that it has', async () => {
  const native = (removalPolicy?: RemovalPolicy): Declare => stack => {
    const resource = new CfnMultiRegionEndpoint(stack, 'Native', { endpointName: 'mail', details: { routeDetails: [{ region: SECONDARY }] } });
    if (removalPolicy) {
      resource.applyRemovalPolicy(removalPolicy);
    }
  };
  const ours = (props: Partial<MultiRegionEndpointProps> = {}): Declare => stack => {
    endpoint('Mail', props)(stack);
    new CfnOutput(stack, 'Id', { value: (stack.node.findChild('Mail') as MultiRegionEndpoint).endpointId });
  };
  await deploy({ Mail: native() });
  const id = await idOfEndpoint();
  await deploy({ Mail: native(RETAIN) });
  await deploy({ Mail: ours({ adopt: 'mail', removalPolicy: RETAIN }) });

  const directory = await deploy({ Mail: ours() });
  expect(sandbox.outputs('Mail')).toEqual({ Id: id });
  expect([calls('CreateMultiRegionEndpoint'), calls('DeleteMultiRegionEndpoint')]).toEqual([0, 0]);
  await sandbox.destroy(directory);
  expect(endpoints()).toEqual([]);
});

test('an endpoint of the native type that is not kept is gone when ours has adopted it: the recipe begins with RETAIN', async () => {
  await deploy({ Mail: stack => void new CfnMultiRegionEndpoint(stack, 'Native', { endpointName: 'mail', details: { routeDetails: [{ region: SECONDARY }] } }) });
  await deploy({ Mail: endpoint('Mail', { adopt: 'mail', removalPolicy: RETAIN }) });
  expect(endpoints()).toEqual([]);
});

test('a parameter that exists in two Regions is adopted in both', async () => {
  [REGION, SECONDARY].forEach(region => sandbox.systemsManager.seed({ region, name: '/mail/id', value: 'old' }));
  const parameter = (props: object): Declare => stack => {
    new MultiRegionParameter(stack, 'Id', { parameterName: '/mail/id', value: 'new', regions: [SECONDARY], ...props });
  };
  await deploy({ Mail: parameter({ adopt: '/mail/id', removalPolicy: RETAIN }) });
  const values = () => [REGION, SECONDARY].map(region => sandbox.systemsManager.valueIn(region, '/mail/id'));
  expect(values()).toEqual(['new', 'new']);

  await sandbox.destroy(await deploy({ Mail: parameter({}) }));
  expect(values()).toEqual([undefined, undefined]);
});

describe('a standby', () => {
  const standbys = () => workspaces.inventory(sandbox.clock.now()).filter(({ type }) => type === 'StandbyWorkspace').map(({ id }) => id);
  const single = (props: object = {}): Declare => stack => {
    new StandbyWorkspace(stack, 'Standby', { ...STANDBY, ...props });
  };

  test('moves into a fleet, which keeps it', async () => {
    await deploy({ Desktops: both(single(), empty) });
    const [id] = standbys();
    const fleet = (props: object): Declare => stack => {
      const { primaryRegion, directoryId } = STANDBY;
      new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds: ['ws-primary01', 'ws-primary02'], primaryRegion, directoryId, ...props });
    };

    await expect(deploy({ Desktops: both(fleet({}), empty) })).rejects.toThrow(new RegExp(`adopt: \\{ 'ws-primary01': '${id}' \\}`));
    await deploy({ Desktops: both(fleet({ adopt: { 'ws-primary01': id }, removalPolicy: RETAIN }), empty) });
    expect(standbys()).toContain(id);
    expect(standbys()).toHaveLength(2);

    const directory = await deploy({ Desktops: both(fleet({}), empty) });
    expect(standbys()).toContain(id);
    await sandbox.destroy(directory);
    expect(standbys()).toEqual([]);
  });

  test('made in the console is adopted, and stays when that is rolled back', async () => {
    workspaces.seedWorkspace({
      region: REGION, workspaceId: 'ws-standby01', directoryId: STANDBY.directoryId, userName: 'user0',
      primary: { region: STANDBY.primaryRegion, workspaceId: STANDBY.primaryWorkspaceId },
    });
    const adopting = single({ adopt: 'ws-standby01', removalPolicy: RETAIN });
    await expect(deploy({ Desktops: both(adopting, failing) })).rejects.toThrow(DeploymentFailed);
    expect(workspaces.has(REGION, 'ws-standby01')).toBe(true);

    await deploy({ Desktops: adopting });
    await sandbox.destroy(await deploy({ Desktops: single() }));
    expect(workspaces.has(REGION, 'ws-standby01')).toBe(false);
  });
});
