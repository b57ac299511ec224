import { Token, type Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { synthesisError } from './synthesis-error';
import { ANSWER_MARGIN_SECONDS, CLOUDFORMATION_LIMIT_SECONDS, ENGINE_ALLOWANCE_SECONDS } from '../wire/lifecycle';
import { REGION_NAME, tagProblem, type TagRules } from '../wire/rules';

export type { TagRules };

/** Checks tags that are concrete. */
export function checkTags(scope: IConstruct, tags: Readonly<Record<string, string>>, rules: TagRules): void {
  const problem = tagProblem(tags, rules, text => !Token.isUnresolved(text));
  if (problem) {
    throw synthesisError(scope, problem);
  }
}

/** Checks the name of a Region, if it is concrete. */
export function checkRegionName(scope: IConstruct, property: string, region: string): void {
  if (!Token.isUnresolved(region) && !REGION_NAME.test(region)) {
    throw synthesisError(scope, `${property} '${region}' is not the name of a Region. Use a name such as 'eu-west-1'.`);
  }
}

const SHORTEST_TIMEOUT_SECONDS = 120;
const LONGEST_TIMEOUT_SECONDS = CLOUDFORMATION_LIMIT_SECONDS - ANSWER_MARGIN_SECONDS;

/**
 * The properties that tell handler and CloudFormation how long an operation may take. CloudFormation waits its hour for a
 * time that is known only at deployment, which the handler keeps within the limits.
 */
export function timeoutProperties(scope: IConstruct, timeout: Duration | undefined): Record<string, number> {
  if (!timeout) {
    return {};
  }
  const seconds = timeout.toSeconds();
  if (Token.isUnresolved(seconds)) {
    return { TimeoutSeconds: seconds };
  }
  if (seconds < SHORTEST_TIMEOUT_SECONDS || seconds > LONGEST_TIMEOUT_SECONDS) {
    throw synthesisError(scope, `timeout is ${seconds} seconds, but must be between ${SHORTEST_TIMEOUT_SECONDS} seconds and 59 minutes: `
      + 'CloudFormation waits an hour at most, and the answer needs a minute. Use a time in between.');
  }
  const longest = seconds + ENGINE_ALLOWANCE_SECONDS + ANSWER_MARGIN_SECONDS;
  return { ServiceTimeout: Math.min(longest, CLOUDFORMATION_LIMIT_SECONDS), TimeoutSeconds: seconds };
}
