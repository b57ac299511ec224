import { isDeepStrictEqual } from 'node:util';
import { GlobalAcceleratorClient, ListCustomRoutingPortMappingsCommand, type PortMapping } from '@aws-sdk/client-global-accelerator';
import { gameServers } from '../../examples/game-servers/main';
import type { GameServersStackProps } from '../../examples/game-servers/stacks';
import type { Sandbox } from '../../sandbox/sandbox';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { deployedSubnets } from '../../sandbox/services/global-accelerator-subnets';
import { CustomRoutingProtocol } from '../../src';
import type { Demo, Example } from '../demo';

const STACK = 'GameServers';
const ACCELERATOR = 'CustomRoutingAccelerator';
/** A subnet of a VPC that somebody has in another Region. */
const ABROAD = { region: 'us-east-1', subnetId: 'subnet-0123456789abcdef0', ipv4CidrBlock: '10.30.0.0/24' };
/** The quota of an account. */
const ACCELERATORS = 10;

/** What the example changes in a sandbox. */
interface Account {
  readonly simulator: GlobalAcceleratorSimulator;
  takesSubnets: boolean;
}

const ACCOUNTS = new WeakMap<Sandbox, Account>();

function account(): Partial<{ services: GlobalAcceleratorSimulator[]; prepare: (sandbox: Sandbox) => void }> {
  let deployed: ReturnType<typeof deployedSubnets> = () => undefined;
  const simulator = new GlobalAcceleratorSimulator({
    subnets: id => {
      if (!state.takesSubnets) {
        return undefined;
      }
      return id === ABROAD.subnetId ? { cidr: ABROAD.ipv4CidrBlock, region: ABROAD.region } : deployed(id);
    },
    // What was observed on AWS: memories of things that are gone, and mappings that lag behind.
    associatedEndpointGroupLagSeconds: 30,
    associatedListenerLagSeconds: 30,
    disabledLagSeconds: 60,
    trafficLagSeconds: 27,
  });
  const state: Account = { simulator, takesSubnets: true };
  return {
    services: [simulator],
    prepare: sandbox => {
      deployed = deployedSubnets(() => sandbox.cloudFormation.stacks);
      ACCOUNTS.set(sandbox, state);
    },
  };
}

function output(demo: Demo, name: string): string {
  return String(demo.sandbox.outputs(STACK)[name]);
}

async function mappings(demo: Demo): Promise<PortMapping[]> {
  const client = new GlobalAcceleratorClient({ ...demo.sandbox.clientConfig(), region: 'us-west-2' });
  const { PortMappings = [] } = await client.send(new ListCustomRoutingPortMappingsCommand({
    AcceleratorArn: output(demo, 'AcceleratorArn'), EndpointGroupArn: output(demo, 'EndpointGroupArn'), MaxResults: 20_000,
  }));
  client.destroy();
  return PortMappings;
}

/** Which port leads where, whatever is allowed. */
function places(all: readonly PortMapping[]): Set<string> {
  return new Set(all.map(({ AcceleratorPort, DestinationSocketAddress: socket }) =>
    `${AcceleratorPort} leads to ${socket!.IpAddress}:${socket!.Port}`));
}

function openServers(all: readonly PortMapping[]): string {
  return [...new Set(all.filter(mapping => mapping.DestinationTrafficState === 'ALLOW')
    .map(mapping => mapping.DestinationSocketAddress!.IpAddress))].join(', ');
}

async function redeploy(demo: Demo, title: string, props: Partial<GameServersStackProps>): Promise<boolean> {
  const succeeded = await demo.deploy(title, app => gameServers(app, props));
  demo.showOutputs(STACK);
  return succeeded;
}

/** What the story does, step by step. */
const STEPS = [
  'Deploy an accelerator, a listener and two endpoint groups in two Regions',
  'Add a subnet and listener ports, drop flow logs and tags, in place',
  'Open another server, close one, and let the added subnet go, in place',
  'Let TCP in as well: the endpoint group is re-created in its place',
  'Name a Region in which the other subnet is not',
] as const;

async function story(demo: Demo): Promise<void> {
  const before = demo.sandbox.leftovers();
  const tags = { stage: 'test' };

  demo.check('the first deployment succeeded', await redeploy(demo, STEPS[0],
    { abroad: ABROAD, acceleratorTags: tags, flowLogs: true }));
  const first = await mappings(demo);
  const port = output(demo, 'FirstServer').split(':')[1];
  demo.check(`the looked-up port ${port} leads to the first server`, places(first).has(`${port} leads to 10.20.0.10:7777`));
  demo.check('only the servers of the allow list are open', openServers(first) === '10.20.0.10, 10.20.0.11');

  const wider = { abroad: ABROAD, reachableSubnets: 3, lastPort: 14_000 };
  demo.check('a subnet was added', await redeploy(demo, STEPS[1], wider));
  const second = await mappings(demo);
  demo.check(`there are ${second.length - first.length} more mappings, and none of the ${first.length} others has moved`,
    second.length === 3 * 59 * 4 && [...places(first)].every(place => places(second).has(place)));

  const traffic = { ...wider, reachableSubnets: 2, openServers: ['10.20.0.11', '10.20.0.12'] };
  demo.check('the traffic was changed', await redeploy(demo, STEPS[2], traffic));
  demo.check('what the list no longer names is closed', openServers(await mappings(demo)) === '10.20.0.11, 10.20.0.12');
  demo.check('what is left leads where it led from the start', isDeepStrictEqual(places(await mappings(demo)), places(first)));

  const group = output(demo, 'EndpointGroupArn');
  const both = { ...traffic, protocols: [CustomRoutingProtocol.TCP, CustomRoutingProtocol.UDP] };
  demo.check('the destinations were changed', await redeploy(demo, STEPS[3], both));
  demo.check('it is another endpoint group, with the same servers open',
    output(demo, 'EndpointGroupArn') !== group && openServers(await mappings(demo)) === '10.20.0.11, 10.20.0.12');

  const kept = await mappings(demo);
  const elsewhere = { ...both, abroad: { ...ABROAD, region: 'eu-north-1' } };
  const succeeded = await redeploy(demo, STEPS[4], elsewhere);
  demo.check('the stack was rolled back', !succeeded);
  demo.check('every port leads where it led', isDeepStrictEqual(await mappings(demo), kept));

  await demo.destroy();
  demo.checkEmpty(before);
}

export const GAME_SERVERS: Example = {
  name: 'game-servers',
  summary: 'Global Accelerator: custom routing to game servers in two Regions, an allow list, a matchmaker',
  app: app => gameServers(app, { abroad: ABROAD }),
  sandbox: account,
  mainStack: STACK,
  steps: STEPS,
  story,
  throttlingError: ['ThrottlingException', 400],
  failNext: sandbox => { ACCOUNTS.get(sandbox)!.takesSubnets = false; },
  putForeign: sandbox => {
    // Accelerators have no name that could be taken; those of others can only use up the quota.
    const { operations } = ACCOUNTS.get(sandbox)!.simulator;
    for (let number = 1; number <= ACCELERATORS; number++) {
      operations.CreateCustomRoutingAccelerator.handle({ Name: `theirs-${number}`, IdempotencyToken: `theirs-${number}` }, {
        partition: 'aws', accountId: '111122223333', region: 'us-west-2', now: sandbox.clock.now(), requestId: `theirs-${number}`,
      });
    }
  },
  foreignIsUntouched: sandbox => sandbox.leftovers().filter(item => item.type === ACCELERATOR).length === ACCELERATORS,
};
