import { App, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiRegionEndpoint } from '../../src';

export interface MailStackProps extends StackProps {
  /** Name of the endpoint that somebody has made by hand. It can't be changed. */
  readonly endpointName: string;
  /** Its second Region, which can't be changed either. */
  readonly secondaryRegion: string;
  /** Whether this deployment takes the endpoint over. */
  readonly isAdopting: boolean;
}

/** An endpoint that was there before the stack, and belongs to it from the first deployment on. */
export class MailStack extends Stack {
  constructor(scope: Construct, id: string, { endpointName, secondaryRegion, isAdopting, ...props }: MailStackProps) {
    super(scope, id, props);
    const endpoint = new MultiRegionEndpoint(this, 'Endpoint', {
      endpointName,
      secondaryRegion,
      tags: { team: 'mail' },
      // A rollback of the deployment that takes it over must not delete it.
      ...(isAdopting && { adopt: endpointName, removalPolicy: RemovalPolicy.RETAIN }),
    });
    new CfnOutput(this, 'EndpointId', { value: endpoint.endpointId });
  }
}

export function adoptEndpoint(app: App): App {
  new MailStack(app, 'AdoptedMail', {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'eu-west-1' },
    endpointName: 'mail',
    secondaryRegion: 'eu-central-1',
    isAdopting: app.node.tryGetContext('adopt') === 'true',
  });
  return app;
}

if (require.main === module) {
  adoptEndpoint(new App()).synth();
}
