import * as path from 'node:path';
import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { MultiRegionEndpoint, ProviderSettings } from '../../src';
import type { Declaration } from '../account';
import { bundle } from '../bundle';

export interface EndpointStackProps extends StackProps {
  readonly secondaryRegion: string;
  readonly tags?: Record<string, string>;
  /** Gives the roles of the provider a permissions boundary. */
  readonly bounded?: boolean;
  /** Encrypts the state machine with a key of the stack. */
  readonly encrypted?: boolean;
  /** A domain or an address that may send and receive in both Regions: a message is sent through the endpoint. */
  readonly identity?: string;
}

/** An endpoint with whatever setting is in question, and perhaps a sender. */
export class EndpointStack extends Stack {
  constructor(scope: Construct, id: string, props: EndpointStackProps) {
    super(scope, id, { env: props.env });
    const key = new kms.Key(this, 'Key', { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) });
    const boundary = new iam.ManagedPolicy(this, 'Boundary', {
      statements: [new iam.PolicyStatement({ actions: ['*'], resources: ['*'] })],
    });
    ProviderSettings.of(this).set({
      permissionsBoundary: props.bounded ? boundary : undefined,
      stateMachineEncryption: props.encrypted ? key : undefined,
    });
    const endpoint = new MultiRegionEndpoint(this, 'Endpoint', { secondaryRegion: props.secondaryRegion, tags: props.tags });
    new CfnOutput(this, 'EndpointArn', { value: endpoint.endpointArn });
    new CfnOutput(this, 'EndpointId', { value: endpoint.endpointId });
    if (props.identity) {
      this.addSender(endpoint, props.identity);
    }
  }

  /** Sends when it is deployed; what SES answered is an output. */
  private addSender(endpoint: MultiRegionEndpoint, identity: string): void {
    const sender = new lambda.Function(this, 'Sender', {
      code: lambda.Code.fromAsset(bundle(path.join(__dirname, 'sender.ts'))),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      timeout: Duration.minutes(1),
      logGroup: new logs.LogGroup(this, 'SenderLogs', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }),
    });
    endpoint.grants.sendEmail(sender, { identities: [identity] });
    const address = identity.includes('@') ? identity : `verify@${identity}`;
    const sent = new CustomResource(this, 'Sent', {
      serviceToken: sender.functionArn, properties: { EndpointId: endpoint.endpointId, Address: address },
    });
    sent.node.addDependency(sender.role!);
    new CfnOutput(this, 'Simple', { value: sent.getAttString('Simple') });
    new CfnOutput(this, 'Raw', { value: sent.getAttString('Raw') });
  }
}

export function endpointApp(stackName: string, props: EndpointStackProps): Declaration {
  return (app, env) => { new EndpointStack(app, stackName, { ...props, env }); };
}
