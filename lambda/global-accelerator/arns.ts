/** Of the ARN of a listener or an endpoint group. */
export function acceleratorArnOf(arn: string): string {
  return arn.split('/listener/')[0];
}

/** Of the ARN of an endpoint group. */
export function listenerArnOf(arn: string): string {
  return arn.split('/endpoint-group/')[0];
}
