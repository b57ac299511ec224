import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CustomRoutingAccelerator } from '../../src';

const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const ALARM = 'AWS::CloudWatch::Alarm';
const WARNING = Match.stringLikeRegexp('is in us-west-2 only, but its stack may be deployed anywhere');

function alarmIn(region?: string): Stack {
  const stack = new Stack(new App(), 'GameAlarms', { env: { region } });
  const game = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'Game', { acceleratorArn: ACCELERATOR });
  game.metricNewFlowCount().createAlarm(stack, 'NobodyPlays', { threshold: 1, evaluationPeriods: 3 });
  return stack;
}

test('an alarm in us-west-2 is on the metric of the accelerator', () => {
  const stack = alarmIn('us-west-2');
  Template.fromStack(stack).hasResourceProperties(ALARM, {
    Namespace: 'AWS/GlobalAccelerator', MetricName: 'NewFlowCount',
    Dimensions: [{ Name: 'Accelerator', Value: '0a1b2c3d-0000-1111-2222-333344445555' }],
  });
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('an alarm in another Region is refused by the AWS CDK', () => {
  expect(() => alarmIn('eu-west-1')).toThrow(/Cannot create an Alarm in region 'eu-west-1' based on metric 'NewFlowCount' in 'us-west-2'/);
});

test('an alarm in a stack that may be deployed anywhere is a warning, once', () => {
  const stack = alarmIn();
  new CustomRoutingAccelerator(stack, 'Own').metricProcessedBytesIn();
  Annotations.fromStack(stack).hasWarning('/GameAlarms/NobodyPlays/Resource', WARNING);
  expect(Annotations.fromStack(stack).findWarning('*', WARNING)).toHaveLength(1);
});

test('a dashboard may be anywhere', () => {
  const stack = new Stack(new App(), 'Game');
  const metric = new CustomRoutingAccelerator(stack, 'Game').metricNewFlowCount();
  new cloudwatch.Dashboard(stack, 'Dashboard').addWidgets(new cloudwatch.GraphWidget({ left: [metric] }));
  Annotations.fromStack(stack).hasNoWarning('*', WARNING);
});
