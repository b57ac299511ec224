import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { ProviderSettingsOptions } from './provider-settings-options';

/** What the settings make the function need, besides its service. */
export function functionStatements({ vpc, tracing }: ProviderSettingsOptions): iam.PolicyStatement[] {
  return [
    // What AWSLambdaVPCAccessExecutionRole allows, without its access to all logs.
    ...(vpc ? [everywhere(
      'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
    )] : []),
    ...(tracing ? [everywhere('xray:PutTraceSegments', 'xray:PutTelemetryRecords')] : []),
  ];
}

/** What the settings make the state machine need, besides the function. */
export function waiterStatements({ tracing, stateMachineLogLevel }: ProviderSettingsOptions): iam.PolicyStatement[] {
  return [
    ...(tracing ? [everywhere('xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets')] : []),
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    ...(isLogged(stateMachineLogLevel) ? [everywhere(
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
    )] : []),
  ];
}

/** Whether the state machine logs anything. */
export function isLogged(level: sfn.LogLevel | undefined): boolean {
  return level !== undefined && level !== sfn.LogLevel.OFF;
}

/** Actions that support no resource, or whose resource does not exist yet. */
function everywhere(...actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: ['*'] });
}
