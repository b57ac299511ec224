import { App, Aws, Duration, Stack } from 'aws-cdk-lib';
import { CfnMicrosoftAD } from 'aws-cdk-lib/aws-directoryservice';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import { BAD_REGIONS, BAD_TAG_TEXTS, KNOWN, NUMBER, REGION, TEXT, badValues, type BadInput, type HandlerRefusal } from './bad-input';
import { StandbyWorkspace, type StandbyWorkspaceOptions, type StandbyWorkspaceProps } from '../../src';
import { STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';

const PATH = 'Stack/Standby';
export const PRIMARY = 'ws-0123abcde';
export const DIRECTORY = 'd-9367000001';

export const BAD_WORKSPACE_IDS = {
  'empty': '',
  'no id': 'Jane',
  'too short': 'ws-1234567',
  'too long': `ws-${'a'.repeat(64)}`,
  'big letters': 'WS-0123ABCDE',
  'another kind': 'i-0123456789abcdef0',
  'a hyphen in it': 'ws-0123-abcde',
  'a space after it': 'ws-0123abcde ',
  'an ARN': 'arn:aws:workspaces:us-east-1:111122223333:workspace/ws-0123abcde',
};
export const WORKSPACE_ID = { rule: /must be 'ws-' and 8 to 63 small letters and digits/, fix: /Use the id that WorkSpaces shows/ };

export const BAD_DIRECTORY_IDS = {
  'empty': '',
  'a name': 'corp.example.com',
  'too short': 'd-1234567',
  'no hexadecimal digit': 'd-936700000g',
  'big letters': 'D-9367000001',
  'another kind': 'wsca-0123abcde',
  'an ARN': 'arn:aws:workspaces:eu-west-1:111122223333:directory/d-9367000001',
};
export const DIRECTORY_ID = { rule: /must be 'd-' and 8 to 63 hexadecimal digits, or 'wsd-'/, fix: /Use the id that WorkSpaces shows/ };

/** What one standby and a fleet have in common. */
export function badOptions(
  path: string, type: string, build: (stack: Stack, options: Partial<StandbyWorkspaceOptions>) => void,
): BadInput[] {
  const at = (property: string, rule: RegExp): HandlerRefusal => ({ type, property, rule });
  return [
    ...badValues<string>({
      property: 'primaryRegion', path, values: BAD_REGIONS, rule: /is not the name of a Region/, fix: /Use a name such as/,
      build: (stack, primaryRegion) => build(stack, { primaryRegion }), token: TEXT, deployed: at('PrimaryRegion', /name of a Region|non-empty/),
    }),
    ...badValues<string>({
      property: 'primaryRegion', path, values: { 'that of the stack': REGION },
      rule: /the Region of the stack, which is where the standby is made/, fix: /Declare the standby in a stack in another Region/,
      build: (stack, primaryRegion) => build(stack, { primaryRegion }), token: TEXT, deployed: at('primary', /Region/),
    }),
    ...badValues<string>({
      property: 'primaryRegion', path, values: { 'of another partition': 'cn-north-1' },
      rule: /is in the partition aws-cn, but eu-west-1 is in aws/, fix: /Use a Region of aws/,
      build: (stack, primaryRegion) => build(stack, { primaryRegion }), token: KNOWN.relation, deployed: KNOWN.later,
    }),
    ...badValues<string>({
      property: 'primaryRegion', path, values: { 'that of the stack, as a token': Aws.REGION }, show: () => 'a token',
      rule: /the Region of the stack, which is where the standby is made/, fix: /Declare the standby in a stack in another Region/,
      build: (stack, primaryRegion) => build(stack, { primaryRegion }), token: KNOWN.relation, deployed: KNOWN.later,
    }),
    ...badValues<string>({
      property: 'directoryId', path, values: BAD_DIRECTORY_IDS, ...DIRECTORY_ID,
      build: (stack, directoryId) => build(stack, { directoryId }), token: TEXT, deployed: at('DirectoryId', /must be 'd-' and 8 to 63 hexadecimal digits|non-empty/),
    }),
    ...badValues<string>({
      property: 'directoryId', path, values: { 'of a directory elsewhere': 'us-west-2' }, rule: /but must be in eu-west-1/,
      fix: /Use the directory that is registered for WorkSpaces there/, build: (stack, region) => build(stack, { directoryId: directoryIn(region) }),
      token: KNOWN.relation, deployed: KNOWN.later,
    }),
    ...badValues<string>({
      property: 'volumeEncryptionKey', path, values: { 'of another Region': 'us-west-2' }, rule: /but the standby is made in eu-west-1/,
      fix: /Use a key of that Region/,
      build: (stack, region) => build(stack, {
        volumeEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${region}:111122223333:key/11111111-2222-3333-4444-555555555555`),
      }),
      token: KNOWN.relation, deployed: KNOWN.later,
    }),
    ...badValues<string>({
      property: 'volumeEncryptionKey', path, values: { 'an alias': 'alias/ours' }, rule: /is the alias 'alias\/ours', but WorkSpaces takes the ARN of a key/,
      fix: /Use the key itself/, build: (stack, alias) => build(stack, { volumeEncryptionKey: kms.Alias.fromAliasName(stack, 'Key', alias) }),
      token: KNOWN.relation, deployed: KNOWN.later,
    }),
    ...badValues<string>({
      property: 'tag value', path, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
      build: (stack, value) => build(stack, { tags: { team: value } }), token: TEXT, deployed: at('Tags', /of tag 'team' has a character/),
    }),
    ...badValues({
      property: 'tag value', path, values: { 'too long': 'v'.repeat(256) },
      rule: /has 256 characters, but Amazon WorkSpaces takes at most 255/, fix: /Shorten/,
      build: (stack, value) => build(stack, { tags: { team: value } }), token: TEXT, deployed: at('Tags', /of tag 'team' has 256 characters/),
    }),
    ...badValues({
      property: 'tag key', path, values: { 'empty': '', 'too long': 'k'.repeat(128) },
      rule: /Amazon WorkSpaces takes 1 to 127/, fix: /Choose another one/,
      build: (stack, key) => build(stack, { tags: { [key]: 'v' } }), token: KNOWN.keys, deployed: KNOWN.keys,
    }),
    ...badValues<string>({
      property: 'tag key', path, values: { ...BAD_TAG_TEXTS, reserved: 'aws:team', ours: 'cdk-multi-region:owner' },
      rule: /has a character that tags can't have|which is reserved/, fix: /Use letters, digits, spaces|Choose another one/,
      build: (stack, key) => build(stack, { tags: { [key]: 'v' } }), token: KNOWN.keys, deployed: KNOWN.keys,
    }),
    ...badValues({
      property: 'tags', path, values: { 'one too many': 50 }, show: count => `${count} tags`,
      rule: /Amazon WorkSpaces takes 50 for a resource/, fix: /Remove 1/,
      build: (stack, count) => build(stack, { tags: Object.fromEntries([...Array(count).keys()].map(n => [`k${n}`, 'v'])) }),
      token: KNOWN.count, deployed: KNOWN.count,
    }),
  ];
}

function directoryIn(region: string): string {
  const stack = new Stack(new App(), 'Elsewhere', { env: { account: '111122223333', region } });
  return new CfnMicrosoftAD(stack, 'Directory', {
    name: 'corp.example.com', password: 'x', vpcSettings: { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] },
  }).ref;
}

function standbyIn(stack: Stack, props: Partial<StandbyWorkspaceProps>): StandbyWorkspace {
  return new StandbyWorkspace(stack, 'Standby', { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY, ...props });
}

function primaryIn(directoryId: string): CfnWorkspace {
  const stack = new Stack(new App(), 'Elsewhere', { env: { account: '111122223333', region: 'us-east-1' } });
  return new CfnWorkspace(stack, 'Primary', { bundleId: 'wsb-0123456789', directoryId, userName: 'jane' });
}

export const STANDBY_WORKSPACE: BadInput[] = [
  ...badValues<string>({
    property: 'directoryId', path: PATH, values: { 'of the primary': DIRECTORY },
    rule: /is the directory of the primary 'Elsewhere\/Primary', which is in another Region/,
    fix: /Use the directory that is registered for WorkSpaces in the Region of this stack/,
    build: (stack, directoryId) => standbyIn(stack, { directoryId, primaryWorkspaceId: undefined, primaryWorkspace: primaryIn(directoryId) }),
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badOptions(PATH, STANDBY_WORKSPACE_TYPE, standbyIn),
  ...badValues<string>({
    property: 'primaryWorkspaceId', path: PATH, values: BAD_WORKSPACE_IDS, ...WORKSPACE_ID,
    build: (stack, primaryWorkspaceId) => standbyIn(stack, { primaryWorkspaceId }),
    token: TEXT, deployed: { type: STANDBY_WORKSPACE_TYPE, property: 'PrimaryWorkspaceId', rule: /must be 'ws-' and 8 to 63 small letters and digits|non-empty/ },
  }),
  ...badValues<Partial<StandbyWorkspaceProps>>({
    property: 'primary', path: PATH, values: { none: { primaryWorkspaceId: undefined } }, show: () => "'primaryWorkspaceId'",
    rule: /a standby has one primary/, fix: /Set either 'primaryWorkspace' or 'primaryWorkspaceId'/,
    build: (stack, props) => standbyIn(stack, props), token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<Partial<StandbyWorkspaceProps>>({
    property: 'primary', path: PATH, values: { two: { primaryWorkspaceId: PRIMARY } }, show: () => "'primaryWorkspaceId'",
    rule: /a standby has one primary/, fix: /Set either 'primaryWorkspace' or 'primaryWorkspaceId'/,
    build: (stack, props) => standbyIn(stack, {
      ...props, primaryWorkspace: StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Primary', PRIMARY),
    }),
    token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<undefined>({
    property: 'primaryRegion', path: PATH, values: { 'missing beside an id': undefined }, show: () => "'primaryRegion' is missing",
    rule: /the primaries do not tell it/, fix: /Set it to the Region of the primaries/,
    build: (stack, primaryRegion) => standbyIn(stack, { primaryRegion }), token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<undefined>({
    property: 'primaryRegion', path: PATH, values: { 'missing beside an import': undefined }, show: () => `the primaries are in ${REGION}`,
    rule: /or were imported into it/, fix: /Set 'primaryRegion' to the Region that they are in/,
    build: (stack, none) => standbyIn(stack, {
      primaryRegion: none, primaryWorkspaceId: none, primaryWorkspace: StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Primary', PRIMARY),
    }),
    token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: { 'no time': 0, 'shorter than two minutes': 119, 'longer than six hours': 21_601, 'a day': 86_400 },
    rule: /between 120 seconds and 6 hours/, fix: /Use a time in between/,
    build: (stack, seconds) => standbyIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: { 'long without waiting': 7200 }, show: seconds => `${seconds} seconds`,
    rule: /'waitUntilReady' is false/, fix: /Set one of the two/,
    build: (stack, seconds) => standbyIn(stack, { timeout: Duration.seconds(seconds), waitUntilReady: false }),
    token: KNOWN.relation, deployed: KNOWN.limits,
  }),
];

export const STANDBY_WORKSPACE_IMPORTS: BadInput[] = badValues<string>({
  property: 'workspaceId', path: PATH, values: BAD_WORKSPACE_IDS, ...WORKSPACE_ID,
  build: (stack, workspaceId) => StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Standby', workspaceId), token: TEXT, deployed: KNOWN.unused,
});
