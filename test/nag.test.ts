import { Stack, Validations, type App } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EXAMPLES } from './examples-list';
import { appToValidate, findings } from './findings';
import { ConnectionAliasAssociation, CustomRoutingAccelerator, MultiRegionEndpoint, StandbyWorkspace } from '../src';

/** One construct of each service is enough: the others of a service share its provider. */
const CONSTRUCTS: Readonly<Record<string, (stack: Stack) => void>> = {
  SES: stack => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }),
  GlobalAccelerator: stack => new CustomRoutingAccelerator(stack, 'Accelerator', {}),
  WorkSpaces: stack => {
    const directoryId = 'd-1234567890';
    new StandbyWorkspace(stack, 'Standby', { primaryWorkspaceId: 'ws-0123456789', primaryRegion: 'eu-central-1', directoryId });
    new ConnectionAliasAssociation(stack, 'Association', { aliasId: 'wsca-0123456789', directoryId });
  },
};

function app(): App {
  const checked = appToValidate();
  Validations.of(checked).addPlugins(new AwsSolutionsChecks(checked));
  return checked;
}

function stackIn(checked: App): Stack {
  return new Stack(checked, 'Checked', { env: { account: '111122223333', region: 'eu-west-1' } });
}

test('AwsSolutions finds a queue without a dead-letter queue', () => {
  const checked = app();
  new sqs.Queue(stackIn(checked), 'Queue');

  expect(findings(checked)).toContainEqual(expect.stringContaining('AwsSolutions-SQS3'));
});

test.each(Object.entries(CONSTRUCTS))('AwsSolutions finds nothing in what the constructs for %s make', (_, declare) => {
  const checked = app();
  declare(stackIn(checked));

  expect(findings(checked)).toEqual([]);
});

test.each(EXAMPLES)('AwsSolutions finds nothing unacknowledged in the example $name', ({ declare }) => {
  const checked = app();
  declare(checked);

  expect(findings(checked)).toEqual([]);
});
