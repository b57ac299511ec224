import { Stack, TagManager, TagType, Token, type Duration } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { refuse, synthesisError } from './synthesis-error';
import { ANSWER_MARGIN_SECONDS, CLOUDFORMATION_LIMIT_SECONDS, ENGINE_ALLOWANCE_SECONDS } from '../wire/lifecycle';
import { tagProblem, type TagRules } from '../wire/rules';

export type { TagRules };

/**
 * Takes the tags of a construct's stack and of its properties, and later those of `Tags.of()`. CloudFormation puts the tags of a stack
 * on all that it makes itself, but not on what custom resources make.
 */
export function tagManagerOf(scope: IConstruct, type: string, tags: Readonly<Record<string, string>> | undefined): TagManager {
  Object.entries(tags ?? {}).forEach(([key, value]) => checkText(scope, `the value of tag '${key}'`, value));
  return new TagManager(TagType.MAP, type, { ...stackTags(Stack.of(scope)), ...tags });
}

/** A nested stack has the tags of its parent, too. */
function stackTags(stack: Stack): Record<string, string> {
  return { ...(stack.nestedStackParent && stackTags(stack.nestedStackParent)), ...stack.tags.tagValues() };
}

/** Checks tags that are concrete. */
export function checkTags(scope: IConstruct, tags: Readonly<Record<string, string>>, rules: TagRules): void {
  const problem = tagProblem(tags, rules, text => !Token.isUnresolved(text));
  if (problem) {
    refuse(scope, problem);
  }
}

/** Refuses what is no text where the language let it pass: a construct, or a variable of the environment that is not set. */
export function checkText(scope: IConstruct, property: string, value: unknown): void {
  if (typeof value === 'string' || Token.isUnresolved(value)) {
    return;
  }
  if (Construct.isConstruct(value)) {
    throw synthesisError(scope, `${property} is the construct '${value.node.path}', but must be text. Use the attribute of the construct that has it.`);
  }
  const what = value === undefined ? 'missing' : `of the type ${typeof value} (${String(value)})`;
  throw synthesisError(scope, `${property} is ${what}, but must be text. Set it to a text.`);
}

/** A Delete gets at least this, however short the time-out: one that fails for lack of time leaves something. */
const LEAST_DELETE_SECONDS = 30 * 60;
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
    refuse(scope, `timeout is ${seconds} seconds, but must be between ${SHORTEST_TIMEOUT_SECONDS} seconds and 59 minutes: `
      + 'CloudFormation waits an hour at most, and the answer needs a minute. Use a time in between.');
  }
  const longest = Math.max(seconds, LEAST_DELETE_SECONDS) + ENGINE_ALLOWANCE_SECONDS + ANSWER_MARGIN_SECONDS;
  return { ServiceTimeout: Math.min(longest, CLOUDFORMATION_LIMIT_SECONDS), TimeoutSeconds: seconds };
}
