import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnConnectionAlias } from 'aws-cdk-lib/aws-workspaces';
import type { Construct } from 'constructs';
import { ConnectionAliasAssociation } from '../../src';

export interface ConnectionProps extends StackProps {
  /** The name that users register their clients with. */
  readonly connectionString: string;
  /** The public zone that the name is in. */
  readonly hostedZoneId: string;
  readonly zoneName: string;
}

export interface RegionalConnectionProps extends ConnectionProps {
  /** In the stack's Region. */
  readonly directoryId: string;
  readonly failover: route53.Failover;
}

/** One Region's half of a name that leads to desktops in two. */
export class RegionalConnection extends Stack {
  constructor(scope: Construct, id: string, props: RegionalConnectionProps) {
    super(scope, id, props);
    const { connectionString, directoryId, failover, hostedZoneId, zoneName } = props;

    const alias = new CfnConnectionAlias(this, 'Alias', { connectionString });
    const association = new ConnectionAliasAssociation(this, 'Association', { alias, directoryId });
    association.addFailoverRecord('Record', {
      zone: route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName }),
      failover,
      healthCheck: failover === route53.Failover.PRIMARY ? this.healthCheck(directoryId) : undefined,
    });

    new CfnOutput(this, 'ConnectionIdentifier', { value: association.connectionIdentifier });
  }

  /** Fails as long as users of the directory keep failing to connect. */
  private healthCheck(directoryId: string): route53.CfnHealthCheck {
    const alarm = new cloudwatch.Alarm(this, 'CannotConnect', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/WorkSpaces',
        metricName: 'ConnectionFailure',
        dimensionsMap: { DirectoryId: directoryId },
        statistic: cloudwatch.Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 10,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    return new route53.CfnHealthCheck(this, 'HealthCheck', {
      healthCheckConfig: {
        type: 'CLOUDWATCH_METRIC',
        alarmIdentifier: { name: alarm.alarmName, region: this.region },
        insufficientDataHealthStatus: 'Healthy',
      },
    });
  }
}

export function connectionAlias(app: App): App {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const connection = { connectionString: 'desktop.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };
  new RegionalConnection(app, 'PrimaryConnection', {
    env: { account, region: 'us-east-1' }, ...connection, directoryId: 'd-9067000001', failover: route53.Failover.PRIMARY,
  });
  new RegionalConnection(app, 'StandbyConnection', {
    env: { account, region: 'eu-west-1' }, ...connection, directoryId: 'd-9367000001', failover: route53.Failover.SECONDARY,
  });
  return app;
}

if (require.main === module) {
  connectionAlias(new App()).synth();
}
