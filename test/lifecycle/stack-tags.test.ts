import { App, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENV, SERVICES } from './services';
import { MultiRegionEndpoint, StandbyWorkspaceFleet } from '../../src';

const MAKERS = [
  ...SERVICES.map(({ name, declare }) => [name, declare] as const),
  ['a fleet', (stack: Stack) => {
    new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds: ['ws-0123abcde'], primaryRegion: 'us-east-1', directoryId: 'd-9367000001' });
  }] as const,
];

function tagsIn(stack: Stack): unknown {
  const { Resources } = Template.fromStack(stack).toJSON();
  return Object.values<any>(Resources).find(({ Type }) => Type.startsWith('Custom::')).Properties.Tags;
}

describe.each([true, false])('explicit stack tags %s', isExplicit => {
  const app = () => new App({ context: { '@aws-cdk/core:explicitStackTags': isExplicit } });

  test.each(MAKERS)('tags of the stack reach %s', (_, declare) => {
    const stack = new Stack(app(), 'Stack', { env: ENV, tags: { 'cost-center': '42' } });
    declare(stack);
    expect(tagsIn(stack)).toEqual({ 'cost-center': '42' });
  });

  test('those of a parent reach what is in a nested stack, and the nearer one wins', () => {
    const stack = new Stack(app(), 'Stack', { env: ENV, tags: { a: 'parent', b: 'parent' } });
    const nested = new NestedStack(stack, 'Nested');
    nested.tags.setTag('b', 'nested');
    SERVICES[0].declare(nested);
    expect(tagsIn(nested)).toEqual({ a: 'parent', b: 'nested' });
  });

  test('the tags of a property and those of Tags.of() win', () => {
    const stack = new Stack(app(), 'Stack', { env: ENV, tags: { a: 'stack', b: 'stack', c: 'stack' } });
    const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', tags: { a: 'property' } });
    Tags.of(endpoint).add('b', 'aspect');
    Tags.of(endpoint).remove('c');
    expect(tagsIn(stack)).toEqual({ a: 'property', b: 'aspect' });
  });

  test('a tag that excludes the resource does not reach it by way of the stack', () => {
    const stack = new Stack(app(), 'Stack', { env: ENV });
    SERVICES[0].declare(stack);
    Tags.of(stack).add('a', 'b', { excludeResourceTypes: ['Custom::MultiRegionEndpoint'] });
    expect(tagsIn(stack)).toBeUndefined();
  });
});
