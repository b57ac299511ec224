import { App } from 'aws-cdk-lib';
import { CampaignStack, MailStack, type MailStackProps } from './stacks';

/** The app; the demo deploys it several times with other properties. */
export function globalMail(app: App, props: Partial<MailStackProps> = {}): App {
  const { env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'eu-west-1' } } = props;
  const parameterName = '/global-mail/endpoint-id';
  const mail = new MailStack(app, 'GlobalMail', {
    parameterName, domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', secondaryRegion: 'eu-central-1', ...props, env,
  });
  const campaign = new CampaignStack(app, 'Campaign', { env, parameterName });
  campaign.node.addDependency(mail);
  return app;
}

if (require.main === module) {
  globalMail(new App()).synth();
}
