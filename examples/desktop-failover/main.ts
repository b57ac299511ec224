import { App } from 'aws-cdk-lib';
import { PrimaryDesktops, StandbyDesktops } from './stacks';
import { StandbyDataReplication } from '../../src';

/** What the demo changes from one deployment to the next. */
export interface DesktopFailoverProps {
  readonly users: string[];
  readonly members: string[];
  readonly dataReplication: StandbyDataReplication;
}

export const PRIMARY_REGION = 'us-east-1';
export const STANDBY_REGION = 'eu-west-1';
export const PRIMARY_DIRECTORY = 'd-9067000001';
export const STANDBY_DIRECTORY = 'd-9367000001';
export const CHIEF = 'chief';

/** The app; the demo deploys it several times with other properties. */
export function desktopFailover(app: App, props: Partial<DesktopFailoverProps> = {}): App {
  const {
    users = [CHIEF, 'ada', 'bob', 'carl', 'dora', 'eve'], members = ['ada', 'bob', 'carl'], dataReplication = StandbyDataReplication.NO_REPLICATION,
  } = props;
  const account = process.env.CDK_DEFAULT_ACCOUNT ?? '111122223333';
  const connection = { connectionString: 'desktop.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };
  const primary = new PrimaryDesktops(app, 'PrimaryDesktops', {
    env: { account, region: PRIMARY_REGION },
    ...connection,
    directoryId: PRIMARY_DIRECTORY,
    bundleId: 'wsb-0123abcde',
    users,
    standbyRegion: STANDBY_REGION,
  });
  const standby = new StandbyDesktops(app, 'StandbyDesktops', {
    env: { account, region: STANDBY_REGION },
    ...connection,
    directoryId: STANDBY_DIRECTORY,
    primaryRegion: PRIMARY_REGION,
    chief: CHIEF,
    members,
    dataReplication,
  });
  standby.node.addDependency(primary);
  return app;
}

if (require.main === module) {
  desktopFailover(new App()).synth();
}
