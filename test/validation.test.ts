import { CfnResource, Stack } from 'aws-cdk-lib';
import { EXAMPLES } from './examples-list';
import { appToValidate, findings } from './findings';

// Unlike in all other tests, CloudFormation Validate shall run here.
delete process.env.CDK_VALIDATION;

test('CloudFormation Validate finds an invalid property', () => {
  const invalid = appToValidate();
  new CfnResource(new Stack(invalid, 'Mail'), 'Endpoint', {
    type: 'AWS::SES::MultiRegionEndpoint', properties: { EndpointName: 'not a name' },
  });

  expect(findings(invalid)).toContainEqual(expect.stringContaining('Mail/Endpoint'));
});

test.each(EXAMPLES)('CloudFormation Validate finds nothing in the example $name', ({ declare }) => {
  const example = appToValidate();
  declare(example);

  expect(findings(example)).toEqual([]);
});
