import { App } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HomeRegion, SecondRegion, Worldwide } from './stacks';
import { ProviderSettings } from '../../src';

export function secondRegion(app: App): App {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const [homeRegion, otherRegion] = ['eu-west-1', 'eu-central-1'];
  const [chief, ...others] = ['chief', 'ada', 'bob'];
  const connection = { connectionString: 'desktop.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

  // What the platform team wants of every function and state machine of the library.
  ProviderSettings.of(app).set({ logRetention: RetentionDays.ONE_YEAR });

  const home = new HomeRegion(app, 'HomeRegion', {
    env: { account, region: homeRegion },
    ...connection,
    otherRegion,
    cidr: '10.20.0.0/24',
    directoryId: 'd-9367000001',
    bundleId: 'wsb-0123abcde',
    users: [chief, ...others],
    healthCheckId: '01234567-89ab-cdef-0123-456789abcdef',
  });
  const second = new SecondRegion(app, 'SecondRegion', {
    env: { account, region: otherRegion },
    ...connection,
    otherRegion: homeRegion,
    cidr: '10.30.0.0/24',
    directoryId: 'd-9967000001',
    chief,
    others,
  });
  const worldwide = new Worldwide(app, 'Worldwide', { env: { account, region: homeRegion }, home, second, domain: 'example.com' });
  // Each stack reads what those before it have published.
  second.node.addDependency(home);
  worldwide.node.addDependency(home, second);
  return app;
}

if (require.main === module) {
  secondRegion(new App()).synth();
}
