import { App, CfnOutput, CfnParameter, NestedStack, PhysicalName, Stack, Stage, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct, type IConstruct } from 'constructs';
import { CustomRoutingAccelerator, MultiRegionEndpoint } from '../../src';
import { faultOf, generateName, givenName, topLevelStackOf } from '../../src/lifecycle/names';

const RULES = { pattern: /^[a-z]{1,8}$/, character: /[a-z]/, maxLength: 8 };
const ENV = { account: '111122223333', region: 'eu-west-1' };

const nameIn = (stack: Stack, ...forcesReplacement: string[]) => generateName(new Construct(new Construct(stack, 'Office'), 'Mail'), 64, forcesReplacement);

test.each([
  ['', 'has 0 characters'], ['abcdefghi', 'has 9 characters'], ['my.mail', "has the character '.'"], ['my mail', "has the character ' '"],
  ['mail✉', "has the character '✉'"], ['mail😀', "has the character '😀'"],
])('the fault of the name %j is named', (name, fault) => {
  expect(faultOf(name, RULES)).toBe(fault);
});

describe('a generated name', () => {
  const original = nameIn(new Stack(new App(), 'Prod'), 'eu-central-1');

  test('is what it was', () => {
    expect(original).toBe('Prod-Office-Mail-4F700FE3-6afb6fde');
  });

  test.each<[string, (app: App) => IConstruct, StackProps]>([
    ['a stage', app => new Stage(app, 'Live'), { stackName: 'Prod' }],
    ['a stage in a construct', app => new Stage(new Construct(app, 'Pipeline'), 'Live'), { stackName: 'Prod' }],
    ['a construct', app => new Construct(app, 'Europe'), { stackName: 'Prod' }],
  ])('is kept when the stack is moved into %s and keeps its name', (_, scopeIn, props) => {
    expect(nameIn(new Stack(scopeIn(new App()) as Construct, 'Renamed', props), 'eu-central-1')).toBe(original);
  });

  test('is another one for another stack, another path in it, and what forces a replacement', () => {
    const names = [
      original,
      nameIn(new Stack(new App(), 'Test'), 'eu-central-1'),
      nameIn(new Stack(new App(), 'Prod'), 'us-east-1'),
      generateName(new Construct(new Stack(new App(), 'Prod'), 'Mail'), 64, ['eu-central-1']),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('is another one in the same nested stack of two stacks', () => {
    const app = new App();
    const [one, other] = ['One', 'Other'].map(id => nameIn(new NestedStack(new Stack(app, id), 'Nested')));
    expect(one).not.toBe(other);
  });

  test('depends on what a token refers to, not on the order in which tokens are made', () => {
    const nameWith = (before: number) => {
      const stack = new Stack(new App(), 'Prod');
      Array.from({ length: before }, (_, index) => new CfnParameter(stack, `Other${index}`).valueAsString);
      return nameIn(stack, new CfnParameter(stack, 'Region').valueAsString);
    };
    expect(nameWith(0)).toBe(nameWith(3));
  });
});

test('a stack is found through its nested stacks', () => {
  const stack = new Stack(new App(), 'Prod');
  expect(topLevelStackOf(new NestedStack(new NestedStack(stack, 'A'), 'B'))).toBe(stack);
});

describe('PhysicalName.GENERATE_IF_NEEDED', () => {
  test('is no name that was given', () => {
    expect([undefined, 'mail', PhysicalName.GENERATE_IF_NEEDED].map(givenName)).toEqual([undefined, 'mail', undefined]);
  });

  const twoStacks = () => {
    const app = new App();
    return [new Stack(app, 'Here', { env: ENV }), new Stack(app, 'There', { env: { account: '444455556666', region: 'eu-central-1' } })];
  };
  const nameOf = (stack: Stack, type: string, property: string) =>
    Object.values(Template.fromStack(stack).findResources(type)).map(resource => resource.Properties[property])[0];

  test('gives an endpoint the generated name, by which another environment knows it', () => {
    const [here, there] = twoStacks();
    const endpoint = new MultiRegionEndpoint(here, 'Endpoint', { endpointName: PhysicalName.GENERATE_IF_NEEDED, secondaryRegion: 'us-east-1' });
    new CfnOutput(there, 'Name', { value: endpoint.endpointName });
    new CfnOutput(there, 'Arn', { value: endpoint.endpointArn });
    const name = nameOf(here, 'Custom::MultiRegionEndpoint', 'EndpointName');

    expect(name).toMatch(/^Here-Endpoint-[0-9A-F]{8}-[0-9a-f]{8}$/);
    Template.fromStack(there).hasOutput('Name', { Value: name });
    expect(JSON.stringify(Template.fromStack(there).findOutputs('Arn'))).toContain(`:ses:eu-west-1:111122223333:multi-region-endpoint/${name}`);
  });

  test('gives an accelerator the generated name, by which another environment knows it', () => {
    const [here, there] = twoStacks();
    const accelerator = new CustomRoutingAccelerator(here, 'Game', { acceleratorName: PhysicalName.GENERATE_IF_NEEDED });
    new CfnOutput(there, 'Name', { value: accelerator.acceleratorName });
    const name = nameOf(here, 'Custom::CustomRoutingAccelerator', 'Name');

    expect(name).toMatch(/^Here-Game-[0-9A-F]{8}$/);
    Template.fromStack(there).hasOutput('Name', { Value: name });
  });

  test('gives two endpoints of a stack two names', () => {
    const [here] = twoStacks();
    for (const id of ['One', 'Two']) {
      new MultiRegionEndpoint(here, id, { endpointName: PhysicalName.GENERATE_IF_NEEDED, secondaryRegion: 'us-east-1' });
    }
    expect(() => Template.fromStack(here)).not.toThrow();
  });
});
