import { Mark } from './model';
import { CustomResourceEvent, RecordedAnswer } from '../../sandbox/cloudformation/custom-resource';
import { InvocationFault } from '../../sandbox/lambda/invocation-faults';
import { CallRecord } from '../../sandbox/services/dispatch';

const READS = /^(Describe|Get|List)/;
/** The answer of a look for something that is not there: what one waits for after a delete. */
const NOTHING_THERE = /NotFound|InvalidResourceId$/;
/** Services by the name that people know, where the SDK has another. */
const SERVICE_NAMES: Readonly<Record<string, string>> = { SESv2: 'SES', SFN: 'Step Functions', SSM: 'Systems Manager' };

export function markOfCall({ service, operation, region, outcome, injected }: CallRecord): Omit<Mark, 'at'> {
  return {
    kind: injected ? 'fault' : READS.test(operation) ? 'look' : 'call',
    bad: outcome !== 'success' && !NOTHING_THERE.test(outcome),
    what: `${SERVICE_NAMES[service] ?? service} ${operation}`,
    region,
    result: injected ? `${outcome}, on demand` : outcome,
  };
}

export function markOfFault(fault: InvocationFault): Omit<Mark, 'at'> {
  return { kind: 'fault', bad: true, what: textOfFault(fault), result: 'on demand' };
}

function textOfFault(fault: InvocationFault): string {
  const { crash, hang, throttle, refusal, crashAfterReturn, duplicateAfterMs } = fault;
  if (typeof crash === 'object') {
    return `the function dies after call ${crash.afterCalls} has taken effect`;
  }
  const texts: readonly [unknown, string][] = [
    [crash, 'the function dies before it begins'], [hang, 'the function hangs until its time-out'],
    [throttle, 'Lambda throttles the function'], [refusal, `Lambda refuses the function with ${refusal}`],
    [crashAfterReturn, 'the function dies after its last statement'], [duplicateAfterMs, 'the event is delivered twice'],
  ];
  return texts.find(([isSo]) => isSo)?.[1] ?? 'the function starts late';
}

export function markOfAnswer({ RequestType }: CustomResourceEvent, { body, effective, note }: RecordedAnswer): Omit<Mark, 'at'> {
  const { Status, Reason } = answerIn(body);
  const ignored = effective ? '' : `, ${note ?? 'ignored'}`;
  return {
    kind: 'answer', bad: Status !== 'SUCCESS', what: `answer to the ${RequestType}`, result: `${Status ?? 'not valid'}${Reason ? `: ${Reason}` : ''}${ignored}`,
  };
}

function answerIn(body: string): { readonly Status?: string; readonly Reason?: string } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
