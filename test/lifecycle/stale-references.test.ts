import { Annotations, App, CfnOutput, NestedStack, Stack, Stage, type StackProps } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ENV } from './services';
import { MultiRegionEndpoint, MultiRegionParameter } from '../../src';
import { CONSTRUCTS } from '../compatibility/constructs';

/*
 * Whoever holds an attribute of ours by a weak or a cross-Region reference keeps the old value when it changes (cases S12 and S13).
 */
const FLAG = '@aws-cdk/core:defaultCrossStackReferences';
const ID = 'cdk-multi-region:staleReference';
const ELSEWHERE = { ...ENV, region: 'eu-central-1' };
type Strength = 'strong' | 'weak' | 'both';

const newApp = (strength: Strength) => new App({ context: { [FLAG]: strength } });

interface Case {
  readonly strength?: Strength;
  readonly mail?: StackProps;
  readonly senders?: StackProps;
  readonly value?: (endpoint: MultiRegionEndpoint, senders: Stack) => string;
}

/** Two stacks, the second of which uses something of the endpoint in the first one. */
function twoStacks({ strength = 'strong', mail = {}, senders = {}, value = ({ endpointId }) => endpointId }: Case): { app: App; stack: Stack } {
  const app = newApp(strength);
  const endpoint = new MultiRegionEndpoint(new Stack(app, 'Mail', { env: ENV, ...mail }), 'Endpoint', { secondaryRegion: 'us-east-1' });
  const stack = new Stack(app, 'Senders', { env: ENV, ...senders });
  new CfnOutput(stack, 'Used', { value: value(endpoint, stack) });
  return { app, stack };
}

/** What the CLI prints, of this warning. */
function warnings(stage: Stage): string[] {
  return stage.synth().stacksRecursively.flatMap(stack => stack.messages).filter(({ entry }) => String(entry.data).includes(ID))
    .map(({ entry, id }) => `${id}: ${String(entry.data)}`);
}

const acrossRegions: Case = { mail: { crossRegionReferences: true }, senders: { crossRegionReferences: true, env: ELSEWHERE } };

describe('a reference that keeps the old value is warned of', () => {
  test.each<[string, Case, string]>([
    ['weak', { strength: 'weak' }, 'weak'],
    ['weak, though there is an export, too', { strength: 'both' }, 'weak'],
    ['weak, from another Region', { strength: 'weak', senders: { env: ELSEWHERE } }, 'weak'],
    ['weak, from stacks that may be deployed anywhere', { strength: 'weak', mail: { env: {} }, senders: { env: {} } }, 'weak'],
    ['across Regions', acrossRegions, 'cross-Region'],
    ['within a text', { strength: 'weak', value: ({ endpointId }) => `id ${endpointId}.` }, 'weak'],
    ['asked for by the reader', { value: ({ endpointId }) => Stack.consumeReference(endpointId, 'weak' as never) }, 'weak'],
  ])('%s', (_, props, kind) => {
    const { app } = twoStacks(props);
    expect(warnings(app)).toEqual([expect.stringContaining(
      `/Senders/Used: 'Senders/Used' uses the attribute EndpointId of 'Mail/Endpoint' by a ${kind} reference.`)]);
  });

  test('to another account, even if strong references are asked for', () => {
    const { app } = twoStacks({ senders: { env: { ...ENV, account: '444455556666' } } });
    expect(warnings(app)).toEqual([expect.stringContaining("EndpointId of 'Mail/Endpoint' by a weak reference")]);
  });

  test('by name and ARN of an endpoint whose name is given', () => {
    const app = newApp('strong');
    const mail = new Stack(app, 'Mail', { env: ENV, crossRegionReferences: true });
    const endpoint = new MultiRegionEndpoint(mail, 'Endpoint', { secondaryRegion: 'us-east-1', endpointName: 'mail' });
    new CfnOutput(new Stack(app, 'Senders', { env: ELSEWHERE, crossRegionReferences: true }), 'Used', { value: endpoint.endpointArn });
    expect(warnings(app)).toEqual([expect.stringContaining("EndpointName of 'Mail/Endpoint' by a cross-Region reference")]);
  });

  test('from and to nested stacks', () => {
    const app = newApp('strong');
    const nested = (id: string, env: StackProps['env']) => new NestedStack(new Stack(app, id, { env, crossRegionReferences: true }), 'Nested');
    const endpoint = new MultiRegionEndpoint(nested('Mail', ENV), 'Endpoint', { secondaryRegion: 'us-east-1' });
    new sqs.Queue(nested('Senders', ELSEWHERE), 'Queue', { queueName: endpoint.endpointName });
    expect(warnings(app)).toEqual([expect.stringContaining("'Senders/Nested/Queue/Resource' uses the attribute EndpointName of 'Mail/Nested/Endpoint'")]);
  });

  test('in a stage', () => {
    const app = newApp('weak');
    const stage = new Stage(app, 'Prod', { env: ENV });
    const endpoint = new MultiRegionEndpoint(new Stack(stage, 'Mail'), 'Endpoint', { secondaryRegion: 'us-east-1' });
    new CfnOutput(new Stack(stage, 'Senders'), 'Used', { value: endpoint.endpointId });
    app.synth();
    expect(warnings(stage)).toEqual([expect.stringContaining("'Prod/Senders/Used' uses")]);
  });

  test('once for each attribute, and says what to do instead', () => {
    const { app } = twoStacks({ ...acrossRegions, value: ({ endpointId, endpointName }) => `${endpointId} ${endpointName} ${endpointId}` });
    const texts = warnings(app);
    expect(texts.map(text => /attribute (\w+)/.exec(text)?.[1])).toEqual(['EndpointId', 'EndpointName']);
    expect(texts[0]).toMatch(/Publish the value in eu-central-1, with a method of the construct such as publishId\(\) or with a MultiRegionParameter, .*MultiRegionParameter\.valueFor\(\)/);
  });

  test.each(CONSTRUCTS.filter(({ type }) => type !== undefined))('of $name', ({ declare }) => {
    const app = newApp('weak');
    const { attribute } = declare(new Stack(app, 'Producer', { env: ENV }), 'Made');
    new CfnOutput(new Stack(app, 'Consumer', { env: ENV }), 'Used', { value: attribute });
    expect(warnings(app)).toEqual([expect.stringMatching(/'Consumer\/Used' uses the attribute \S+ of 'Producer\/Made\S*' by a weak reference/)]);
  });
});

describe('nothing is warned of', () => {
  test.each<[string, Case]>([
    ['strong references within a Region', {}],
    ['strong references of stacks that may be deployed anywhere', { mail: { env: {} }, senders: { env: {} } }],
    ['a text', { strength: 'weak', value: () => 'abcdef12.g3h' }],
    ['a parameter', { strength: 'weak', senders: { env: ELSEWHERE }, value: (endpoint, senders) => {
      endpoint.publishId('/mail/id', { regions: ['eu-central-1'] });
      return MultiRegionParameter.valueFor(senders, '/mail/id');
    } }],
    ['an attribute of a resource of AWS', { strength: 'weak', value: ({ stack }) => new sqs.Queue(stack, 'Queue').queueArn }],
  ])('%s', (_, props) => {
    expect(warnings(twoStacks(props).app)).toEqual([]);
  });

  test('in the same stack and its nested stacks', () => {
    const app = newApp('weak');
    const mail = new Stack(app, 'Mail', { env: ENV });
    const endpoint = new MultiRegionEndpoint(new NestedStack(mail, 'Nested'), 'Endpoint', { secondaryRegion: 'us-east-1' });
    new CfnOutput(mail, 'Used', { value: endpoint.endpointId });
    new CfnOutput(new NestedStack(mail, 'Other'), 'Used', { value: endpoint.endpointId });
    expect(warnings(app)).toEqual([]);
  });

  test('a name that is known, which the AWS CDK passes as text', () => {
    const app = newApp('weak');
    const endpoint = new MultiRegionEndpoint(new Stack(app, 'Mail', { env: ENV }), 'Endpoint', { secondaryRegion: 'us-east-1', endpointName: 'mail' });
    new CfnOutput(new Stack(app, 'Senders', { env: ELSEWHERE }), 'Used', { value: endpoint.endpointName });
    expect(warnings(app)).toEqual([]);
  });

  test.each(['stack', 'construct'])('what is acknowledged for the %s', where => {
    const { app, stack } = twoStacks({ strength: 'weak', value: () => 'nothing' });
    const endpoint = app.node.findChild('Mail').node.findChild('Endpoint') as MultiRegionEndpoint;
    const queue = new sqs.Queue(stack, 'Queue', { queueName: endpoint.endpointName });
    expect(warnings(app)).toHaveLength(1);
    Annotations.of(where === 'stack' ? stack : queue).acknowledgeWarning(ID);
    app.synth({ force: true });
    expect(warnings(app)).toEqual([]);
  });
});
