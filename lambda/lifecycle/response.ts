import { quote } from './errors';
import type { Runtime } from './ports';
import { redact } from './redaction';
import { describe, type Request } from './request';
import type { Answer } from './progress';

/** CloudFormation refuses a longer answer, and the stack then waits for its hour. */
const MAX_BODY_BYTES = 4096;
const MAX_REASON_BYTES = 1000;
const MAX_PHYSICAL_ID_BYTES = 1024;

const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 8000;

/** The body of an answer, certain to be one that CloudFormation accepts. */
export function responseBody(request: Request, answer: Answer): string {
  const body = render(request, answer);
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) {
    return body;
  }
  return render(request, {
    status: 'FAILED',
    physicalId: answer.physicalId.slice(0, MAX_PHYSICAL_ID_BYTES),
    attributes: {},
    reason: `${describe(request)}: the answer has ${Buffer.byteLength(body)} bytes, but CloudFormation takes ${MAX_BODY_BYTES} at most. `
      + 'Declare fewer or shorter values on this resource.',
  });
}

/**
 * Sends the answer, again and again until it has arrived or `giveUpAt` is near. Gives false if the URL does not take
 * answers any more, which is so after it was used or has expired; throws if the answer could not be delivered.
 */
export async function send(request: Request, answer: Answer, runtime: Runtime, giveUpAt: number): Promise<boolean> {
  const body = responseBody(request, answer);
  for (let attempt = 0; ; attempt++) {
    const status = await put(request, body, runtime);
    if (status !== undefined && status >= 200 && status < 300) {
      return true;
    }
    if (status === 403) {
      runtime.log.write('WARN', 'The answer was refused: its URL has expired or was used before', { status });
      return false;
    }
    const pause = Math.min(LONGEST_RETRY_MILLISECONDS, FIRST_RETRY_MILLISECONDS * 2 ** attempt) * (0.5 + runtime.random() / 2);
    if (runtime.clock.now() + pause >= giveUpAt) {
      throw new Error(`The answer for ${describe(request)} could not be delivered (last status: ${status ?? 'no connection'}).`);
    }
    await runtime.clock.sleep(pause);
  }
}

async function put(request: Request, body: string, runtime: Runtime): Promise<number | undefined> {
  try {
    return await runtime.transport.put(request.responseUrl.reveal(), body);
  } catch (error) {
    runtime.log.write('WARN', 'No connection to the response URL', { error: quote(error) });
    return undefined;
  }
}

function render(request: Request, answer: Answer): string {
  return JSON.stringify({
    Status: answer.status,
    ...(answer.reason === undefined ? {} : { Reason: cut(redact(answer.reason), MAX_REASON_BYTES) }),
    PhysicalResourceId: answer.physicalId,
    StackId: request.stackId,
    RequestId: request.requestId,
    LogicalResourceId: request.logicalResourceId,
    Data: answer.attributes,
  });
}

/** Cuts to a number of bytes without leaving half a character. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) {
    return text;
  }
  return `${bytes.subarray(0, maxBytes - 3).toString().replace(/\uFFFD$/, '')}...`;
}
