import { App, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { changesIn, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse, Report } from '../../cli/rehearse';
import { MultiRegionEndpoint } from '../../src';

/*
 * Stacks and resources that have the same name or logical id in different places are kept apart.
 */
const ENV = { region: 'eu-west-1', account: '111122223333' };

afterAll(removeAssemblies);

function mail(scope: Construct, secondaryRegion: string): void {
  const { endpointId } = new MultiRegionEndpoint(scope, 'Endpoint', { secondaryRegion });
  new lambda.Function(scope, 'Sender', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
    environment: { ENDPOINT_ID: endpointId },
  });
}

/** The same stack name in two Regions, or in two accounts. */
const copies = (environments: readonly (readonly [id: string, region: string, account: string])[], ...secondaryRegions: string[]) =>
  synth((app: App) => environments.forEach(([id, region, account], index) =>
    mail(new Stack(new Stage(app, id), 'Mail', { stackName: 'mail', env: { region, account } }), secondaryRegions[index])));

const nested = (first: string) => synth(app => {
  const stack = new Stack(app, 'Mail', { env: ENV });
  ['A', 'B'].forEach(id => {
    const outer = new NestedStack(stack, id);
    mail(outer, id === 'A' ? first : 'eu-central-1');
    mail(new NestedStack(outer, 'Inner'), 'eu-central-1');
  });
});

function usesOf(report: Report, path: string): string[] {
  return resource(report, path).usedBy.map(use => `${use.stack}/${use.path}`);
}

describe.each([
  ['in two Regions', [['Eu', 'eu-west-1', '111122223333'], ['Us', 'us-east-1', '111122223333']]],
  ['in two accounts', [['Eu', 'eu-west-1', '111122223333'], ['Us', 'eu-west-1', '444455556666']]],
] as const)('stacks of the same name %s', (_, environments) => {
  test('only the one that changes is told, with its own users', async () => {
    const report = await rehearse(copies(environments, 'us-west-2', 'us-west-2'), copies(environments, 'us-west-2', 'us-east-2'));
    expect(report.stacks.map(({ id, outcome }) => [id, outcome])).toEqual([['Eu/Mail', 'unchanged'], ['Us/Mail', 'succeeds']]);
    expect(changesIn(report)).toEqual({ 'Us/Mail/Endpoint': 'replaced' });
    expect(resource(report, 'Eu/Mail/Endpoint').change).toBe('as before');
    expect(usesOf(report, 'Us/Mail/Endpoint')).toEqual(['Us/Mail/Sender']);
    expect(resource(report, 'Us/Mail/Endpoint').staleIn).toEqual([]);
    expect(report.inert.filter(({ path }) => path === 'Sender').map(({ stack }) => stack)).toEqual(['Eu/Mail', 'Us/Mail']);
  });

  test('what has the name of the other endpoint keeps no old value', async () => {
    const changed = (...secondaryRegions: string[]) => synth(app => environments.forEach(([id, region, account], index) => {
      const stack = new Stack(new Stage(app, id), 'Mail', { stackName: 'mail', env: { region, account } });
      const { endpointName } = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: secondaryRegions[index] });
      new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { DisplayName: endpointName } });
    }));
    const report = await rehearse(changed('us-west-2', 'us-west-2'), changed('us-west-2', 'us-east-2'));
    expect(resource(report, 'Us/Mail/Endpoint')).toMatchObject({ change: 'replaced', usedBy: [{ stack: 'Us/Mail', path: 'Topic' }] });
    expect(resource(report, 'Us/Mail/Endpoint').staleIn).toEqual([]);
  });

  test('the one that is to fail does', async () => {
    const report = await rehearse(undefined, copies(environments, 'us-west-2', 'us-west-2'), { failAt: 'Us/Mail/Endpoint' });
    expect(report.stacks.map(({ id, outcome }) => [id, outcome])).toEqual([['Eu/Mail', 'succeeds'], ['Us/Mail', 'fails']]);
    expect(report.stacks[1].failure!.path).toBe('Endpoint');
  });

  test('a name that means both is refused', async () => {
    await expect(rehearse(undefined, copies(environments, 'us-west-2', 'us-west-2'), { failAt: 'Endpoint' })).rejects.toThrow(
      "The new version has 2 resources 'Endpoint': Eu/Mail/Endpoint, Us/Mail/Endpoint. Give the path of one of them.");
  });
});

describe('nested stacks with the same content', () => {
  test('only the one that changes is told, with its own users', async () => {
    const report = await rehearse(nested('us-west-2'), nested('us-east-2'));
    expect(changesIn(report)).toEqual({ 'Mail/A/Endpoint': 'replaced' });
    expect(report.resources.map(({ path }) => path).sort()).toEqual(['A/Endpoint', 'A/Inner/Endpoint', 'B/Endpoint', 'B/Inner/Endpoint']);
    expect(usesOf(report, 'Mail/A/Endpoint')).toEqual(['Mail/A/Sender']);
    expect(report.events.filter(({ type }) => type === 'AWS::CloudFormation::Stack').map(({ path }) => path))
      .toEqual(expect.arrayContaining(['', 'A']));
  });

  test('the one that is to fail does', async () => {
    const report = await rehearse(nested('us-west-2'), nested('us-east-2'), { failAt: 'Mail/A/Sender' });
    expect(report.stacks[0]).toMatchObject({ id: 'Mail', outcome: 'fails', failure: { path: 'A/Sender', status: 'UPDATE_ROLLBACK_COMPLETE' } });
  });
});
