import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { MultiRegionEndpoint } from '../../src';

const NAME = 'cdk-multi-region-integ';

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegSes');

const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', {
  endpointName: NAME, secondaryRegion: 'eu-central-1', tags: { purpose: 'integration' },
});
const sender = new iam.Role(stack, 'Sender', { assumedBy: new iam.AccountRootPrincipal() });
endpoint.grants.sendEmail(sender, { identities: ['example.com'] });
new CfnOutput(stack, 'EndpointId', { value: endpoint.endpointId });

const test = new IntegTest(app, 'Ses', { testCases: [stack] });
test.assertions.awsApiCall('SESv2', 'getMultiRegionEndpoint', { EndpointName: NAME }).expect(ExpectedResult.objectLike({ Status: 'READY' }));

app.synth();
