import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GlobalAcceleratorClient, ListCustomRoutingPortMappingsCommand, UntagResourceCommand, type PortMapping,
} from '@aws-sdk/client-global-accelerator';
import { App } from 'aws-cdk-lib';
import { gameServers } from '../../examples/game-servers/main';
import type { GameServersStackProps } from '../../examples/game-servers/stacks';
import { DeploymentFailed, Sandbox } from '../../sandbox/sandbox';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { deployedSubnets } from '../../sandbox/services/global-accelerator-subnets';
import { CustomRoutingProtocol } from '../../src';

/*
 * The example as a whole: synthesized, deployed with the bundles, the state machine and the IAM of the template, changed,
 * and removed.
 */
const ABROAD = { region: 'us-east-1', subnetId: 'subnet-0123456789abcdef0', ipv4CidrBlock: '10.30.0.0/24' };
const OURS = /^CustomRouting/;
let sandbox: Sandbox;
let client: GlobalAcceleratorClient;
let directories: string[];

beforeEach(async () => {
  directories = [];
  const deployed = deployedSubnets(() => sandbox.cloudFormation.stacks);
  const simulator = new GlobalAcceleratorSimulator({
    subnets: id => id === ABROAD.subnetId ? { cidr: ABROAD.ipv4CidrBlock, region: ABROAD.region } : deployed(id),
    disabledLagSeconds: 60, associatedListenerLagSeconds: 30, associatedEndpointGroupLagSeconds: 30, trafficLagSeconds: 27,
  });
  sandbox = new Sandbox({ services: [simulator] });
  await sandbox.start();
  client = new GlobalAcceleratorClient({ ...sandbox.clientConfig(), region: 'us-west-2' });
});

afterEach(async () => {
  client.destroy();
  await sandbox.stop();
  directories.forEach(directory => rmSync(directory, { recursive: true, force: true }));
});

function synthesized(props: Partial<GameServersStackProps>): string {
  const outdir = mkdtempSync(join(tmpdir(), 'game-servers-'));
  directories.push(outdir);
  return gameServers(new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } }), props).synth().directory;
}

async function deploy(props: Partial<GameServersStackProps> = {}): Promise<string> {
  const assembly = synthesized(props);
  await sandbox.deploy(assembly);
  return assembly;
}

const outputs = () => sandbox.outputs('GameServers') as Record<string, string>;

async function mappings(): Promise<PortMapping[]> {
  const { PortMappings } = await client.send(new ListCustomRoutingPortMappingsCommand({
    AcceleratorArn: outputs().AcceleratorArn, EndpointGroupArn: outputs().EndpointGroupArn, MaxResults: 20_000,
  }));
  return PortMappings!;
}

const places = (all: PortMapping[]) => all.map(({ AcceleratorPort, DestinationSocketAddress: socket }) =>
  `${AcceleratorPort} ${socket!.IpAddress}:${socket!.Port}`);
const open = (all: PortMapping[]) => [...new Set(all.filter(mapping => mapping.DestinationTrafficState === 'ALLOW')
  .map(mapping => mapping.DestinationSocketAddress!.IpAddress!))];
const leftovers = () => sandbox.leftovers().filter(({ type }) => OURS.test(type));

test('is deployed, gets a subnet, other traffic, other destinations, and goes away without a trace', async () => {
  await deploy();
  const first = await mappings();
  expect(outputs().FirstServer).toMatch(/^a[0-9a-f]{16}\.awsglobalaccelerator\.com:\d+$/);
  const port = outputs().FirstServer.split(':')[1];
  expect(places(first)).toContain(`${port} 10.20.0.10:7777`);
  expect(open(first)).toEqual(['10.20.0.10', '10.20.0.11']);

  await deploy({ reachableSubnets: 3, abroad: ABROAD });
  const second = await mappings();
  expect(second).toHaveLength(3 * 59 * 4);
  expect(places(second)).toEqual(expect.arrayContaining(places(first)));
  expect(leftovers()).toHaveLength(4);

  await deploy({ reachableSubnets: 3, abroad: ABROAD, openServers: ['10.20.0.11', '10.20.0.12'], lastPort: 14_000, flowLogs: true, acceleratorTags: { stage: 'test' } });
  expect(open(await mappings())).toEqual(['10.20.0.11', '10.20.0.12']);

  const before = outputs().EndpointGroupArn;
  const assembly = await deploy({ protocols: [CustomRoutingProtocol.TCP, CustomRoutingProtocol.UDP], openServers: ['10.20.0.11', '10.20.0.12'] });
  const last = await mappings();
  expect(outputs().EndpointGroupArn).not.toBe(before);
  expect(last).toHaveLength(2 * 59 * 4);
  expect(last[0].Protocols).toEqual(['TCP', 'UDP']);
  expect(open(last)).toEqual(['10.20.0.11', '10.20.0.12']);
  expect(leftovers()).toHaveLength(3);

  await sandbox.destroy(assembly);
  expect(leftovers()).toEqual([]);
  expect(sandbox.defects).toEqual([]);
});

test('a change that fails is rolled back, and every port leads where it led', async () => {
  const assembly = await deploy();
  const before = await mappings();

  await expect(deploy({ abroad: { ...ABROAD, region: 'eu-north-1' }, protocols: [CustomRoutingProtocol.TCP] })).rejects.toThrow(DeploymentFailed);

  expect(open(await mappings())).toEqual(open(before));
  expect((await mappings()).map(({ Protocols }) => Protocols)).toEqual(before.map(({ Protocols }) => Protocols));
  expect(leftovers()).toHaveLength(3);
  await sandbox.destroy(assembly);
  expect(leftovers()).toEqual([]);
});

test('nothing of the stack survives a first deployment that fails', async () => {
  await expect(deploy({ abroad: { ...ABROAD, region: 'eu-north-1' } })).rejects.toThrow(DeploymentFailed);
  expect(leftovers()).toEqual([]);
});

test('somebody who removes tags of the accelerator does not keep the stack from going', async () => {
  const assembly = await deploy();
  await client.send(new UntagResourceCommand({
    ResourceArn: outputs().AcceleratorArn, TagKeys: ['cdk-multi-region:owner'],
  }));

  await sandbox.destroy(assembly);
  expect(leftovers()).toEqual([]);
});
