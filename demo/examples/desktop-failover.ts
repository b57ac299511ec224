import { DescribeWorkspacesCommand, WorkSpacesClient } from '@aws-sdk/client-workspaces';
import {
  CHIEF, desktopFailover, PRIMARY_DIRECTORY, PRIMARY_REGION, STANDBY_DIRECTORY, STANDBY_REGION,
} from '../../examples/desktop-failover/main';
import { workspacesProvisioners } from '../../sandbox/cloudformation/workspaces-provisioners';
import type { Sandbox } from '../../sandbox/sandbox';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import { StandbyDataReplication } from '../../src';
import type { Demo, Example } from '../demo';

const ASSOCIATION = 'ConnectionAliasAssociation';
const FOREIGN_DIRECTORY_USER = 'ada';

const simulators = new WeakMap<Sandbox, WorkSpacesSimulator>();

function simulatorOf(sandbox: Sandbox): WorkSpacesSimulator {
  return simulators.get(sandbox)!;
}

/** An account with a directory in each Region and a quota. */
function account(): ReturnType<NonNullable<Example['sandbox']>> {
  const simulator = new WorkSpacesSimulator({ standbyQuota: 50 });
  simulator.seedDirectory({ region: PRIMARY_REGION, directoryId: PRIMARY_DIRECTORY });
  simulator.seedDirectory({ region: STANDBY_REGION, directoryId: STANDBY_DIRECTORY });
  return {
    services: [simulator],
    provisioners: workspacesProvisioners(simulator),
    prepare: sandbox => { simulators.set(sandbox, simulator); },
  };
}

/** The standbys with their users and their data replication, as WorkSpaces shows them. */
async function standbys(demo: Demo): Promise<Map<string, { id: string; state: string; replication: string }>> {
  const client = new WorkSpacesClient({ ...demo.sandbox.clientConfig(), region: STANDBY_REGION });
  const { Workspaces = [] } = await client.send(new DescribeWorkspacesCommand({ DirectoryId: STANDBY_DIRECTORY }));
  client.destroy();
  return new Map(Workspaces.map(workspace => [workspace.UserName!, {
    id: workspace.WorkspaceId!, state: workspace.State!, replication: workspace.DataReplicationSettings!.DataReplication!,
  }]));
}

async function users(demo: Demo): Promise<string> {
  return [...(await standbys(demo)).keys()].sort().join(' ');
}

/** What the story does, step by step. */
const STEPS = [
  'Deploy desktops, their standbys and the failover records',
  'Switch the data replication on, in place',
  'Add a member and remove one, in place',
  'Add a member whose standby fails',
] as const;

async function story(demo: Demo): Promise<void> {
  const before = demo.sandbox.leftovers();
  const redeploy = async (title: string, props: Parameters<typeof desktopFailover>[1]): Promise<boolean> => {
    const succeeded = await demo.deploy(title, app => desktopFailover(app, props));
    demo.showOutputs('StandbyDesktops');
    return succeeded;
  };

  demo.check('the first deployment succeeded', await redeploy(STEPS[0], {}));
  const first = await standbys(demo);
  demo.check('every standby is AVAILABLE', await users(demo) === 'ada bob carl chief' && [...first.values()].every(({ state }) => state === 'AVAILABLE'));
  demo.check('the outputs name the standbys of the chief and of the first member',
    demo.sandbox.outputs('StandbyDesktops').ChiefStandby === first.get(CHIEF)!.id
    && demo.sandbox.outputs('StandbyDesktops').FirstMemberStandby === first.get('ada')!.id);
  demo.check('the alias is associated in both Regions',
    demo.inventory(ASSOCIATION).map(({ region }) => region).sort().join(' ') === `${STANDBY_REGION} ${PRIMARY_REGION}`);

  const replicated = { dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE };
  demo.check('the replication was changed', await redeploy(STEPS[1], replicated));
  const second = await standbys(demo);
  demo.check('the standbys are the same, and all of them are replicated to', [...second].every(([user, { id, replication }]) =>
    first.get(user)?.id === id && replication === 'PRIMARY_AS_SOURCE'));

  const exchanged = { ...replicated, members: ['ada', 'carl', 'dora'] };
  demo.check('the members were changed', await redeploy(STEPS[2], exchanged));
  demo.check('dora has a standby, bob has none, and the others are the same',
    await users(demo) === 'ada carl chief dora' && (await standbys(demo)).get('ada')!.id === first.get('ada')!.id);
  const third = await standbys(demo);

  simulatorOf(demo.sandbox).failNext(() => true, 'DomainJoinFailed', 'The computer could not join the domain.');
  const failed = await redeploy(STEPS[3], { ...exchanged, members: ['ada', 'carl', 'dora', 'eve'] });
  demo.check('the change was rolled back', !failed);
  const fourth = await standbys(demo);
  demo.check('nothing is left of the failed standby, and all others are as they were',
    JSON.stringify([...fourth]) === JSON.stringify([...third]));

  await demo.destroy();
  demo.checkEmpty(before);
}

export const DESKTOP_FAILOVER: Example = {
  name: 'desktop-failover',
  summary: 'WorkSpaces: one standby and a fleet of them in another Region, aliases and failover records',
  sandbox: account,
  app: app => desktopFailover(app),
  mainStack: 'StandbyDesktops',
  steps: STEPS,
  story,
  throttlingError: ['ThrottlingException', 400],
  failNext: sandbox => simulatorOf(sandbox).failNext(() => true),
  putForeign: sandbox => simulatorOf(sandbox).seedWorkspace({
    region: STANDBY_REGION, workspaceId: 'ws-foreign01', directoryId: STANDBY_DIRECTORY, userName: FOREIGN_DIRECTORY_USER,
    tags: { owner: 'somebody else' },
  }),
  foreignIsUntouched: sandbox => simulatorOf(sandbox).has(STANDBY_REGION, 'ws-foreign01'),
};
