import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { GLOBAL_ACCELERATOR_REGION } from '../wire/global-accelerator';

/** Global Accelerator has its metrics in one Region, whichever Regions the endpoint groups are in. */
export function acceleratorMetric(
  metricName: string, dimensionsMap: Record<string, string>, props?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/GlobalAccelerator',
    metricName,
    dimensionsMap,
    statistic: cloudwatch.Stats.SUM,
    region: GLOBAL_ACCELERATOR_REGION,
    ...props,
  });
}
