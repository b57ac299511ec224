import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { GLOBAL_ACCELERATOR_REGION } from '../wire/global-accelerator';

const NAMESPACE = 'AWS/GlobalAccelerator';
const watched = new WeakSet<IConstruct>();

/** Global Accelerator has its metrics in one Region, whichever Regions the endpoint groups are in. */
export function acceleratorMetric(
  scope: IConstruct, metricName: string, dimensionsMap: Record<string, string>, props?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  watchAlarms(scope.node.root);
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap,
    statistic: cloudwatch.Stats.SUM,
    region: GLOBAL_ACCELERATOR_REGION,
    ...props,
  }).attachTo(scope);
}

/** The AWS CDK refuses an alarm in another Region. In a stack that may be deployed anywhere it would stay without data in silence. */
function watchAlarms(root: IConstruct): void {
  if (watched.has(root)) {
    return;
  }
  watched.add(root);
  root.node.addValidation({
    validate: () => {
      root.node.findAll().filter(isAlarmAnywhere).forEach(alarm => Annotations.of(alarm).addWarningV2('cdk-multi-region:alarmRegion',
        `The alarm is on a metric of Global Accelerator, which is in ${GLOBAL_ACCELERATOR_REGION} only, but its stack may be deployed anywhere. Declare it `
        + `in a stack with env: { region: '${GLOBAL_ACCELERATOR_REGION}' }.`));
      return [];
    },
  });
}

function isAlarmAnywhere(construct: IConstruct): boolean {
  return construct instanceof cloudwatch.CfnAlarm && construct.namespace === NAMESPACE && Token.isUnresolved(Stack.of(construct).region);
}
