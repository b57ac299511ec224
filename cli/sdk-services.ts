import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { CLIENT_SETTINGS } from './client-settings';
import { GlobalAcceleratorCalls, SesCalls, Services, WorkSpacesCalls } from './commands/command';
import { UsageError } from './failure';
import { GLOBAL_ACCELERATOR_REGION } from '../src/wire/global-accelerator';

/** The account of the SDK's default credentials, in the Region and at the endpoints of the environment. */
export class SdkServices implements Services {
  public async region(given?: string): Promise<string> {
    if (given !== undefined) {
      return given;
    }
    try {
      return await new SESv2Client(CLIENT_SETTINGS).config.region();
    } catch {
      throw new UsageError('Which Region? Give --region or set AWS_REGION; the profile names none either.');
    }
  }

  public async accountId(): Promise<string | undefined> {
    return (await this.globalAccelerator().config.credentials()).accountId;
  }

  public globalAccelerator(): GlobalAcceleratorCalls & GlobalAcceleratorClient {
    return new GlobalAcceleratorClient({ ...CLIENT_SETTINGS, region: GLOBAL_ACCELERATOR_REGION });
  }

  public workSpaces(region: string): WorkSpacesCalls {
    return new WorkSpacesClient({ ...CLIENT_SETTINGS, region });
  }

  public ses(region: string): SesCalls {
    return new SESv2Client({ ...CLIENT_SETTINGS, region });
  }
}
