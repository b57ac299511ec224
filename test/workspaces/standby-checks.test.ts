import { App, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { CfnMicrosoftAD } from 'aws-cdk-lib/aws-directoryservice';
import * as kms from 'aws-cdk-lib/aws-kms';
import { checkAliasId, checkDirectoryId, checkKey, checkRegions, checkWorkspaceId } from '../../src/workspaces/standby-checks';

const stackOf = (region?: string, app = new App()) =>
  new Stack(app, region ?? 'Anywhere', { env: region ? { account: '111122223333', region } : undefined });
const LATER = Lazy.string({ produce: () => 'x' });

describe('ids', () => {
  test.each([
    [(id: string) => checkWorkspaceId(stackOf(), 'workspaceId', id), 'ws-12345678', "workspaceId is 'x', but must be 'ws-'"],
    [(id: string) => checkAliasId(stackOf(), 'aliasId', id), 'wsca-12345678', "aliasId is 'x', but must be 'wsca-'"],
    [(id: string) => checkDirectoryId(stackOf(), id), 'd-12345678', "directoryId is 'x', but must be 'd-'"],
  ])('are checked, unless they are known later (%#)', (check, good, message) => {
    expect(() => check(good)).not.toThrow();
    expect(() => check(LATER)).not.toThrow();
    expect(() => check('x')).toThrow(message);
    expect(() => check('x')).toThrow(/\. Use the id that WorkSpaces shows\.$/);
  });
});

describe('a directory of another stack', () => {
  const directoryIn = (stack: Stack) =>
    new CfnMicrosoftAD(stack, 'Directory', { name: 'corp.example.com', password: 'x', vpcSettings: { subnetIds: [], vpcId: 'v' } });

  test('must be in the same Region', () => {
    const app = new App();
    const { ref } = directoryIn(stackOf('us-east-1', app));
    expect(() => checkDirectoryId(stackOf('eu-west-1', app), ref)).toThrow(
      /directoryId comes from a stack in us-east-1, but must be in eu-west-1, the Region of this stack\. Use the directory that is registered/);
  });

  test('may be in the same Region, or in one that is not known', () => {
    const app = new App();
    expect(() => checkDirectoryId(stackOf('eu-west-1', app), directoryIn(new Stack(app, 'Same', { env: { region: 'eu-west-1' } })).ref)).not.toThrow();
    expect(() => checkDirectoryId(stackOf(undefined, app), directoryIn(new Stack(app, 'Far', { env: { region: 'us-east-1' } })).ref)).not.toThrow();
    expect(() => checkDirectoryId(new Stack(app, 'Here', { env: { region: 'eu-west-1' } }), directoryIn(new Stack(app, 'Unknown')).ref)).not.toThrow();
  });

  test('may be a parameter', () => {
    const stack = stackOf('eu-west-1');
    expect(() => checkDirectoryId(stack, new CfnParameter(stack, 'DirectoryId').valueAsString)).not.toThrow();
  });
});

describe('a key', () => {
  const keyIn = (stack: Stack, region: string) =>
    kms.Key.fromKeyArn(stack, region, `arn:aws:kms:${region}:111122223333:key/11111111-2222-3333-4444-555555555555`);

  test('must be in the Region of the stack', () => {
    const stack = stackOf('eu-west-1');
    expect(() => checkKey(stack, keyIn(stack, 'us-east-1'))).toThrow(
      /volumeEncryptionKey is in us-east-1, but the standby is made in eu-west-1, the Region of this stack\. Use a key of that Region\.$/);
    expect(() => checkKey(stack, keyIn(stack, 'eu-west-1'))).not.toThrow();
    expect(() => checkKey(stack, undefined)).not.toThrow();
  });
});

describe('the Regions', () => {
  const regions = (primary: string, standby?: string) => {
    const stack = stackOf(standby);
    checkRegions(stack, primary);
    return stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
  };

  test('must be two', () => {
    expect(() => regions('eu-west-1', 'eu-west-1')).toThrow("primaryRegion is 'eu-west-1', the Region of the stack, which is where the standby is "
      + 'made. Declare the standby in a stack in another Region than the primary.');
    expect(() => regions('Europe', 'eu-west-1')).toThrow(/primaryRegion 'Europe' is not the name/);
  });

  test.each([['us-east-1', 'eu-west-1'], ['us-west-2', 'eu-central-1'], ['eu-west-1', undefined], [LATER, 'eu-west-1']])(
    'have standbys (%#)', (primary, standby) => {
      expect(regions(primary, standby)).toEqual([]);
    });

  test.each([['us-east-1', 'sa-east-1'], ['sa-east-1', 'us-east-1'], ['sa-east-1', undefined]])('may have none (%s, %s)', (primary, standby) => {
    expect(regions(primary, standby)).toEqual(['WorkSpaces had standbys in us-east-1, us-west-2, eu-central-1, eu-west-1 when this library was made, '
      + 'not in sa-east-1. If it has them there now, acknowledge this. [ack: cdk-multi-region:standbyWorkspaceRegion]']);
  });

});
