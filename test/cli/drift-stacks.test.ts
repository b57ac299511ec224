import * as sesv2 from '@aws-sdk/client-sesv2';
import { CfnCondition, CfnOutput, CfnParameter, CfnResource, Fn, NestedStack } from 'aws-cdk-lib';
import { Declare, DriftAccount, REGION, synth } from './drift-account';
import { MultiRegionEndpoint, MultiRegionParameter } from '../../src';

/*
 * What a stack may be made of, and where its template comes from.
 */
const NAME = '/mail/endpoint-id';
let account: DriftAccount;
beforeEach(async () => { account = await new DriftAccount().start(); });
afterEach(() => account.stop());

const parameter = (value: string, name = NAME): Declare => stack => {
  new MultiRegionParameter(stack, 'Id', { parameterName: name, value });
};

describe('with --assembly', () => {
  test('the templates of the app are compared, not the deployed ones', async () => {
    await account.deploy({ Mail: parameter('first') });

    const directory = synth({ Mail: parameter('second') });

    expect(await account.rows('--stack', 'Mail')).toMatchObject({ exitCode: 0 });
    const { exitCode, rows } = await account.rows('--assembly', directory);

    expect(exitCode).toBe(2);
    expect(rows).toMatchObject([{ stack: 'Mail', status: 'MODIFIED', property: `Value in ${REGION}`, declared: 'second', actual: 'first' }]);
  });

  test('a stack that it does not have is named, with those that it has', async () => {
    const directory = await account.deploy({ Mail: parameter('first') });
    const { exitCode, stderr } = await account.run('--assembly', directory, '--stack', 'Post');

    expect(exitCode).toBe(1);
    expect(stderr).toContain("The cloud assembly has no stack 'Post'. It has Mail.");
  });
});

test('a nested stack is compared with its parent, by both templates', async () => {
  const nested: Declare = stack => {
    const inner = new NestedStack(stack, 'Inner');
    new MultiRegionParameter(inner, 'Id', { parameterName: NAME, value: 'first' });
  };
  const directory = await account.deploy({ Mail: nested });
  account.sandbox.systemsManager.lose(REGION, NAME);

  for (const args of [['--stack', 'Mail'], ['--assembly', directory]]) {
    expect(await account.rows(...args)).toMatchObject({ exitCode: 2, rows: [{ status: 'MISSING', path: 'Mail/Inner/Id' }] });
  }
});

test('a condition that does not hold leaves its resource out', async () => {
  const conditional: Declare = stack => {
    const wanted = new CfnParameter(stack, 'Wanted', { default: 'no' });
    const condition = new CfnCondition(stack, 'IsWanted', { expression: Fn.conditionEquals(wanted.valueAsString, 'yes') });
    parameter('first')(stack);
    const other = new MultiRegionParameter(stack, 'Other', { parameterName: '/other', value: 'other' });
    other.node.findAll().filter(CfnResource.isCfnResource).forEach(resource => { resource.cfnOptions.condition = condition; });
  };
  await account.deploy({ Mail: conditional });

  expect(await account.rows('--stack', 'Mail')).toMatchObject({ exitCode: 0, rows: [{ status: 'IN_SYNC', path: 'Mail/Id' }] });
});

test('what another stack exports is known', async () => {
  const exporting: Declare = stack => {
    const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { endpointName: 'mail', secondaryRegion: 'us-east-1' });
    new CfnOutput(stack, 'Id', { value: endpoint.endpointId, exportName: 'mail-id' });
  };
  await account.deploy({ Mail: exporting });
  await account.deploy({ Reader: parameter(Fn.importValue('mail-id')) });

  expect(await account.rows('--stack', 'Reader')).toMatchObject({ exitCode: 0, rows: [{ status: 'IN_SYNC' }] });
});

test('a call that is denied is said of its resource, and the others are compared', async () => {
  await account.deploy({
    Mail: stack => {
      new MultiRegionEndpoint(stack, 'Endpoint', { endpointName: 'mail', secondaryRegion: 'us-east-1' });
      parameter('first')(stack);
    },
  });
  const denied = Object.assign(new Error('User is not authorized to perform: ses:GetMultiRegionEndpoint'), { name: 'AccessDeniedException' });
  const spy = jest.spyOn(sesv2.SESv2Client.prototype, 'send').mockRejectedValue(denied as never);
  const { exitCode, rows } = await account.rows('--stack', 'Mail');
  spy.mockRestore();

  expect(exitCode).toBe(1);
  expect(rows.map(({ path, status }) => `${path} ${status}`)).toEqual(expect.arrayContaining([
    expect.stringMatching(/Endpoint.* NOT_CHECKED/), expect.stringMatching(/Id.* IN_SYNC/),
  ]));
  expect(rows.find(({ status }) => status === 'NOT_CHECKED')!.reason).toMatch(/not authorized|AccessDenied/);
});
