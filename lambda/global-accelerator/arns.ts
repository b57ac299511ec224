const ACCELERATOR = '^arn:[^:]+:globalaccelerator::\\d{12}:accelerator/[0-9a-f-]{36}';
const LISTENER = `${ACCELERATOR}/listener/[0-9a-z]+`;

export const ACCELERATOR_ARN = new RegExp(`${ACCELERATOR}$`);
export const LISTENER_ARN = new RegExp(`${LISTENER}$`);
export const ENDPOINT_GROUP_ARN = new RegExp(`${LISTENER}/endpoint-group/[0-9a-z]+$`);

export const ACCELERATOR_ARN_RULE = { pattern: ACCELERATOR_ARN, says: 'must be the ARN of an accelerator' };
export const LISTENER_ARN_RULE = { pattern: LISTENER_ARN, says: 'must be the ARN of a listener' };
export const ENDPOINT_GROUP_ARN_RULE = { pattern: ENDPOINT_GROUP_ARN, says: 'must be the ARN of an endpoint group' };

/** Of the ARN of a listener or an endpoint group. */
export function acceleratorArnOf(arn: string): string {
  return arn.split('/listener/')[0];
}

/** Of the ARN of an endpoint group. */
export function listenerArnOf(arn: string): string {
  return arn.split('/endpoint-group/')[0];
}
