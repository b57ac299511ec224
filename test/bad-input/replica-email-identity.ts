import { Duration, SecretValue, type Stack } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import { BAD_REGIONS, BAD_TAG_TEXTS, BAD_TIMEOUTS, KNOWN, NUMBER, REGION, TEXT, badValues, type BadInput } from './bad-input';
import { MultiRegionEndpoint, ReplicaEmailIdentity, type ReplicaEmailIdentityProps } from '../../src';
import { REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';

const PATH = 'Stack/Replica';
const TYPE = REPLICA_EMAIL_IDENTITY_TYPE;

const BAD_DOMAINS = {
  'an address': 'news@example.com',
  'empty': '',
  'one label': 'localhost',
  'big letters': 'Example.com',
  'a dot at the end': 'example.com.',
  'a space': 'exa mple.com',
  'a slash': 'example.com/eu',
  'an umlaut': 'büro.example',
  'a label that is too long': `${'x'.repeat(64)}.com`,
  'too long': `${'abcdefgh.'.repeat(28)}com`,
  'an ARN': 'arn:aws:ses:eu-west-1:111122223333:identity/example.com',
};
const DOMAIN = { rule: /must be a domain in small letters/, fix: /Verify an address in each Region instead/ };
const REGION_NAME = { rule: /is not the name of a Region/, fix: /Use a name such as/ };

function replicaIn(stack: Stack, props: Partial<ReplicaEmailIdentityProps>, name = 'example.com', id = 'Replica'): ReplicaEmailIdentity {
  const parentIdentity = ses.EmailIdentity.fromEmailIdentityName(stack, `${id}Parent`, name);
  return new ReplicaEmailIdentity(stack, id, { parentIdentity, replicaRegion: 'eu-central-1', ...props });
}

export const REPLICA_EMAIL_IDENTITY: BadInput[] = [
  ...badValues({
    property: 'parentIdentity', path: PATH, values: BAD_DOMAINS, ...DOMAIN,
    build: (stack, name) => replicaIn(stack, {}, name),
    token: TEXT, deployed: { type: TYPE, property: 'EmailIdentity', rule: /must be a domain in small letters|non-empty/ },
  }),
  ...badValues({
    property: 'parentIdentity', path: PATH, values: { 'a key of its own': 'byo.example.com' }, show: () => "'Stack/Parent'",
    rule: /has a DKIM key of its own \(BYODKIM\), but SES replicates keys of Easy DKIM only/, fix: /Use DkimIdentity\.easyDkim\(\)/,
    build: (stack, name) => {
      const privateKey = SecretValue.unsafePlainText('key');
      const dkimIdentity = ses.DkimIdentity.byoDkim({ privateKey, selector: 'mail', publicKey: 'key' });
      replicaIn(stack, { parentIdentity: new ses.EmailIdentity(stack, 'Parent', { identity: ses.Identity.domain(name), dkimIdentity }) });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues({
    property: 'parentIdentity', path: 'Stack/Second', values: { 'of another replica': 'example.com' }, show: value => `'${value}'`,
    rule: /is also that of 'Stack\/Replica'/, fix: /Remove one of them/, build: (stack, name) => {
      replicaIn(stack, {}, name);
      replicaIn(stack, {}, name, 'Second');
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'replicaRegion', path: PATH, values: BAD_REGIONS, ...REGION_NAME,
    build: (stack, replicaRegion) => replicaIn(stack, { replicaRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'ReplicaRegion', rule: /name of a Region|non-empty/ },
  }),
  ...badValues({
    property: 'replicaRegion', path: PATH, values: { 'that of the parent': REGION }, rule: /the Region of parentIdentity/, fix: /Choose another Region/,
    build: (stack, replicaRegion) => replicaIn(stack, { replicaRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'its replica', rule: /both in eu-west-1\. Choose another Region/ },
  }),
  ...badValues<string>({
    property: 'replicaRegion', path: PATH, values: { 'of another partition': 'cn-north-1', 'of GovCloud': 'us-gov-west-1' },
    rule: /is in the partition aws-(cn|us-gov), but eu-west-1 is in aws/, fix: /Use a Region of aws/,
    build: (stack, replicaRegion) => replicaIn(stack, { replicaRegion }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => replicaIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
  ...badValues<string>({
    property: 'tag value', path: PATH, values: BAD_TAG_TEXTS, rule: /has a character that tags can't have/, fix: /Use letters, digits, spaces/,
    build: (stack, value) => replicaIn(stack, { tags: { team: value } }),
    token: TEXT, deployed: { type: TYPE, property: 'Tags', rule: /of tag 'team' has a character that tags can't have/ },
  }),
  ...badValues({
    property: 'adopt', path: PATH, values: { 'another domain': 'example.org' }, rule: /the name of this construct is 'example\.com'/, fix: /Set parentIdentity: 'example\.org'/,
    build: (stack, adopt) => replicaIn(stack, { adopt }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
];

export const REPLICA_EMAIL_IDENTITY_IMPORTS: BadInput[] = [
  ...badValues({
    property: 'emailIdentityName', path: PATH, values: BAD_DOMAINS, ...DOMAIN,
    build: (stack, name) => ReplicaEmailIdentity.fromReplicaEmailIdentityName(stack, 'Replica', name, 'eu-central-1'), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'replicaRegion', path: PATH, values: BAD_REGIONS, ...REGION_NAME,
    build: (stack, region) => ReplicaEmailIdentity.fromReplicaEmailIdentityName(stack, 'Replica', 'example.com', region), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'replicaEmailIdentityArn', path: 'Stack',
    values: { 'empty': '', 'a domain': 'example.com', 'of an endpoint': 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail' },
    rule: /is not the ARN of an identity/, fix: /Use one such as/,
    build: (stack, arn) => ReplicaEmailIdentity.fromReplicaEmailIdentityArn(stack, 'Replica', arn), token: KNOWN.unused, deployed: KNOWN.unused,
  }),
];

export const ADD_IDENTITY: BadInput[] = badValues({
  property: 'parentIdentity', path: 'Stack/Endpoint', values: { 'in another Region than the endpoint': 'us-east-1' },
  rule: /is in eu-west-1, but the primary Region of the endpoint is us-east-1/, fix: /Pass the identity there/,
  build: (stack, primaryRegion) => MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, 'Endpoint', {
    endpointName: 'mail', endpointId: 'abcdef12.g3h', primaryRegion, secondaryRegion: 'eu-central-1',
  }).addIdentity('Replica', { parentIdentity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Parent', 'example.com') }),
  token: KNOWN.relation, deployed: KNOWN.later,
});
