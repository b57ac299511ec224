import { App, Aws, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { checkRegionName, checkSamePartition, isOwnRegion } from '../../src/lifecycle/regions';

const stackOf = (region?: string) => new Stack(new App(), 'Mail', { env: { region } });
const warningsOf = (stack: Stack) => stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));

test('the name of a Region is refused with the way out, unless it is known later', () => {
  const stack = stackOf();
  expect(() => checkRegionName(stack, 'region', 'Europe')).toThrow("Mail: region 'Europe' is not the name of a Region. Use a name such as 'eu-west-1'.");
  expect(() => checkRegionName(stack, 'region', 'eu-west-1')).not.toThrow();
  expect(() => checkRegionName(stack, 'region', Lazy.string({ produce: () => 'x' }))).not.toThrow();
  expect(warningsOf(stack)).toEqual([]);
});

test('a Region that the AWS CDK does not know is a warning', () => {
  const stack = stackOf();
  checkRegionName(stack, 'secondaryRegion', 'eu-centrall-1');
  expect(warningsOf(stack)).toEqual([expect.stringMatching(
    /^secondaryRegion 'eu-centrall-1' is not among the Regions that this version of the AWS CDK knows\. Correct it if .*\[ack: cdk-multi-region:unknownRegion\]$/)]);
});

test.each([
  ['cn-north-1', 'eu-west-1', /region 'cn-north-1' is in the partition aws-cn, but eu-west-1 is in aws, .* Use a Region of aws\./],
  ['eu-west-1', 'us-gov-west-1', /in the partition aws, but us-gov-west-1 is in aws-us-gov/],
])('%s and %s are of two partitions', (region, other, message) => {
  expect(() => checkSamePartition(stackOf(), 'region', region, other)).toThrow(message);
});

test.each([['eu-west-1', 'us-east-1'], ['us-gov-east-1', 'us-gov-west-1'], ['xx-new-1', 'eu-west-1'], [Aws.REGION, 'cn-north-1']])(
  '%s and %s may be of one partition', (region, other) => {
    expect(() => checkSamePartition(stackOf(), 'region', region, other)).not.toThrow();
  });

test('the own Region is known in a stack that may be deployed anywhere', () => {
  const anywhere = stackOf();
  expect([anywhere.region, Aws.REGION, Fn.ref('AWS::Region'), 'eu-west-1', Fn.importValue('Region')].map(region => isOwnRegion(anywhere, region)))
    .toEqual([true, true, true, false, false]);
});

test('the own Region is known by its name and by its token', () => {
  const stack = stackOf('eu-west-1');
  expect(['eu-west-1', Aws.REGION, 'us-east-1'].map(region => isOwnRegion(stack, region))).toEqual([true, true, false]);
});
