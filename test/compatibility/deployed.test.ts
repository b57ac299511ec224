import { Aspects, CfnOutput, CfnResource, NestedStack, RemovalPolicies, Stack, Stage, type App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CONSTRUCTS, type Made } from './constructs';
import { ENV, newApp, newStack } from './feature';
import { FEATURES } from './features';
import { exchanging, type Values } from './values';
import { Sandbox } from '../../sandbox';
import { workspacesProvisioners } from '../../sandbox/cloudformation/workspaces-provisioners';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import { ProviderSettings } from '../../src';

/*
 * The rows of the table that are about behaviour, deployed with one construct of each service at once: bundles, state machines and IAM
 * policies together.
 */

const ENTRIES = CONSTRUCTS.filter(({ name }) => ['MultiRegionEndpoint', 'CustomRoutingListener', 'StandbyWorkspace'].includes(name));
/** An accelerator and its listener, an endpoint, a standby. */
const THINGS = 4;
const WEAK = '@aws-cdk/core:defaultCrossStackReferences';

let sandbox: Sandbox;

beforeEach(async () => {
  const workspaces = new WorkSpacesSimulator({ standbyQuota: 5 });
  workspaces.seedDirectory({ region: ENV.region, directoryId: 'd-9367000001' });
  workspaces.seedWorkspace({ region: 'us-east-1', workspaceId: 'ws-0123abcde', directoryId: 'd-of-us-east-1', userName: 'jane' });
  sandbox = new Sandbox({ services: [workspaces, new GlobalAcceleratorSimulator()], provisioners: workspacesProvisioners(workspaces) });
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

function declareAll(scope: Construct, values?: Values): Made[] {
  return ENTRIES.map(entry => entry.declare(scope, entry.column, values));
}

const assemblyOf = (app: App) => app.synth().directory;
const left = () => sandbox.leftovers().filter(({ id }) => !['d-9367000001', 'ws-0123abcde'].includes(id)).map(({ type, id }) => `${type} ${id}`);
const things = () => left().filter(item => !item.startsWith('AWS::'));

async function removeAll(app: App): Promise<void> {
  await sandbox.destroy(assemblyOf(app));
  expect(left()).toEqual([]);
}

/** The values that reach a second stack. */
function used(stack: Stack, made: readonly Made[]): void {
  made.forEach(({ attribute }, index) => new CfnOutput(stack, `Used${index}`, { value: attribute }));
}

const ATTRIBUTES = [expect.stringMatching(/^[a-z0-9]+\.[a-z0-9]+$/), expect.stringMatching(/^arn:aws:globalaccelerator::/), expect.stringMatching(/^ws-/)];

const DEPLOYMENTS: Readonly<Record<string, () => Promise<void>>> = {
  'a stack that is moved into a `Stage` and keeps its `stackName`': async () => {
    const before = newApp();
    declareAll(newStack(before, 'Stack', { stackName: 'Prod' }));
    await sandbox.deploy(assemblyOf(before));
    const created = [sandbox.customResourceRequests.length, ...things()];
    const after = newApp();
    declareAll(newStack(new Stage(after, 'Live', { env: ENV }), 'Renamed', { stackName: 'Prod' }));
    await sandbox.deploy(assemblyOf(after));

    expect([sandbox.customResourceRequests.length, ...things()]).toEqual(created);
    await removeAll(after);
  },
  'nested stacks': async () => {
    const app = newApp();
    const stack = newStack(app);
    used(stack, declareAll(new NestedStack(stack, 'Nested')));
    await sandbox.deploy(assemblyOf(app));
    expect(Object.values(sandbox.outputs('Stack'))).toEqual(expect.arrayContaining(ATTRIBUTES));
    await removeAll(app);
  },
  'roles of another stack of the app': async () => {
    const app = newApp();
    const roles = newStack(app, 'Roles');
    const role = new iam.Role(roles, 'Role', {
      assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.ServicePrincipal('states.amazonaws.com')),
    });
    const stack = newStack(app);
    ProviderSettings.of(stack).set({ functionRole: role, stateMachineRole: role });
    declareAll(stack);
    await sandbox.deploy(assemblyOf(app));
    expect(things()).toHaveLength(THINGS);
    await removeAll(app);
  },
  'aspects that name functions, roles, policies and log groups': async () => {
    const app = newApp();
    const stack = newStack(app);
    Aspects.of(stack).add({
      visit: construct => {
        if (construct instanceof lambda.CfnFunction) {
          construct.functionName = `org-${construct.logicalId}`;
        } else if (construct instanceof iam.CfnPolicy) {
          construct.policyName = 'org-policy';
        }
      },
    });
    declareAll(stack);
    await sandbox.deploy(assemblyOf(app));
    expect(things()).toHaveLength(THINGS);
    await removeAll(app);
  },
  'weak references from another Region': async () => {
    const app = newApp({ [WEAK]: 'weak' });
    const made = declareAll(newStack(app));
    used(newStack(app, 'Elsewhere', { env: { ...ENV, region: 'eu-west-3' } }), made);
    await sandbox.deploy(assemblyOf(app));
    expect(Object.values(sandbox.outputs('Elsewhere'))).toEqual(ATTRIBUTES);
    await removeAll(app);
  },
  '`crossRegionReferences`': async () => {
    const app = newApp({ [WEAK]: 'strong' });
    const made = declareAll(newStack(app, 'Stack', { crossRegionReferences: true }));
    used(newStack(app, 'Elsewhere', { env: { ...ENV, region: 'eu-west-3' }, crossRegionReferences: true }), made);
    await sandbox.deploy(assemblyOf(app));
    expect(Object.values(sandbox.outputs('Elsewhere'))).toEqual(ATTRIBUTES);
    await sandbox.destroy(assemblyOf(app));
    expect(things()).toEqual([]);
  },
  '`RemovalPolicies.of().retain()`': async () => {
    const app = newApp();
    const stack = newStack(app);
    declareAll(stack);
    RemovalPolicies.of(stack).retain({ applyToResourceTypes: stack.node.findAll().filter(CfnResource.isCfnResource)
      .map(({ cfnResourceType }) => cfnResourceType).filter(type => type.startsWith('Custom::')) });
    await sandbox.deploy(assemblyOf(app));
    await sandbox.destroy(assemblyOf(app));
    expect(things()).toHaveLength(THINGS);
  },
  '`cdk diff` of a replacement shows what forces it': async () => {
    const endpoint = CONSTRUCTS.find(({ name }) => name === 'MultiRegionEndpoint')!;
    const appWith = (secondaryRegion: string) => {
      const app = newApp();
      const stack = newStack(app);
      used(stack, [endpoint.declare(stack, 'Made', exchanging({ [endpoint.replacing!.before]: secondaryRegion }))]);
      return app;
    };
    await sandbox.deploy(assemblyOf(appWith(endpoint.replacing!.before)));
    const [before] = [sandbox.outputs('Stack').Used0, ...things()];
    const changed = appWith(endpoint.replacing!.after);
    await sandbox.deploy(assemblyOf(changed));
    expect(sandbox.outputs('Stack').Used0).not.toBe(before);
    expect(things()).toHaveLength(1);
    await removeAll(changed);
  },
};

const ROWS = Object.values(FEATURES).flat().map(({ name }) => name);

test.each(Object.entries(DEPLOYMENTS))('%s, deployed', async (name, deploy) => {
  expect(ROWS).toContain(name);
  await deploy();
});
