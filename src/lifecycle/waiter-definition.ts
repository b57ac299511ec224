import { FUNCTION_TIMEOUT_SECONDS } from '../wire/lifecycle';

/** The function's own deadline ends an operation; this ends one whose function can't even say that it failed. */
const LONGEST_EXECUTION_SECONDS = 7200;

/**
 * Definition of the state machine that waits: a text for `Fn::Sub`.
 *
 * The function's ARN travels in the state, so that the template has no cycle. A step that keeps failing is called once
 * more with `$.fault`, until it runs: after an error that may pass it goes on, or sees that its deadline has passed, and after any
 * other it answers FAILED. JSONPath rather than JSONata, because the maintained local interpreters run it.
 */
export function waiterDefinition(): string {
  return JSON.stringify({
    StartAt: 'Wait',
    TimeoutSeconds: LONGEST_EXECUTION_SECONDS,
    States: {
      'Wait': { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' },
      'Step': {
        Type: 'Task',
        Resource: 'arn:${AWS::Partition}:states:::lambda:invoke',
        Parameters: { 'FunctionName.$': '$.functionArn', 'Payload.$': '$' },
        OutputPath: '$.Payload',
        TimeoutSeconds: FUNCTION_TIMEOUT_SECONDS + 15,
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 25, MaxDelaySeconds: 30, JitterStrategy: 'FULL' }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: 'Step' }],
        Next: 'Done?',
      },
      'Done?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Done' }],
        Default: 'Wait',
      },
      'Done': { Type: 'Succeed' },
    },
  });
}
