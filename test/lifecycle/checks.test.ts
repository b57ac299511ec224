import { App, CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkTags, checkText, timeoutProperties } from '../../src/lifecycle/checks';
import { SES_TAG_RULES } from '../../src/wire/ses';

const stack = new Stack(new App(), 'Mail');

test('tags are refused with the path, unless they are known later', () => {
  expect(() => checkTags(stack, { 'aws:a': '1' }, SES_TAG_RULES)).toThrow(/Mail.*tag key 'aws:a' begins with 'aws:'/);
  expect(() => checkTags(stack, { a: Lazy.string({ produce: () => '*' }) }, SES_TAG_RULES)).not.toThrow();
  expect(() => checkTags(stack, { a: '1' }, SES_TAG_RULES)).not.toThrow();
});

test.each([
  [120, 2040], [600, 2040], [3000, 3240], [3360, 3600], [3361, 3600], [3540, 3600],
])('with a time-out of %i s, CloudFormation waits %i s: what a Delete needs, three minutes for the engine and one for the answer', (seconds, limit) => {
  expect(timeoutProperties(stack, Duration.seconds(seconds))).toEqual({ ServiceTimeout: limit, TimeoutSeconds: seconds });
});

test.each([[119], [3541]])('a time-out of %i s is refused', seconds => {
  expect(() => timeoutProperties(stack, Duration.seconds(seconds))).toThrow(`timeout is ${seconds} seconds, but must be between 120 seconds and 59 `
    + 'minutes: CloudFormation waits an hour at most, and the answer needs a minute. Use a time in between.');
});

test('without a time-out nothing is told', () => {
  expect(timeoutProperties(stack, undefined)).toEqual({});
});

test('a time-out that is known later is told to the handler only', () => {
  const later = new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber;
  expect(timeoutProperties(stack, Duration.seconds(later))).toEqual({ TimeoutSeconds: later });
});

test('what is no text is refused with its kind and the way out', () => {
  const construct = new Construct(stack, 'Directory');
  const refusal = (value: unknown) => () => checkText(stack, 'directoryId', value);
  expect(refusal(construct)).toThrow("Mail: directoryId is the construct 'Mail/Directory', but must be text. Use the attribute of the construct that has it.");
  expect(refusal(undefined)).toThrow('Mail: directoryId is missing, but must be text. Set it to a text.');
  expect(refusal(5)).toThrow('Mail: directoryId is of the type number (5), but must be text.');
  expect(refusal({})).toThrow('of the type object');
  expect(refusal('d-9367000001')).not.toThrow();
  expect(refusal(Lazy.any({ produce: () => 'd-9367000001' }))).not.toThrow();
});
