import { CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as cr from 'aws-cdk-lib/custom-resources';
import * as pipelines from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { MultiRegionEndpoint } from '../../../src';
import { CorpusApp, resource } from '../corpus';

const ENV = { region: 'eu-west-1', account: '111122223333' };

interface Mail {
  readonly secondaryRegion?: string;
  readonly name?: string;
  readonly id?: string;
  readonly tags?: Record<string, string>;
}

function endpoint(scope: Construct, { secondaryRegion = 'eu-central-1', id = 'Endpoint', name, tags }: Mail): MultiRegionEndpoint {
  return new MultiRegionEndpoint(scope, id, { secondaryRegion, endpointName: name, tags });
}

function sender(scope: Construct, environment: Record<string, string>): lambda.Function {
  return new lambda.Function(scope, 'Sender', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'), environment,
  });
}

/** An endpoint and a function that sends through it, with LogRetention, AwsCustomResource and an SSM parameter. */
export const MAIL: CorpusApp<Mail> = {
  name: 'mail with LogRetention and AwsCustomResource',
  from: { name: 'mail' },
  build: (app, props) => {
    const stack = new Stack(app, 'Mail', { env: ENV });
    const { endpointId } = endpoint(stack, props);
    const identity = ssm.StringParameter.valueForStringParameter(stack, '/mail/identity');
    sender(stack, { ENDPOINT_ID: endpointId, IDENTITY: identity });
    new logs.LogRetention(stack, 'Retention', { logGroupName: '/mail', retention: logs.RetentionDays.ONE_WEEK });
    new cr.AwsCustomResource(stack, 'Call', {
      onUpdate: {
        service: 'SESv2', action: 'putConfigurationSet', parameters: { EndpointId: endpointId },
        physicalResourceId: cr.PhysicalResourceId.of('call'),
      },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
    });
    new CfnOutput(stack, 'EndpointId', { value: endpointId });
  },
  changes: [
    {
      what: 'another secondary Region, under the same name',
      to: { name: 'mail', secondaryRegion: 'us-east-1' },
      outcome: 'fails',
      changes: { 'Mail/Endpoint': 'refused' },
    },
    {
      what: 'another name',
      to: { name: 'post' },
      outcome: 'disruptive',
      changes: { 'Mail/Endpoint': 'replaced' },
      see: report => {
        const { attributes, usedBy, staleIn } = resource(report, 'Mail/Endpoint');
        expect(attributes.EndpointId.before).not.toBe(attributes.EndpointId.after);
        expect(usedBy.map(({ path }) => path)).toEqual(expect.arrayContaining(['Sender', 'Call']));
        expect(staleIn).toEqual([]);
        expect(report.inert.map(({ type }) => type)).toEqual(expect.arrayContaining(['Custom::AWS', 'Custom::LogRetention']));
        expect(report.invented).toEqual([expect.objectContaining({ kind: 'SSM parameter', name: '/mail/identity' })]);
      },
    },
    { what: 'tags', to: { name: 'mail', tags: { team: 'mail' } }, outcome: 'harmless', changes: { 'Mail/Endpoint': 'changed in place' } },
    {
      what: 'another construct id under the same name',
      to: { name: 'mail', id: 'Renamed' },
      outcome: 'fails',
      changes: {},
      see: report => expect(report.stacks[0].failure).toMatchObject({ path: 'Renamed', type: 'Custom::MultiRegionEndpoint' }),
    },
  ],
};

export const GENERATED_NAMES: CorpusApp<Mail> = {
  name: 'mail with generated names',
  from: {},
  build: (app, props) => {
    const stack = new Stack(app, 'Mail', { env: ENV });
    sender(stack, { ENDPOINT_ID: endpoint(stack, props).endpointId });
  },
  changes: [
    { what: 'another secondary Region', to: { secondaryRegion: 'us-east-1' }, outcome: 'disruptive', changes: { 'Mail/Endpoint': 'replaced' } },
    {
      what: 'another construct id',
      to: { id: 'Renamed' },
      outcome: 'disruptive',
      changes: { 'Mail/Endpoint': 'deleted', 'Mail/Renamed': 'created' },
      see: report => expect(resource(report, 'Mail/Renamed').advice.join()).toMatch(/If this is Endpoint with another name: .*overrideLogicalId/),
    },
    { what: 'nothing', to: {}, outcome: 'harmless', changes: {} },
  ],
};

interface Delivery extends Mail {
  readonly stages?: string[];
}

/** A pipeline with stages for two accounts. */
export const PIPELINE: CorpusApp<Delivery> = {
  name: 'pipeline with stages in two accounts',
  from: {},
  build: (app, { stages = ['Test', 'Prod'], ...props }) => {
    const stack = new Stack(app, 'Delivery', { env: ENV });
    const input = pipelines.CodePipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Code', 'code'), 'main');
    const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', {
      crossAccountKeys: true, synth: new pipelines.ShellStep('Synth', { input, commands: ['npx cdk synth'] }),
    });
    stages.forEach((name, index) => {
      const stage = new Stage(stack, name, { env: { region: 'eu-west-1', account: `22223333444${index}` } });
      const mail = new Stack(stage, 'Mail');
      sender(mail, { ENDPOINT_ID: endpoint(mail, name === 'Prod' ? props : {}).endpointId });
      pipeline.addStage(stage);
    });
  },
  changes: [
    {
      what: 'another secondary Region in one stage',
      to: { secondaryRegion: 'us-east-1' },
      outcome: 'disruptive',
      changes: { 'Delivery/Prod/Mail/Endpoint': 'replaced' },
    },
    { what: 'a third stage', to: { stages: ['Test', 'Beta', 'Prod'] }, outcome: 'harmless', changes: {
      'Delivery/Beta/Mail/Endpoint': 'created', 'Delivery/Prod/Mail/Endpoint': 'created',
    } },
    { what: 'tags', to: { tags: { team: 'mail' } }, outcome: 'harmless', changes: { 'Delivery/Prod/Mail/Endpoint': 'changed in place' } },
  ],
};
