import { Fn } from 'aws-cdk-lib';

/** Of the ARN of a listener or an endpoint group, which may be a token. */
export function acceleratorArnOf(arn: string): string {
  return Fn.select(0, Fn.split('/listener/', arn));
}

/** Of the ARN of an endpoint group, which may be a token. */
export function listenerArnOf(arn: string): string {
  return Fn.select(0, Fn.split('/endpoint-group/', arn));
}

/** The last part of an ARN, as metrics have it. */
export function idOf(separator: 'accelerator/' | '/listener/', arn: string): string {
  return Fn.select(1, Fn.split(separator, arn));
}
