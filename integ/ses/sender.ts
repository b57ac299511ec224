import '@aws-sdk/signature-v4a';
import { request } from 'https';
import { SendEmailCommand, SESv2Client, type EmailContent } from '@aws-sdk/client-sesv2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

const client = new SESv2Client({});

/** Sends two messages through the endpoint when it is created, and tells what became of each. */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const { EndpointId, Address } = event.ResourceProperties as unknown as { EndpointId: string; Address: string };
  const send = async (content: EmailContent) => event.RequestType === 'Delete' ? '' : client.send(new SendEmailCommand({
    EndpointId, FromEmailAddress: Address, Destination: { ToAddresses: [Address] }, Content: content,
  })).then(() => 'sent', (error: Error) => `${error.name}: ${error.message}`.slice(0, 1000));
  const simple = await send({ Simple: { Subject: { Data: 'Simple' }, Body: { Text: { Data: 'Simple' } } } });
  const raw = await send({
    Raw: { Data: Buffer.from(`From: ${Address}\r\nTo: ${Address}\r\nSubject: Raw\r\n\r\nRaw\r\n`) },
  });
  await respond(event, { Simple: simple, Raw: raw });
}

function respond(event: CloudFormationCustomResourceEvent, data: Record<string, string>): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'sent', Data: data });
  return new Promise((resolve, reject) => {
    request(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, response => {
      response.resume();
      response.on('end', () => resolve());
    }).on('error', reject).end(body);
  });
}
