import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnConnectionAlias, CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import type { Construct } from 'constructs';
import {
  ConnectionAliasAssociation, MultiRegionParameter, StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet,
} from '../../src';

/** What both Regions share: the name that users register their clients with, and its public zone. */
export interface ConnectionProps extends StackProps {
  readonly connectionString: string;
  readonly hostedZoneId: string;
  readonly zoneName: string;
}

export interface PrimaryDesktopsProps extends ConnectionProps {
  readonly directoryId: string;
  readonly bundleId: string;
  readonly users: string[];
  /** Where the ids of the desktops are needed. */
  readonly standbyRegion: string;
}

/** The desktops that people work on every day, and the record that leads to them as long as they work. */
export class PrimaryDesktops extends Stack {
  constructor(scope: Construct, id: string, props: PrimaryDesktopsProps) {
    super(scope, id, props);
    const { bundleId, directoryId, standbyRegion } = props;
    for (const userName of props.users) {
      const desktop = new CfnWorkspace(this, `Desktop-${userName}`, { bundleId, directoryId, userName });
      // A reference from the other Region would keep the old id when the desktop is rebuilt.
      new MultiRegionParameter(this, `Id-${userName}`, {
        parameterName: desktopParameter(userName), value: desktop.attrWorkspaceId, regions: [standbyRegion],
      });
    }

    connection(this, props, directoryId).addFailoverRecord('Primary', {
      zone: zone(this, props), failover: route53.Failover.PRIMARY, healthCheck: this.healthCheck(directoryId),
    });
  }

  /** Fails over when users of the directory keep failing to connect. */
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

export interface StandbyDesktopsProps extends ConnectionProps {
  readonly directoryId: string;
  readonly primaryRegion: string;
  /** The user whose data must be on the standby. */
  readonly chief: string;
  /** The users of the fleet. */
  readonly members: string[];
  readonly dataReplication: StandbyDataReplication;
}

/** The desktops that people work on when the primary Region is down. */
export class StandbyDesktops extends Stack {
  constructor(scope: Construct, id: string, props: StandbyDesktopsProps) {
    super(scope, id, props);
    const { dataReplication, directoryId, primaryRegion } = props;
    // Read again at each deployment of this stack.
    const idOf = (user: string) => MultiRegionParameter.valueFor(this, desktopParameter(user));

    const chief = new StandbyWorkspace(this, 'Chief', {
      primaryWorkspaceId: idOf(props.chief), primaryRegion, directoryId, dataReplication,
    });
    const fleet = new StandbyWorkspaceFleet(this, 'Fleet', {
      primaryWorkspaceIds: props.members.map(idOf), primaryRegion, directoryId, dataReplication,
    });
    const association = connection(this, props, directoryId);
    association.addFailoverRecord('Standby', { zone: zone(this, props), failover: route53.Failover.SECONDARY });

    new CfnOutput(this, 'ChiefStandby', { value: chief.workspaceId });
    new CfnOutput(this, 'FirstMemberStandby', { value: fleet.addStandbyWorkspaceIdLookup(idOf(props.members[0])) });
    new CfnOutput(this, 'ConnectionIdentifier', { value: association.connectionIdentifier });
  }
}

/** Name of the parameter that has the id of a user's desktop. */
function desktopParameter(user: string): string {
  return `/desktops/${user}`;
}

function connection(stack: Stack, { connectionString }: ConnectionProps, directoryId: string): ConnectionAliasAssociation {
  const alias = new CfnConnectionAlias(stack, 'Alias', { connectionString });
  return new ConnectionAliasAssociation(stack, 'Connection', { alias, directoryId });
}

function zone(stack: Stack, { hostedZoneId, zoneName }: ConnectionProps): route53.IHostedZone {
  return route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName });
}
