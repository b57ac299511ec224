import { App } from 'aws-cdk-lib';
import { GameServersStack, type GameServersStackProps } from './stacks';
import { CustomRoutingProtocol } from '../../src';

/** The app; the demo deploys it several times with other properties. */
export function gameServers(app: App, props: Partial<GameServersStackProps> = {}): App {
  const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'eu-west-1' };
  new GameServersStack(app, 'GameServers', {
    env,
    reachableSubnets: 2,
    openServers: ['10.20.0.10', '10.20.0.11'],
    protocols: [CustomRoutingProtocol.UDP],
    ...props,
  });
  return app;
}

if (require.main === module) {
  gameServers(new App()).synth();
}
