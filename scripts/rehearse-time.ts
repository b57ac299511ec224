import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CustomRoutingAccelerator, CustomRoutingProtocol, MultiRegionEndpoint } from '../src';

/*
 * How long the rehearsal of an app of 150 resources takes, from the start of the built program to its end: docs/rehearsing.md. Takes the
 * number of runs.
 */

const QUEUES = 103;
const FUNCTIONS = 10;

interface Version {
  readonly toPort: number;
  readonly secondaryRegion: string;
}

/** A game with players' connections, mail, and much else. */
function game(outdir: string, { toPort, secondaryRegion }: Version): App {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Game', { env: { region: 'eu-west-1', account: '111122223333' } });
  const { endpointId } = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion });
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'servers', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 26 }],
  });
  const listener = new CustomRoutingAccelerator(stack, 'Accelerator').addListener('Listener', { portRanges: [{ fromPort: 10_001, toPort: 20_000 }] });
  listener.addEndpointGroup('Group', { destinations: [{ fromPort: 7777, toPort, protocols: [CustomRoutingProtocol.UDP] }] })
    .addSubnets(vpc.selectSubnets({ subnetType: ec2.SubnetType.PUBLIC }));
  const queues = Array.from({ length: QUEUES }, (_, index) => new sqs.Queue(stack, `Queue${index}`));
  Array.from({ length: FUNCTIONS }, (_, index) => new lambda.Function(stack, `Function${index}`, {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
    environment: { ENDPOINT_ID: endpointId, QUEUE: queues[index].queueUrl },
  }));
  return app;
}

function median(numbers: readonly number[]): string {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)].toFixed(1);
}

const directory = mkdtempSync(join(tmpdir(), 'rehearse-time-'));
try {
  const [before, after] = [
    game(join(directory, 'old'), { toPort: 7780, secondaryRegion: 'eu-central-1' }),
    game(join(directory, 'new'), { toPort: 7779, secondaryRegion: 'us-east-1' }),
  ].map(app => app.synth());
  const count = Object.keys(after.stacks[0].template.Resources).length;
  const runs = Array.from({ length: Number(process.argv[2] ?? 7) }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync('bash', ['-c', 'node "$@" > /dev/null; status=$?; times >&2; exit $status', 'bash',
      'assets/cli/index/index.js', 'rehearse', before.directory, after.directory], { encoding: 'utf8' });
    const wall = (performance.now() - start) / 1000;
    const [user, system] = [...stderr.trimEnd().split('\n').at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
    if (status !== 3) {
      throw new Error(`The rehearsal ended with ${status}, not 3. Run npx projen bundle first.\n${stderr}`);
    }
    return { wall, processor: user + system };
  });
  process.stdout.write(`${count} resources, median of ${runs.length} runs: ${median(runs.map(({ processor }) => processor))} s of processor time, ${
    median(runs.map(({ wall }) => wall))} s until the end (${Math.min(...runs.map(({ wall }) => wall)).toFixed(1)} to ${
    Math.max(...runs.map(({ wall }) => wall)).toFixed(1)})\n`);
} finally {
  rmSync(directory, { recursive: true });
}
