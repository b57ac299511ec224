import { RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as directory from 'aws-cdk-lib/aws-directoryservice';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as workspaces from 'aws-cdk-lib/aws-workspaces';
import { ConnectionAliasAssociation, StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet } from '../../../src';
import { CorpusApp, resource } from '../corpus';

const OREGON = { region: 'us-west-2', account: '111122223333' };
const PRIMARY = 'ws-0primary01';

interface Standby {
  readonly edition?: string;
  readonly dataReplication?: StandbyDataReplication;
  readonly tags?: Record<string, string>;
}

/** A standby in a Managed AD that the app makes, in a VPC that was looked up. */
export const MANAGED_AD: CorpusApp<Standby> = {
  name: 'Managed AD with a standby',
  from: {},
  build: (app, { edition = 'Standard', dataReplication, tags }) => {
    const stack = new Stack(app, 'Desktops', { env: OREGON });
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { isDefault: true });
    const ad = new directory.CfnMicrosoftAD(stack, 'Directory', {
      name: 'corp.example.com', edition, password: SecretValue.ssmSecure('/ad/password', '1').unsafeUnwrap(),
      vpcSettings: { vpcId: vpc.vpcId, subnetIds: vpc.publicSubnets.map(({ subnetId }) => subnetId) },
    });
    new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: ad.attrDnsIpAddresses });
    new StandbyWorkspace(stack, 'Standby', {
      primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: ad.ref, dataReplication, tags,
    });
  },
  changes: [
    {
      what: 'another edition of the directory, which replaces it',
      to: { edition: 'Enterprise' },
      outcome: 'disruptive',
      changes: { 'Desktops/Standby': 'replaced' },
      see: report => expect(resource(report, 'Desktops/Standby').effects[0]).toContain('its data are gone'),
    },
    {
      what: 'data replication',
      to: { dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE },
      outcome: 'harmless',
      changes: { 'Desktops/Standby': 'changed in place' },
    },
    { what: 'tags', to: { tags: { team: 'sales' } }, outcome: 'harmless', changes: { 'Desktops/Standby': 'changed in place' } },
  ],
};

interface Fleet {
  readonly members?: number;
  readonly directoryId?: string;
  readonly kept?: boolean;
}

export const FLEET: CorpusApp<Fleet> = {
  name: 'a fleet of standbys',
  from: {},
  build: (app, { members = 4, directoryId = 'd-9367000001', kept }) => {
    new StandbyWorkspaceFleet(new Stack(app, 'Desktops', { env: OREGON }), 'Fleet', {
      primaryWorkspaceIds: Array.from({ length: members }, (_, index) => `ws-0primary${index}x`), primaryRegion: 'us-east-1', directoryId,
      removalPolicy: kept ? RemovalPolicy.RETAIN : undefined,
    });
  },
  changes: [
    {
      what: 'two members more',
      to: { members: 6 },
      outcome: 'harmless',
      changes: { 'Desktops/Fleet': 'changed in place' },
      see: report => expect(resource(report, 'Desktops/Fleet').members).toEqual({ before: 4, after: 6, untouched: 4, added: 2, terminated: 0 }),
    },
    {
      what: 'one member less',
      to: { members: 3 },
      outcome: 'disruptive',
      changes: { 'Desktops/Fleet': 'changed in place' },
      see: report => {
        const { members, effects } = resource(report, 'Desktops/Fleet');
        expect(members).toEqual({ before: 4, after: 3, untouched: 3, added: 0, terminated: 1 });
        expect(effects[0]).toContain('data are gone');
      },
    },
    {
      what: 'another directory',
      to: { directoryId: 'd-9367000002' },
      outcome: 'disruptive',
      changes: { 'Desktops/Fleet': 'replaced' },
      see: report => expect(resource(report, 'Desktops/Fleet').members).toMatchObject({ untouched: 0, added: 4, terminated: 4 }),
    },
  ],
};

interface Alias {
  readonly connectionString?: string;
  readonly directoryId?: string;
  readonly associated?: boolean;
}

export const ALIAS: CorpusApp<Alias> = {
  name: 'a connection alias',
  from: {},
  build: (app, { connectionString = 'desktops.example.com', directoryId = 'd-9367000001', associated = true }) => {
    const stack = new Stack(app, 'Desktops', { env: OREGON });
    const alias = new workspaces.CfnConnectionAlias(stack, 'Alias', { connectionString });
    if (associated) {
      new ConnectionAliasAssociation(stack, 'Association', { alias, directoryId });
    }
  },
  changes: [
    {
      what: 'another connection string',
      to: { connectionString: 'work.example.com' },
      outcome: 'disruptive',
      changes: { 'Desktops/Association': 'replaced' },
    },
    {
      what: 'another directory',
      to: { directoryId: 'd-9367000002' },
      outcome: 'disruptive',
      changes: { 'Desktops/Association': 're-created in its place' },
    },
    { what: 'no association', to: { associated: false }, outcome: 'disruptive', changes: { 'Desktops/Association': 'deleted' } },
  ],
};
