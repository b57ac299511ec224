import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { CreateMultiRegionEndpointCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { App } from 'aws-cdk-lib';
import { adoptEndpoint } from '../../examples/adopt-endpoint/main';
import { Sandbox } from '../../sandbox';

/*
 * The two deployments that the README of the example has.
 */
const REGION = 'eu-west-1';
const MINUTES = 60_000;
let sandbox: Sandbox;
let directory: string;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(tmpdir(), 'adopt-endpoint-'));
  sandbox = new Sandbox();
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
  fs.rmSync(directory, { recursive: true });
});

async function makeByHand(): Promise<string> {
  const client = new SESv2Client({ ...sandbox.clientConfig(), region: REGION });
  const { EndpointId } = await client.send(new CreateMultiRegionEndpointCommand({
    EndpointName: 'mail', Details: { RoutesDetails: [{ Region: 'eu-central-1' }] },
  }));
  client.destroy();
  await sandbox.elapse(5 * MINUTES);
  return EndpointId!;
}

async function deploy(name: string, context: Record<string, string> = {}): Promise<string> {
  const assembly = adoptEndpoint(new App({ outdir: path.join(directory, name), context })).synth().directory;
  await sandbox.deploy(assembly);
  return assembly;
}

const endpoints = () => sandbox.leftovers().filter(({ type }) => type === 'MultiRegionEndpoint').map(({ id }) => id);

test('an endpoint that was made by hand keeps its id, belongs to the stack, and goes with it', async () => {
  const id = await makeByHand();

  await deploy('first', { adopt: 'true' });
  expect(sandbox.outputs('AdoptedMail')).toEqual({ EndpointId: id });

  const assembly = await deploy('second');
  expect(sandbox.outputs('AdoptedMail')).toEqual({ EndpointId: id });
  expect(endpoints()).toEqual(['mail']);

  await sandbox.destroy(assembly);
  expect(endpoints()).toEqual([]);
});

test('without `adopt` it is refused, and stays', async () => {
  await makeByHand();

  await expect(deploy('only')).rejects.toThrow(/adopt: 'mail'/);

  expect(endpoints()).toEqual(['mail']);
});
