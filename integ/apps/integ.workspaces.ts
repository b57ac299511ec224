import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnConnectionAlias } from 'aws-cdk-lib/aws-workspaces';
import { ConnectionAliasAssociation, StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet } from '../../src';

// CloudFormation can't make directories and their users: set these to deploy. The snapshot has the samples.
const {
  PRIMARY_WORKSPACE = 'ws-0123abcde', FLEET_WORKSPACES = 'ws-0123abcdf,ws-0123abcdg', PRIMARY_REGION = 'us-east-1',
  DIRECTORY = 'd-9367000001', CONNECTION_STRING = 'desktop.example.com',
} = process.env;

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegWorkSpaces');

const standby = new StandbyWorkspace(stack, 'Standby', {
  primaryWorkspaceId: PRIMARY_WORKSPACE,
  primaryRegion: PRIMARY_REGION,
  directoryId: DIRECTORY,
  dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
});
const fleet = new StandbyWorkspaceFleet(stack, 'Fleet', {
  primaryWorkspaceIds: FLEET_WORKSPACES.split(','),
  primaryRegion: PRIMARY_REGION,
  directoryId: DIRECTORY,
});
const alias = new CfnConnectionAlias(stack, 'Alias', { connectionString: CONNECTION_STRING });
const association = new ConnectionAliasAssociation(stack, 'Association', { alias, directoryId: DIRECTORY });
association.node.addDependency(standby, fleet);
new CfnOutput(stack, 'StandbyId', { value: standby.workspaceId });
new CfnOutput(stack, 'ConnectionIdentifier', { value: association.connectionIdentifier });

new IntegTest(app, 'WorkSpaces', { testCases: [stack] });

app.synth();
