import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { deployAndRemove } from '../../demo/deploy-and-remove';
import { MultiRegionEndpoint } from '../../src';
import { EXAMPLES } from '../examples-list';

// An example that used what the AWS CDK has deprecated would throw.
process.env.JSII_DEPRECATED = 'fail';

const EXAMPLES_DIRECTORY = path.resolve(__dirname, '..', '..', 'examples');

const read = (...segments: string[]) => fs.readFileSync(path.join(EXAMPLES_DIRECTORY, ...segments), 'utf8');

let outdir: string;

beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(tmpdir(), 'example-'));
});

afterEach(() => fs.rmSync(outdir, { recursive: true }));

/** Nothing calls the functions of the examples, so they need not be bundled. */
function newApp(): App {
  return new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
}

describe.each(EXAMPLES)('$name', ({ name, declare }) => {
  test('is deployed, has its outputs, and goes away without a trace', async () => {
    const app = newApp();
    declare(app);

    const outputs = Object.values(await deployAndRemove(app.synth().directory)).flatMap(Object.values);

    expect(outputs).not.toHaveLength(0);
    expect(outputs.filter(output => typeof output !== 'string' && typeof output !== 'number')).toEqual([]);
  });

  test('has an app for `cdk deploy` in both languages', () => {
    expect(JSON.parse(read(name, 'cdk.json'))).toEqual({ app: 'npx ts-node --transpile-only main.ts' });
    expect(JSON.parse(read(name, 'python', 'cdk.json'))).toEqual({ app: 'python3 app.py' });
    expect(read(name, 'python', 'requirements.txt')).toMatch(/^cdk-multi-region\b/m);
  });

  test('declares the same stacks in both languages', () => {
    const app = newApp();
    declare(app);
    const source = read(name, 'python', 'app.py');

    expect(app.node.children.filter(Stack.isStack).map(({ node }) => node.id).filter(id => !source.includes(`"${id}"`))).toEqual([]);
  });

  test('its README says how to deploy it, what it costs and how to remove it, in about ten lines', () => {
    const readme = read(name, 'README.md');

    expect(readme.trim().split('\n').length).toBeLessThanOrEqual(15);
    expect(readme).toMatch(/cdk deploy/);
    expect(readme).toMatch(/python/);
    expect(readme).toMatch(/^- Costs:/m);
    expect(readme).toMatch(/cdk destroy/);
  });
});

test('an app that leaves something behind is found', async () => {
  const app = newApp();
  const stack = new Stack(app, 'Kept', { env: { account: '111122223333', region: 'eu-west-1' } });
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', endpointName: 'kept', removalPolicy: RemovalPolicy.RETAIN });

  await expect(deployAndRemove(app.synth().directory)).rejects.toThrow(/^Left in the account .* MultiRegionEndpoint kept in eu-west-1$/);
});
