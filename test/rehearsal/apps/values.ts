import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dsql from 'aws-cdk-lib/aws-dsql';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DsqlClusterPeering, MultiRegionParameter, TransitGatewayPeeringAccepter } from '../../../src';
import { CorpusApp, resource } from '../corpus';

const IRELAND = { region: 'eu-west-1', account: '111122223333' };
const VIRGINIA = { region: 'us-east-1', account: '111122223333' };

interface Settings {
  readonly parameterName?: string;
  readonly value?: string;
  readonly regions?: string[];
  readonly kept?: boolean;
}

/** A parameter that a function of another Region gets at its deployment; that stack does not depend on the first one. */
export const PARAMETER: CorpusApp<Settings> = {
  name: 'a parameter with copies that another stack reads',
  from: {},
  build: (app, { parameterName = '/game/mode', value = 'on', regions = ['us-east-1', 'us-west-2'], kept }) => {
    const reader = new Stack(app, 'Reader', { env: VIRGINIA });
    new lambda.Function(reader, 'Function', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
      environment: { MODE: MultiRegionParameter.valueFor(reader, parameterName) },
    });
    new lambda.Function(reader, 'Unrelated', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
      environment: { MODE: 'on' },
    });
    const settings = new Stack(app, 'Settings', { env: IRELAND });
    new MultiRegionParameter(settings, 'Mode', { parameterName, value, regions, removalPolicy: kept ? RemovalPolicy.RETAIN : undefined });
    reader.addDependency(settings);
  },
  changes: [
    {
      what: 'another value',
      to: { value: 'off' },
      outcome: 'harmless',
      changes: { 'Settings/Mode': 'changed in place' },
      see: report => expect(resource(report, 'Settings/Mode').staleIn).toEqual([]),
    },
    {
      what: 'a Region less',
      to: { regions: ['us-east-1'] },
      outcome: 'disruptive',
      changes: { 'Settings/Mode': 'changed in place' },
      see: report => expect(resource(report, 'Settings/Mode')).toMatchObject({
        lostRegions: ['us-west-2'], effects: ['it is gone in us-west-2: who reads it there finds nothing any more'],
      }),
    },
    {
      what: 'another name',
      to: { parameterName: '/game/style' },
      outcome: 'disruptive',
      changes: { 'Settings/Mode': 'replaced' },
      see: report => expect(resource(report, 'Settings/Mode')).toMatchObject({ kept: false, effects: [
        'it has another name: who reads the old one finds nothing', 'new ParameterName',
      ] }),
    },
  ],
};

export const KEPT_PARAMETER: CorpusApp<Settings> = {
  ...PARAMETER,
  name: 'the same with RETAIN',
  from: { kept: true },
  changes: [
    {
      what: 'another name',
      to: { kept: true, parameterName: '/game/style' },
      outcome: 'disruptive',
      changes: { 'Settings/Mode': 'replaced' },
      see: report => expect(resource(report, 'Settings/Mode')).toMatchObject({ kept: true, effects: [
        'another one takes its place; the old one leaves the stack and is kept (RETAIN)', 'new ParameterName',
      ] }),
    },
    { what: 'nothing', to: { kept: true }, outcome: 'harmless', changes: {} },
    { what: 'without RETAIN', to: {}, outcome: 'harmless', changes: {} },
  ],
};

interface Peering {
  readonly attachment?: string;
  readonly deleteAttachment?: boolean;
  readonly accepted?: boolean;
  readonly tags?: Record<string, string>;
}

/** An attachment that somebody in another Region has requested, and a route. */
export const ATTACHMENT: CorpusApp<Peering> = {
  name: 'an accepter of a transit gateway peering',
  from: {},
  build: (app, { attachment = 'tgw-attach-0123456789abcdef0', accepted = true, deleteAttachment, tags }) => {
    const stack = new Stack(app, 'Network', { env: IRELAND });
    const accepter = accepted && new TransitGatewayPeeringAccepter(stack, 'Accepter', { transitGatewayAttachmentId: attachment, deleteAttachment, tags });
    new MultiRegionParameter(stack, 'Published', { parameterName: '/peering', value: attachment, regions: ['us-east-1'] });
    new ec2.CfnTransitGatewayRoute(stack, 'Route', {
      transitGatewayRouteTableId: 'tgw-rtb-0123456789abcdef0', destinationCidrBlock: '10.0.0.0/8', blackhole: !accepter,
      transitGatewayAttachmentId: accepter ? accepter.transitGatewayAttachmentId : undefined,
    });
  },
  changes: [
    {
      what: 'another attachment',
      to: { attachment: 'tgw-attach-0123456789abcdef1' },
      outcome: 'disruptive',
      changes: { 'Network/Accepter': 'replaced', 'Network/Published': 'changed in place' },
      see: report => expect(resource(report, 'Network/Accepter')).toMatchObject({
        effects: ['another attachment is accepted; the old one stays, and only its requester can delete it', 'new TransitGatewayAttachmentId'],
        usedBy: [{ path: 'Route' }, { path: 'Published' }],
      }),
    },
    {
      what: 'no accepter',
      to: { accepted: false },
      outcome: 'disruptive',
      changes: { 'Network/Accepter': 'deleted' },
      // Its id is in a parameter, and is no old value there.
      see: report => expect(resource(report, 'Network/Accepter')).toMatchObject({ effects: ['the attachment stays and carries traffic on'], staleIn: [] }),
    },
    { what: 'tags', to: { tags: { team: 'network' } }, outcome: 'harmless', changes: { 'Network/Accepter': 'changed in place' } },
  ],
};

export const OWN_ATTACHMENT: CorpusApp<Peering> = {
  ...ATTACHMENT,
  name: 'the same that deletes its attachment',
  from: { deleteAttachment: true },
  changes: [
    {
      what: 'another attachment',
      to: { deleteAttachment: true, attachment: 'tgw-attach-0123456789abcdef1' },
      outcome: 'disruptive',
      changes: { 'Network/Accepter': 'replaced', 'Network/Published': 'changed in place' },
      see: report => expect(resource(report, 'Network/Accepter').effects[0]).toContain('the old one is deleted'),
    },
    {
      what: 'no accepter',
      to: { accepted: false },
      outcome: 'disruptive',
      changes: { 'Network/Accepter': 'deleted' },
      see: report => expect(resource(report, 'Network/Accepter').effects[0]).toContain('the attachment is deleted'),
    },
    { what: 'nothing', to: { deleteAttachment: true }, outcome: 'harmless', changes: {} },
  ],
};

interface Database {
  readonly peered?: boolean;
  readonly generation?: string;
  readonly swapped?: boolean;
}

/** A cluster of the app, and one of another Region that is not in the app. */
export const DATABASE: CorpusApp<Database> = {
  name: 'two peered database clusters',
  from: {},
  build: (app, { peered = true, generation = 'a', swapped }) => {
    const stack = new Stack(app, 'Database', { env: VIRGINIA });
    const { attrResourceArn } = new dsql.CfnCluster(stack, `Cluster${generation}`, {
      deletionProtectionEnabled: false, multiRegionProperties: { witnessRegion: 'us-west-2' },
    });
    const arns = [attrResourceArn, `arn:aws:dsql:us-east-2:111122223333:cluster/${generation.repeat(26)}`];
    const [clusterArn, peerClusterArn] = swapped ? arns.reverse() : arns;
    if (peered) {
      const { clusterEndpoint } = new DsqlClusterPeering(stack, 'Peering', { clusterArn, peerClusterArn, witnessRegion: 'us-west-2' });
      new lambda.Function(stack, 'Application', {
        runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
        environment: { HOST: clusterEndpoint },
      });
    }
  },
  changes: [
    {
      what: 'other clusters',
      to: { generation: 'b' },
      outcome: 'disruptive',
      changes: { 'Database/Peering': 'replaced' },
      see: report => expect(resource(report, 'Database/Peering').usedBy.map(({ path }) => path)).toEqual(['Application']),
    },
    {
      what: 'no peering',
      to: { peered: false },
      outcome: 'disruptive',
      changes: { 'Database/Peering': 'deleted' },
      see: report => expect(resource(report, 'Database/Peering').effects).toEqual(['the clusters stay peered until they are deleted']),
    },
    { what: 'nothing', to: {}, outcome: 'harmless', changes: {} },
  ],
};
