import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { GlobalAcceleratorCalls, SesCalls, Services, WorkSpacesCalls } from './commands/command';
import { UsageError } from './failure';
import { GLOBAL_ACCELERATOR_REGION } from '../src/wire/global-accelerator';

const SETTINGS = {
  // More than the SDK's three, for all pages of a large directory at the two requests per second that WorkSpaces takes.
  maxAttempts: Number(process.env.AWS_MAX_ATTEMPTS ?? 6),
  // During a disaster a Region may not answer at all, and that should show soon.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/** The account of the SDK's default credentials, in the Region and at the endpoints of the environment. */
export class SdkServices implements Services {
  public async region(given?: string): Promise<string> {
    if (given !== undefined) {
      return given;
    }
    try {
      return await new SESv2Client(SETTINGS).config.region();
    } catch {
      throw new UsageError('Which Region? Give --region or set AWS_REGION; the profile names none either.');
    }
  }

  public async accountId(): Promise<string | undefined> {
    return (await this.globalAccelerator().config.credentials()).accountId;
  }

  public globalAccelerator(): GlobalAcceleratorCalls & GlobalAcceleratorClient {
    return new GlobalAcceleratorClient({ ...SETTINGS, region: GLOBAL_ACCELERATOR_REGION });
  }

  public workSpaces(region: string): WorkSpacesCalls {
    return new WorkSpacesClient({ ...SETTINGS, region });
  }

  public ses(region: string): SesCalls {
    return new SESv2Client({ ...SETTINGS, region });
  }
}
