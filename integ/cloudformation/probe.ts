import { request as httpRequest } from 'http';
import { request as httpsRequest } from 'https';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/**
 * A custom resource that does what its property `Script` says and logs what it was sent: what CloudFormation does shows in
 * these lines. The response URL is a secret: of its parameters only names and those that hold times are logged.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const { RequestType, LogicalResourceId, RequestId, ResourceProperties } = event;
  const subject = { probe: event.StackId, resource: LogicalResourceId, request: RequestId, type: RequestType };
  const { searchParams } = new URL(event.ResponseURL);
  log({
    ...subject,
    what: 'received',
    physicalId: 'PhysicalResourceId' in event ? event.PhysicalResourceId : undefined,
    properties: { ...ResourceProperties, ServiceToken: undefined },
    oldProperties: 'OldResourceProperties' in event ? { ...event.OldResourceProperties, ServiceToken: undefined } : undefined,
    parameters: [...searchParams.keys()],
    signedAt: searchParams.get('X-Amz-Date'),
    expires: searchParams.get('X-Amz-Expires'),
  });
  const script: string[] = ResourceProperties.Script?.[RequestType] ?? ['succeed'];
  for (const line of script) {
    const [command, argument = ''] = line.split(' ');
    if (command === 'wait') {
      await new Promise(resolve => setTimeout(resolve, Number(argument) * 1000));
      continue;
    }
    const status = await put(event.ResponseURL, answer(event, command === 'succeed' ? 'SUCCESS' : 'FAILED', argument));
    log({ ...subject, what: 'answered', answer: line, status });
  }
}

function answer(event: CloudFormationCustomResourceEvent, status: 'SUCCESS' | 'FAILED', value: string): string {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  return JSON.stringify({
    Status: status,
    Reason: 'The script says so',
    StackId,
    RequestId,
    LogicalResourceId,
    PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : ResourceProperties.PhysicalId,
    Data: { Value: value },
  });
}

function put(url: string, body: string): Promise<number> {
  const send = url.startsWith('http:') ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    send(url, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject).end(body);
  });
}

function log(line: object): void {
  console.log(JSON.stringify({ at: Date.now(), ...line }));
}
