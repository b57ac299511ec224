// SES asks for a SigV4a signature when a message goes through a global endpoint. This import registers the JavaScript
// implementation; it only works when it is bundled together with the client (bundleAwsSDK in stacks.ts).
import '@aws-sdk/signature-v4a';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';

const client = new SESv2Client({});

interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export async function handler({ to, subject, text }: Message): Promise<void> {
  await client.send(new SendEmailCommand({
    EndpointId: process.env.ENDPOINT_ID,
    FromEmailAddress: process.env.SENDER,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: text } } } },
  }));
}
