import { App } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HomeRegion, SecondRegion, Worldwide } from './stacks';
import { ProviderSettings } from '../../src';

export function secondRegion(app: App): App {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const env = { account, region: 'eu-west-1' };
  const connection = { connectionString: 'desktop.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

  // What the platform team wants of every function and state machine of the library.
  ProviderSettings.of(app).set({ logRetention: RetentionDays.ONE_YEAR });

  const home = new HomeRegion(app, 'HomeRegion', {
    env,
    ...connection,
    cidr: '10.20.0.0/24',
    directoryId: 'd-9367000001',
    bundleId: 'wsb-0123abcde',
    users: ['chief', 'ada', 'bob'],
    healthCheckId: '01234567-89ab-cdef-0123-456789abcdef',
  });
  const second = new SecondRegion(app, 'SecondRegion', {
    env: { account, region: 'eu-central-1' },
    ...connection,
    cidr: '10.30.0.0/24',
    directoryId: 'd-9967000001',
    home,
  });
  new Worldwide(app, 'Worldwide', { env, home, second, domain: 'example.com' });
  return app;
}

if (require.main === module) {
  secondRegion(new App()).synth();
}
