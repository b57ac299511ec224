import { Duration, Stack, type App } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BAD_ADDRESSES, BAD_TAG_TEXTS, BAD_TIMEOUTS, KNOWN, LIST, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { CustomRoutingAccelerator, type CustomRoutingAcceleratorProps, type ICustomRoutingAccelerator } from '../../src';
import { CUSTOM_ROUTING_ACCELERATOR_TYPE } from '../../src/wire/global-accelerator';

const PATH = 'Stack/Accelerator';
const TYPE = CUSTOM_ROUTING_ACCELERATOR_TYPE;
const ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';

function acceleratorIn(stack: Stack, props: CustomRoutingAcceleratorProps): CustomRoutingAccelerator {
  return new CustomRoutingAccelerator(stack, 'Accelerator', props);
}

const RESERVED = { 'reserved': 'aws:game', 'reserved in capitals': 'AWS:game', 'ours': 'cdk-multi-region:owner' };
const TAGS_AT_DEPLOYMENT = { type: TYPE, property: 'Tags' };

export const CUSTOM_ROUTING_ACCELERATOR: BadInput[] = [
  ...badValues({
    property: 'acceleratorName', path: PATH,
    values: {
      'empty': '',
      'too long': 'x'.repeat(65),
      'a space': 'my game',
      'an underscore': 'my_game',
      'a dot': 'my.game',
      'a hyphen first': '-game',
      'a hyphen last': 'game-',
      'an umlaut': 'spiel-für-alle',
      'an ARN': ARN,
    },
    rule: /takes 1 to 64 letters, digits and hyphens, and no hyphen at the ends/, fix: /Choose another name, or leave acceleratorName out/,
    build: (stack, acceleratorName) => acceleratorIn(stack, { acceleratorName }),
    token: TEXT, deployed: { type: TYPE, property: 'Name', rule: /1 to 64 letters, digits and hyphens|non-empty/ },
  }),
  ...badValues<string>({
    property: 'ipAddresses', path: PATH, values: BAD_ADDRESSES, rule: /is not an IPv4 address/, fix: /Use addresses such as/,
    build: (stack, address) => acceleratorIn(stack, { ipAddresses: [address] }),
    token: TEXT, deployed: { type: TYPE, property: 'IpAddresses', rule: /IPv4 address|non-empty/ },
  }),
  ...badValues({
    property: 'ipAddresses', path: PATH, values: { three: ['192.0.2.1', '198.51.100.1', '203.0.113.1'] },
    show: addresses => `${addresses.length} ipAddresses`, rule: /an accelerator has 2/, fix: /Remove 1/,
    build: (stack, ipAddresses) => acceleratorIn(stack, { ipAddresses }),
    token: LIST, deployed: { type: TYPE, property: 'IpAddresses', value: '192.0.2.1', rule: /list of 0 to 2 items/ },
  }),
  ...badValues({
    property: 'ipAddresses', path: PATH, values: { 'one twice': '192.0.2.1' }, rule: /is twice in ipAddresses/, fix: /Remove one of the two/,
    build: (stack, address) => acceleratorIn(stack, { ipAddresses: [address, address] }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues({
    property: 'the Region of the stack', path: 'Elsewhere/Accelerator', values: { 'in China': 'cn-north-1', 'GovCloud': 'us-gov-west-1', 'sovereign': 'eusc-de-east-1' },
    rule: /AWS Global Accelerator is in the partition aws only/, fix: /Declare it in a stack in a Region of that partition/,
    build: (stack, region) => acceleratorIn(new Stack(stack.node.root as App, 'Elsewhere', { env: { region } }), {}),
    token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues({
    property: 'flowLogs.prefix', path: PATH, values: { empty: '' }, show: () => 'an empty prefix',
    rule: /Global Accelerator needs one/, fix: /Use a prefix such as/,
    build: (stack, prefix) => acceleratorIn(stack, { flowLogs: { bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'logs'), prefix } }),
    token: TEXT, deployed: { type: TYPE, property: 'FlowLogs.Prefix', value: '""', rule: /non-empty/ },
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => acceleratorIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
  ...badValues<string>({
    property: 'tag value', path: PATH, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
    build: (stack, value) => acceleratorIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { ...TAGS_AT_DEPLOYMENT, rule: /of tag 'team' has a character that tags can't have/ },
  }),
  ...badValues({
    property: 'tag value', path: PATH, values: { 'too long': 'v'.repeat(257) },
    rule: /has 257 characters, but Global Accelerator takes at most 256/, fix: /Shorten/,
    build: (stack, value) => acceleratorIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { ...TAGS_AT_DEPLOYMENT, rule: /of tag 'team' has 257 characters/ },
  }),
  ...badValues({
    property: 'tag key', path: PATH, values: { 'empty': '', 'too long': 'k'.repeat(129) },
    rule: /Global Accelerator takes 1 to 128/, fix: /Choose another one/,
    build: (stack, key) => acceleratorIn(stack, { tags: { [key]: 'v' } }), token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues<string>({
    property: 'tag key', path: PATH, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
    build: (stack, key) => acceleratorIn(stack, { tags: { [key]: 'v' } }), token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues({
    property: 'tag key', path: PATH, values: RESERVED, rule: /which is reserved/, fix: /Choose another one/,
    build: (stack, key) => acceleratorIn(stack, { tags: { [key]: 'v' } }), token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues({
    property: 'tags', path: PATH, values: { 'one too many': 50, 'far too many': 200 }, show: count => `${count} tags`,
    rule: /Global Accelerator takes 50/, fix: /Remove \d+ of the tags, or use another accelerator/,
    build: (stack, count) => acceleratorIn(stack, { tags: Object.fromEntries([...Array(count).keys()].map(n => [`k${n}`, 'v'])) }),
    token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues({
    property: 'tags', path: PATH, values: { 'too many beside the listeners': 49 }, show: count => `${count} tags, 1 listeners`,
    rule: /each of which needs one/, fix: /Remove 1 of the tags/,
    build: (stack, count) => acceleratorIn(stack, { tags: Object.fromEntries([...Array(count).keys()].map(n => [`k${n}`, 'v'])) })
      .addListener('Listener', { portRanges: [{ fromPort: 1000, toPort: 2000 }] }),
    token: KNOWN.count, deployed: KNOWN.count,
  }),
];

export const CUSTOM_ROUTING_ACCELERATOR_IMPORTS: BadInput[] = [
  ...badValues<string>({
    property: 'acceleratorArn', path: PATH, values: { 'empty': '', 'a name': 'game', 'that of a listener': `${ARN}/listener/0a1b2c3d` },
    rule: /is not the ARN of an accelerator/, fix: /Use the ARN/, build: importIn, token: TEXT, deployed: KNOWN.unused,
  }),
];

function importIn(stack: Stack, acceleratorArn: string): ICustomRoutingAccelerator {
  return CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'Accelerator', { acceleratorArn });
}
