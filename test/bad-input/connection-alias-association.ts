import { Duration, type Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { BAD_TIMEOUTS, KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { BAD_DIRECTORY_IDS, DIRECTORY, DIRECTORY_ID } from './standby-workspace';
import { ConnectionAliasAssociation, type ConnectionAliasAssociationProps } from '../../src';
import { CONNECTION_ALIAS_ASSOCIATION_TYPE } from '../../src/wire/workspaces';

const PATH = 'Stack/Association';
const ALIAS = 'wsca-0123abcde';
const TYPE = CONNECTION_ALIAS_ASSOCIATION_TYPE;

function associationIn(stack: Stack, props: Partial<ConnectionAliasAssociationProps>): ConnectionAliasAssociation {
  return new ConnectionAliasAssociation(stack, 'Association', { aliasId: ALIAS, directoryId: DIRECTORY, ...props });
}

const BAD_ALIAS_IDS = {
  'empty': '',
  'a name': 'desktop.example.com',
  'too short': 'wsca-1234567',
  'too long': `wsca-${'a'.repeat(64)}`,
  'big letters': 'WSCA-0123ABCDE',
  'another kind': 'ws-0123abcde',
  'an ARN': 'arn:aws:workspaces:eu-west-1:111122223333:connectionalias/wsca-0123abcde',
};
const ALIAS_ID = { rule: /must be 'wsca-' and 8 to 63 small letters and digits/, fix: /Use the id that WorkSpaces shows/ };

export const CONNECTION_ALIAS_ASSOCIATION: BadInput[] = [
  ...badValues<string>({
    property: 'aliasId', path: PATH, values: BAD_ALIAS_IDS, ...ALIAS_ID,
    build: (stack, aliasId) => associationIn(stack, { aliasId }),
    token: TEXT, deployed: { type: TYPE, property: 'AliasId', rule: /must be 'wsca-' and 8 to 63 small letters and digits|non-empty/ },
  }),
  ...badValues<string>({
    property: 'directoryId', path: PATH, values: BAD_DIRECTORY_IDS, ...DIRECTORY_ID,
    build: (stack, directoryId) => associationIn(stack, { directoryId }),
    token: TEXT, deployed: { type: TYPE, property: 'DirectoryId', rule: /must be 'd-' and 8 to 63 hexadecimal digits|non-empty/ },
  }),
  ...badValues<Partial<ConnectionAliasAssociationProps>>({
    property: 'alias', path: PATH, show: () => "'aliasId'", rule: /an association has one alias/, fix: /Set either 'alias' or 'aliasId'/,
    values: { none: { aliasId: undefined } }, build: (stack, props) => associationIn(stack, props), token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<string | undefined>({
    property: 'domainName', path: PATH, values: { 'not known from an id': undefined, 'empty': '' }, show: () => "'domainName'",
    rule: /the connection string of the alias/, fix: /needs 'domainName'/,
    build: (stack, domainName) => associationIn(stack, {}).addFailoverRecord('Record', {
      domainName, failover: route53.Failover.SECONDARY,
      zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    }),
    token: KNOWN.relation, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'aliasId', path: 'Stack/Second', values: { 'of another association': ALIAS }, rule: /'Stack\/Association' associates .* already/,
    fix: /Remove one of the two/, build: (stack, aliasId) => {
      associationIn(stack, {});
      new ConnectionAliasAssociation(stack, 'Second', { aliasId, directoryId: DIRECTORY });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => associationIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const CONNECTION_ALIAS_ASSOCIATION_IMPORTS: BadInput[] = badValues<string>({
  property: 'aliasId', path: PATH, values: BAD_ALIAS_IDS, ...ALIAS_ID,
  build: (stack, aliasId) => ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes(stack, 'Association', {
    aliasId, connectionIdentifier: 'wscc-1234',
  }),
  token: TEXT, deployed: KNOWN.unused,
});
