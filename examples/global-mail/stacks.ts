import * as path from 'path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { MultiRegionEndpoint } from '../../src';

export interface MailStackProps extends StackProps {
  readonly secondaryRegion: string;
  /** A domain with a hosted zone, to send from. */
  readonly domain: string;
  readonly hostedZoneId: string;
  /** Where other stacks find the endpoint's id. */
  readonly parameterName: string;
  readonly endpointTags?: Record<string, string>;
}

/** A global endpoint, a domain that sends from both of its Regions, and a function that sends through it. */
export class MailStack extends Stack {
  constructor(scope: Construct, id: string, props: MailStackProps) {
    super(scope, id, props);

    const endpoint = new MultiRegionEndpoint(this, 'Endpoint', {
      secondaryRegion: props.secondaryRegion,
      tags: props.endpointTags,
    });
    // Verified by records in the hosted zone; its replica in the other Region needs no records of its own.
    const hostedZone = route53.PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', { zoneName: props.domain, hostedZoneId: props.hostedZoneId });
    const domain = new ses.EmailIdentity(this, 'Domain', { identity: ses.Identity.publicHostedZone(hostedZone) });
    const replica = endpoint.addIdentity('Replica', { parentIdentity: domain });

    const logGroup = new logs.LogGroup(this, 'SenderLogs', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'SenderRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const sender = new NodejsFunction(this, 'Sender', {
      entry: path.join(__dirname, 'sender.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      environment: { ENDPOINT_ID: endpoint.endpointId, SENDER: `news@${props.domain}` },
      role,
      logGroup,
      bundling: { bundleAwsSDK: true, minify: true },
    });
    endpoint.grants.sendEmail(sender);

    // A parameter, not an export: a replaced endpoint has another id, and CloudFormation does not change an export in use.
    new ssm.StringParameter(this, 'EndpointId', { parameterName: props.parameterName, stringValue: endpoint.endpointId });
    new CfnOutput(this, 'EndpointIdOutput', { key: 'EndpointId', value: endpoint.endpointId });
    new CfnOutput(this, 'EndpointArnOutput', { key: 'EndpointArn', value: endpoint.endpointArn });
    new CfnOutput(this, 'DkimStatus', { value: replica.dkimStatus });
  }
}

export interface CampaignStackProps extends StackProps {
  readonly parameterName: string;
}

/** Another team's stack, which sends through the same endpoint. It reads the id again at each deployment. */
export class CampaignStack extends Stack {
  constructor(scope: Construct, id: string, props: CampaignStackProps) {
    super(scope, id, props);

    const endpointId = ssm.StringParameter.valueForStringParameter(this, props.parameterName);
    new ssm.StringParameter(this, 'CampaignSettings', { stringValue: JSON.stringify({ endpointId, batch: 50 }) });
    new CfnOutput(this, 'EndpointId', { value: endpointId });
  }
}
