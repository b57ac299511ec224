import { BootstraplessSynthesizer, CliCredentialsStackSynthesizer, LegacyStackSynthesizer, NestedStack, Stage, type IStackSynthesizer } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import * as codepipeline from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import type { Entry } from '../constructs';
import { ENV, expectSound, newApp, newStack, onlyResources, resourceOf, resourcesOf, templateOf, type Feature, type Json, type Refusal } from '../feature';
import { exchanging } from '../values';

const RECOMMENDED_FLAGS = jest.requireActual<Json>('aws-cdk-lib/recommended-feature-flags.json');
/** Function, log group, state machine, two roles and a policy. */
const PROVIDER_RESOURCES = 6;

const providerResourcesOf = (template: Json) => Object.keys(template.Resources).filter(id => /^MultiRegion[A-Z]/.test(id));
const isGlobalAccelerator = ({ name }: Entry) => name.startsWith('CustomRouting');

function templateIn(scope: Construct, entry: Entry, id = 'Stack', stackName?: string): Json {
  const stack = newStack(scope, id, { stackName });
  entry.declare(stack, 'Made');
  return templateOf(stack, entry);
}

function withSynthesizer(name: string, synthesizer: () => IStackSynthesizer, refused?: Refusal): Feature {
  return {
    name,
    without: onlyResources,
    refused: () => refused,
    check: entry => {
      const stack = newStack(newApp(), 'Stack', { synthesizer: synthesizer() });
      entry.declare(stack, 'Made');
      templateOf(stack, entry);
    },
  };
}

/** Another partition: nothing in the template is bound to `aws`. */
function inPartition(name: string, region: string, otherRegion: string | undefined): Feature {
  const onlyRegion: Refusal = { message: /nothing reaches from one partition to another/, reason: 'the partition has one Region' };
  const elsewhere: Refusal = { message: /AWS Global Accelerator is in the partition aws only/, reason: 'no Global Accelerator' };
  return {
    name,
    refused: entry => isGlobalAccelerator(entry) ? entry.type && elsewhere : entry.namesRegion && !otherRegion ? onlyRegion : undefined,
    check: entry => {
      const stack = newStack(newApp(), 'Stack', { env: { ...ENV, region } });
      const regions = otherRegion && { 'eu-central-1': otherRegion, 'us-east-1': otherRegion };
      entry.declare(stack, 'Made', exchanging({ ...regions }));
      expect(JSON.stringify(templateOf(stack, entry))).not.toContain('arn:aws:');
    },
  } as Feature;
}

const MOVED: Feature = {
  name: 'a stack that is moved into a `Stage` and keeps its `stackName`',
  check: entry => {
    const inStage = templateIn(new Stage(newApp(), 'Live', { env: ENV }), entry, 'Renamed', 'Prod');
    expect(inStage).toEqual(templateIn(newApp(), entry, 'Stack', 'Prod'));
  },
};

const PIPELINE: Feature = {
  name: 'CDK Pipelines',
  without: onlyResources,
  check: entry => {
    const app = newApp();
    const pipelineStack = newStack(app, 'Pipeline');
    const input = codepipeline.CodePipelineSource.connection('owner/repository', 'main', {
      connectionArn: 'arn:aws:codestar-connections:eu-west-1:111122223333:connection/00000000-1111-2222-3333-444444444444',
    });
    const pipeline = new codepipeline.CodePipeline(pipelineStack, 'Pipeline', { synth: new codepipeline.ShellStep('Synth', { input, commands: ['npx cdk synth'] }) });
    const stage = new Stage(pipelineStack, 'Live', { env: ENV });
    const stack = newStack(stage, 'Stack', { stackName: 'Prod' });
    entry.declare(stack, 'Made');
    pipeline.addStage(stage);

    expect(templateOf(stack, entry)).toEqual(templateIn(newApp(), entry, 'Stack', 'Prod'));
    Template.fromStack(pipelineStack).resourceCountIs('AWS::CodePipeline::Pipeline', 1);
  },
};

const NESTED: Feature = {
  name: 'nested stacks',
  check: entry => {
    const stack = newStack();
    const nested = new NestedStack(stack, 'Nested');
    const { attribute } = entry.declare(nested, 'Made');
    stack.exportValue(attribute, { name: 'Attribute' });

    const template = templateOf(nested, entry);
    const parent = Template.fromStack(stack).toJSON() as Json;
    expectSound(parent);
    expect(providerResourcesOf(parent)).toEqual([]);
    expect(entry.type === undefined || Object.keys(template.Outputs).length > 0).toBe(true);
  },
};

const PRODUCT: Feature = {
  name: '`ProductStack` of Service Catalog (with `assetBucket`)',
  check: entry => {
    const stack = newStack();
    const assetBucket = new s3.Bucket(stack, 'Assets', { bucketName: 'product-assets' });
    const product = new servicecatalog.ProductStack(stack, 'Product', { assetBucket });
    entry.declare(product, 'Made');
    new servicecatalog.CloudFormationProduct(stack, 'Catalog', {
      productName: 'Product', owner: 'us',
      productVersions: [{ cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(product) }],
    });
    Template.fromStack(stack);

    const template = (product as unknown as { _toCloudFormation(): unknown });
    const resolved = stack.resolve(template._toCloudFormation()) as Json;
    expect(resourcesOf(resolved, entry.type ?? 'none')).toHaveLength(entry.type ? 1 : 0);
    expect(resourcesOf(resolved, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code.S3Bucket)).toEqual(entry.type ? ['product-assets'] : []);
  },
};

const FLAGS: Feature = {
  name: 'all recommended feature flags of `cdk init`',
  check: entry => {
    const stack = newStack(newApp(RECOMMENDED_FLAGS));
    entry.declare(stack, 'Made');
    const template = templateOf(stack, entry);
    expect(providerResourcesOf({ Resources: {}, ...template })).toHaveLength(entry.type ? PROVIDER_RESOURCES : 0);
  },
};

const LONG: Feature = {
  name: 'very long names and paths',
  check: entry => {
    const stack = newStack(newApp(), 'S'.repeat(128));
    const scope = [...Array(5).keys()].reduce<Construct>((parent, index) => new Construct(parent, `Deep${index}${'n'.repeat(60)}`), stack);
    entry.declare(scope, `Made${'y'.repeat(200)}`);
    const template = templateOf(stack, entry);
    const { EndpointName, Name } = { ...entry.type && resourceOf(template, entry).Properties };
    expect([EndpointName, Name].filter(name => typeof name === 'string' && !/^[A-Za-z0-9_-]{1,64}$/.test(name))).toEqual([]);
    expect(Object.keys(template.Resources ?? {}).filter(id => id.length > 255)).toEqual([]);
  },
};

export const ENVIRONMENTS: readonly Feature[] = [
  {
    name: 'a stack without an environment',
    check: entry => {
      const stack = newStack(newApp(), 'Stack', { env: undefined });
      entry.declare(stack, 'Made');
      expect(JSON.stringify(templateOf(stack, entry))).not.toMatch(/111122223333:(function|stateMachine)/);
    },
  },
  {
    name: 'a stack with a Region, without an account',
    check: entry => {
      const stack = newStack(newApp(), 'Stack', { env: { region: ENV.region } });
      entry.declare(stack, 'Made');
      templateOf(stack, entry);
    },
  },
  {
    name: 'the same stack in several Regions',
    check: entry => {
      const app = newApp();
      const stacks = ['eu-west-1', 'eu-west-2'].map(region => newStack(app, region, { env: { ...ENV, region } }));
      stacks.forEach(stack => entry.declare(stack, 'Made'));
      stacks.forEach(stack => templateOf(stack, entry));
    },
  },
  MOVED,
  PIPELINE,
  NESTED,
  PRODUCT,
  FLAGS,
  withSynthesizer('`CliCredentialsStackSynthesizer`', () => new CliCredentialsStackSynthesizer({ fileAssetsBucketName: 'assets' })),
  withSynthesizer('`LegacyStackSynthesizer`', () => new LegacyStackSynthesizer()),
  withSynthesizer('`BootstraplessSynthesizer`', () => new BootstraplessSynthesizer(),
    { message: /Cannot add assets to a Stack that uses the BootstraplessSynthesizer/, reason: 'the function is an asset, which needs a bucket' }),
  LONG,
  inPartition('GovCloud', 'us-gov-west-1', 'us-gov-east-1'),
  inPartition('China', 'cn-north-1', 'cn-northwest-1'),
  inPartition('the European Sovereign Cloud', 'eusc-de-east-1', undefined),
];
