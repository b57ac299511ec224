import { readFileSync } from 'fs';
import { join } from 'path';
import { CfnResource, Stack, Validations, type App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { appToValidate, findings } from './findings';
import { addDefaultStacks } from '../scripts/scanners/stacks';
import { differences, rowsOf, type Finding } from '../scripts/scanners/table';
import { ProviderSettings } from '../src';

/** By the names of the table. */
const PACKS = {
  'AwsSolutions': AwsSolutionsChecks,
  'HIPAA.Security': HIPAASecurityChecks,
  'NIST.800.53.R5': NIST80053R5Checks,
  'PCI.DSS.321': PCIDSS321Checks,
  'Serverless': ServerlessChecks,
};

/** `where: rule, description` as a row of the table. */
function findingOf(app: App, scanner: string, text: string): Finding {
  const [, constructPath, rule] = /^([^:]+): ([^,]+), /.exec(text)!;
  const construct = app.node.findAll().find(({ node }) => node.path === constructPath);
  const resource = construct && CfnResource.isCfnResource(construct) ? construct : construct?.node.defaultChild as CfnResource | undefined;
  return { scanner, rule, resource: resource?.cfnResourceType ?? constructPath };
}

/** The example in docs/scanners.md. */
function setStrictly(app: App): void {
  const stack = new Stack(app, 'Platform', { env: { account: '111122223333', region: 'eu-west-1' } });
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d');
  ProviderSettings.of(app).set({
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }),
    logGroup: logs.LogGroup.fromLogGroupName(stack, 'Logs', 'central'),
    environmentEncryption: key,
    stateMachineEncryption: key,
    stateMachineLogLevel: sfn.LogLevel.ALL,
    tracing: true,
    deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111122223333:lost'),
    reservedConcurrentExecutions: 5,
    useManagedPolicies: true,
  });
}

/** What the document says has a reason instead of a setting. */
const STAYS: Readonly<Record<string, string[]>> = {
  AwsSolutions: ['AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:eu-west-1:111122223333:log-group:central:*]'],
  Serverless: ['Serverless-LambdaStarPermissions'],
};

function findingsOf(scanner: string, Pack: typeof PACKS[keyof typeof PACKS], prepare: (app: App) => void): Finding[] {
  const app = appToValidate();
  prepare(app);
  addDefaultStacks(app);
  Validations.of(app).addPlugins(new Pack(app));
  return findings(app).filter(text => text.includes(`: ${scanner}-`)).map(text => findingOf(app, scanner, text));
}

test.each(Object.entries(PACKS))('with the settings of docs/scanners.md %s finds only what has a reason', (scanner, Pack) => {
  const found = findingsOf(scanner, Pack, setStrictly);
  expect([...new Set(found.map(({ rule }) => rule))].filter(rule => !STAYS[scanner]?.includes(rule))).toEqual([]);
});

test.each(Object.entries(PACKS))('docs/scanners.md has what %s finds with default settings, and nothing else', (scanner, Pack) => {
  const found = findingsOf(scanner, Pack, () => undefined);
  expect(differences(found, rowsOf(readFileSync(join(__dirname, '..', 'docs', 'scanners.md'), 'utf8')), [scanner])).toEqual([]);
});
