import { Aws, Duration, Stack, type App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BAD_REGIONS, BAD_TAG_TEXTS, BAD_TIMEOUTS, KNOWN, REGION, TEXT, NUMBER, badValues, type BadInput } from './bad-input';
import { MultiRegionEndpoint, type MultiRegionEndpointAttributes, type MultiRegionEndpointProps, type SendEmailGrantOptions } from '../../src';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

const PATH = 'Stack/Endpoint';
const TYPE = MULTI_REGION_ENDPOINT_TYPE;

function endpointIn(stack: Stack, props: Partial<MultiRegionEndpointProps>): MultiRegionEndpoint {
  return new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', ...props });
}

function importIn(stack: Stack, attributes: Partial<MultiRegionEndpointAttributes>): void {
  MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, 'Endpoint', {
    endpointName: 'mail', endpointId: 'abcdef12.g3h', secondaryRegion: 'eu-central-1', ...attributes,
  });
}

function grantIn(stack: Stack, options: Partial<SendEmailGrantOptions>): void {
  const role = new iam.Role(stack, 'Sender', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  endpointIn(stack, {}).grants.sendEmail(role, { identities: ['example.com'], ...options });
}

const BAD_NAMES = {
  'empty': '',
  'too long': 'x'.repeat(65),
  'a space': 'my mail',
  'a dot': 'mail.example',
  'a slash': 'mail/eu',
  'an at sign': 'mail@example',
  'an umlaut': 'büro',
  'an asterisk': 'mail*',
  'an emoji': 'mail😀',
  'an ARN': 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail',
};
const NAME = { rule: /SES takes 1 to 64 letters, digits, hyphens and underscores/, fix: /Choose another name, or leave endpointName out/ };
const NAME_AT_DEPLOYMENT = { property: 'EndpointName', rule: /1 to 64 letters, digits, hyphens or underscores|non-empty/ };
const REGION_NAME = { rule: /is not the name of a Region/, fix: /Use a name such as/ };
const OWN_REGION = { rule: /the Region of the stack, which is the endpoint's primary Region/, fix: /Choose another Region/ };
const TAGS_AT_DEPLOYMENT = { type: TYPE, property: 'Tags' };

export const MULTI_REGION_ENDPOINT: BadInput[] = [
  ...badValues({
    property: 'endpointName', path: PATH, values: BAD_NAMES, ...NAME,
    build: (stack, endpointName) => endpointIn(stack, { endpointName }),
    token: TEXT, deployed: { type: TYPE, ...NAME_AT_DEPLOYMENT },
  }),
  ...badValues({
    property: 'endpointName', path: 'Stack/Second', values: { 'of another endpoint': 'mail' }, rule: /is also that of 'Stack\/Endpoint'/,
    fix: /Choose another name, or leave endpointName out/, build: (stack, endpointName) => {
      endpointIn(stack, { endpointName: 'mail' });
      new MultiRegionEndpoint(stack, 'Second', { endpointName, secondaryRegion: 'us-east-1' });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues({
    property: 'secondaryRegion', path: PATH, values: BAD_REGIONS, ...REGION_NAME,
    build: (stack, secondaryRegion) => endpointIn(stack, { secondaryRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'SecondaryRegion', rule: /name of a Region|non-empty/ },
  }),
  ...badValues({
    property: 'secondaryRegion', path: PATH, values: { 'that of the stack': REGION }, ...OWN_REGION,
    build: (stack, secondaryRegion) => endpointIn(stack, { secondaryRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'secondary Region', rule: /where the stack is deployed.*Choose another secondary Region/ },
  }),
  ...badValues<string>({
    property: 'secondaryRegion', path: PATH, values: { 'of another partition': 'cn-north-1', 'of GovCloud': 'us-gov-west-1' },
    rule: /is in the partition aws-(cn|us-gov), but eu-west-1 is in aws/, fix: /Use a Region of aws/,
    build: (stack, secondaryRegion) => endpointIn(stack, { secondaryRegion }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues({
    property: 'secondaryRegion', path: 'Anywhere/Endpoint', values: { 'that of a stack without a Region': Aws.REGION }, show: () => 'a token',
    rule: /the Region of the stack, which is the endpoint's primary Region/, fix: /Choose another Region/,
    build: (stack, secondaryRegion) => endpointIn(new Stack(stack.node.root as App, 'Anywhere'), { secondaryRegion }),
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => endpointIn(stack, { timeout: Duration.seconds(seconds) }),
    token: NUMBER, deployed: KNOWN.limits,
  }),
  ...badValues<string>({
    property: 'tag value', path: PATH, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
    build: (stack, value) => endpointIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { ...TAGS_AT_DEPLOYMENT, rule: /of tag 'team' has a character that tags can't have/ },
  }),
  ...badValues({
    property: 'tag value', path: PATH, values: { 'too long': 'v'.repeat(257) },
    rule: /has 257 characters, but Amazon SES takes at most 256/, fix: /Shorten/,
    build: (stack, value) => endpointIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { ...TAGS_AT_DEPLOYMENT, rule: /of tag 'team' has 257 characters, but Amazon SES takes at most 256/ },
  }),
  ...badValues({
    property: 'tag value', path: PATH, values: { 'reserved': 'aws:mail', 'reserved in capitals': 'AWS:mail', 'ours': 'cdk-multi-region:owner' },
    rule: /begins with '(aws|cdk-multi-region):', which is reserved/, fix: /Choose another one/,
    build: (stack, value) => endpointIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { ...TAGS_AT_DEPLOYMENT, rule: /of tag 'team' begins with .*, which is reserved/ },
  }),
  ...badValues({
    property: 'tag key', path: PATH, values: { 'empty': '', 'too long': 'k'.repeat(129) },
    rule: /Amazon SES takes 1 to 128/, fix: /Choose another one/,
    build: (stack, key) => endpointIn(stack, { tags: { [key]: 'v' } }),
    token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues<string>({
    property: 'tag key', path: PATH, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
    build: (stack, key) => endpointIn(stack, { tags: { [key]: 'v' } }),
    token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues({
    property: 'tag key', path: PATH, values: { 'reserved': 'aws:mail', 'reserved in capitals': 'AWS:mail', 'ours': 'cdk-multi-region:owner' },
    rule: /which is reserved/, fix: /Choose another one/,
    build: (stack, key) => endpointIn(stack, { tags: { [key]: 'v' } }),
    token: KNOWN.keys, deployed: KNOWN.keys,
  }),
  ...badValues({
    property: 'tags', path: PATH, values: { 'one too many': 50, 'far too many': 200 }, show: count => `${count} tags`,
    rule: /takes 50 for a resource, of which this library needs one/, fix: /Remove \d+/,
    build: (stack, count) => endpointIn(stack, { tags: Object.fromEntries([...Array(count).keys()].map(n => [`k${n}`, 'v'])) }),
    token: KNOWN.count, deployed: KNOWN.count,
  }),
];

export const MULTI_REGION_ENDPOINT_IMPORTS: BadInput[] = [
  ...badValues({
    property: 'endpointName', path: PATH, values: BAD_NAMES, ...NAME,
    build: (stack, endpointName) => importIn(stack, { endpointName }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'endpointId', path: PATH,
    values: { 'empty': '', 'the ARN': 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail' },
    rule: /is not the id of an endpoint/, fix: /Use the EndpointId that SES shows/,
    build: (stack, endpointId) => importIn(stack, { endpointId }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'primaryRegion', path: PATH, values: BAD_REGIONS, ...REGION_NAME,
    build: (stack, primaryRegion) => importIn(stack, { primaryRegion }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'secondaryRegion', path: PATH, values: BAD_REGIONS, ...REGION_NAME,
    build: (stack, secondaryRegion) => importIn(stack, { secondaryRegion }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'secondaryRegion', path: PATH, values: { 'that of the stack': REGION }, ...OWN_REGION,
    build: (stack, secondaryRegion) => importIn(stack, { secondaryRegion }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'secondaryRegion', path: PATH, values: { 'the primary Region': 'us-east-1' },
    rule: /the endpoint's primary Region/, fix: /Choose another Region/,
    build: (stack, secondaryRegion) => importIn(stack, { primaryRegion: 'us-east-1', secondaryRegion }), token: TEXT, deployed: KNOWN.unused,
  }),
];

export const MULTI_REGION_ENDPOINT_LOOKUP: BadInput[] = badValues({
  property: 'endpointName', path: PATH, values: BAD_NAMES, ...NAME,
  build: (stack, endpointName) => MultiRegionEndpoint.fromEndpointName(stack, 'Endpoint', endpointName),
  token: TEXT, deployed: { type: MULTI_REGION_ENDPOINT_LOOKUP_TYPE, ...NAME_AT_DEPLOYMENT },
});

const BAD_ITEMS = { 'empty': '', 'an ARN': 'arn:aws:ses:eu-west-1:111122223333:identity/example.com' };
const ITEM = { rule: /takes names: the ARNs of both Regions are made from them/, fix: /Use a name such as/ };

export const MULTI_REGION_ENDPOINT_GRANTS: BadInput[] = [
  ...badValues<string[]>({
    property: 'identities', path: PATH, values: { none: [] }, show: () => "'identities'",
    rule: /needs at least one identity/, fix: /Name a domain or an address/,
    build: (stack, identities) => grantIn(stack, { identities }), token: KNOWN.count, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'identities', path: PATH, values: BAD_ITEMS, show: value => `the identity '${value}'`, ...ITEM,
    build: (stack, identity) => grantIn(stack, { identities: [identity] }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'configurationSets', path: PATH, values: BAD_ITEMS, show: value => `the configuration-set '${value}'`, ...ITEM,
    build: (stack, name) => grantIn(stack, { configurationSets: [name] }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'templates', path: PATH, values: BAD_ITEMS, show: value => `the template '${value}'`, ...ITEM,
    build: (stack, name) => grantIn(stack, { templates: [name] }), token: TEXT, deployed: KNOWN.unused,
  }),
];
