import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { MultiRegionParameter } from '../../src';

const NAME = '/cdk-multi-region/integ';

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegSystemsManager');

const parameter = new MultiRegionParameter(stack, 'Parameter', {
  parameterName: NAME,
  value: 'everywhere',
  regions: ['eu-central-1', 'eu-north-1'],
});
const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
parameter.grants.read(reader);

const test = new IntegTest(app, 'SystemsManager', { testCases: [stack] });
test.assertions.awsApiCall('SSM', 'getParameter', { Name: NAME })
  .expect(ExpectedResult.objectLike({ Parameter: { Value: 'everywhere' } }));

app.synth();
