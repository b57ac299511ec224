import type { Size } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/**
 * The services that have a provider. A stack has one provider for each service that it uses.
 */
export enum ProviderService {
  /** Amazon SES: `MultiRegionEndpoint` */
  SES = 'SES',
  /** AWS Global Accelerator: `CustomRoutingAccelerator`, `CustomRoutingListener`, `CustomRoutingEndpointGroup` */
  GLOBAL_ACCELERATOR = 'GLOBAL_ACCELERATOR',
  /** Amazon WorkSpaces: `StandbyWorkspace`, `StandbyWorkspaceFleet`, `ConnectionAliasAssociation` */
  WORKSPACES = 'WORKSPACES',
  /** AWS Systems Manager: `MultiRegionParameter` */
  SYSTEMS_MANAGER = 'SYSTEMS_MANAGER',
  /** AWS Transit Gateway: `TransitGatewayPeeringAccepter` */
  TRANSIT_GATEWAY = 'TRANSIT_GATEWAY',
  /** Amazon Aurora DSQL: `DsqlClusterPeering` */
  AURORA_DSQL = 'AURORA_DSQL',
}

/**
 * Settings of the function and the state machine that create, change and delete the resources of this library.
 */
export interface ProviderSettingsOptions {
  /**
   * VPC for the function. It must reach CloudFormation's response bucket (Amazon S3), the service and AWS Step Functions:
   * through NAT or VPC endpoints, and for Global Accelerator through NAT, since its API is in us-west-2 only.
   *
   * @default - not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets for the function.
   *
   * @default - the private subnets of `vpc`
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the function.
   *
   * @default - a new one, if there is a `vpc`
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Log group of the function.
   *
   * @default - a new one, which goes away with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Name of the new log group. Not together with `logGroup`. A name is for one provider: use `setForService()`.
   *
   * @default - a generated name
   */
  readonly logGroupName?: string;

  /**
   * How long the new log group keeps its entries. Not together with `logGroup`.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Whether to save a query for CloudWatch Logs Insights that follows requests through the function's log: one more
   * resource. Its name is `cdk-multi-region/<service>/<stack>/requests`.
   *
   * @default false
   */
  readonly logsInsightsQuery?: boolean;

  /**
   * Memory of the function, 128 to 10,240 MiB.
   *
   * @default Size.mebibytes(256)
   */
  readonly memorySize?: Size;

  /**
   * Processor architecture of the function.
   *
   * @default lambda.Architecture.X86_64, which every Region has
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Runtime of the function: a Node.js runtime, version 22 or later.
   *
   * @default - the newest Node.js runtime that the AWS CDK knows for the Region
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Name of the function. A name is for one provider: use `setForService()`. Set it before the first deployment:
   * CloudFormation refuses another function for resources that exist.
   *
   * @default - a generated name
   */
  readonly functionName?: string;

  /**
   * Environment variables of the function, such as `HTTPS_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`. All calls of the
   * function go through the proxy, the answer to CloudFormation included. Variables of several scopes add up.
   *
   * @see docs/operations.md#a-proxy-or-a-private-certificate-authority
   * @default - none but what the library needs itself
   */
  readonly environment?: { [name: string]: string };

  /**
   * Layers of the function, for example one with the certificates of a private certificate authority.
   *
   * @default - none
   */
  readonly layers?: lambda.ILayerVersion[];

  /**
   * Queue for requests of CloudFormation that Lambda could not give to the function. Whoever reads the queue can answer for
   * CloudFormation's resources for two hours: a message holds the presigned response URL.
   *
   * @default - Lambda drops them, and CloudFormation waits until its time is over
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Key that encrypts the function's environment.
   *
   * @default - a key that AWS owns
   */
  readonly environmentEncryption?: kms.IKey;

  /**
   * Role of the function. The library adds a policy with its permissions to a role that it can change. It leaves a role alone
   * that it can't, and warns of what the role must allow. One role may serve several services, stacks and apps.
   *
   * @default - a new role with the permissions of one service
   */
  readonly functionRole?: iam.IRole;

  /**
   * Name of the function's new role. Not together with `functionRole`. A name is for one provider: use `setForService()`.
   *
   * @default - a generated name
   */
  readonly functionRoleName?: string;

  /**
   * Role of the state machine: may invoke the function. What holds for `functionRole` holds for this one.
   *
   * @default - a new role
   */
  readonly stateMachineRole?: iam.IRole;

  /**
   * Name of the state machine's new role. Not together with `stateMachineRole`. A name is for one provider: use `setForService()`.
   *
   * @default - a generated name
   */
  readonly stateMachineRoleName?: string;

  /**
   * Whether permissions are customer managed policies instead of inline ones: two more resources for each service.
   *
   * @default false
   */
  readonly useManagedPolicies?: boolean;

  /**
   * Permissions boundary of the new roles.
   *
   * @default - none but what is set on the scope by `iam.PermissionsBoundary`
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Concurrent executions reserved for the function. A low number limits the rate at which it calls the service.
   *
   * @default - none reserved
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether function and state machine send traces to AWS X-Ray.
   *
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * Customer managed key for the state machine, whose executions hold CloudFormation's presigned response URL.
   *
   * @default - a key that AWS owns
   */
  readonly stateMachineEncryption?: kms.IKey;

  /**
   * Name of the state machine. A name is for one provider: use `setForService()`.
   *
   * @default - a generated name
   */
  readonly stateMachineName?: string;

  /**
   * What the state machine logs, into the log group of the function. Never the data of executions: they hold
   * CloudFormation's presigned response URL.
   *
   * @default sfn.LogLevel.OFF
   */
  readonly stateMachineLogLevel?: sfn.LogLevel;

  /**
   * Whether these settings win over those of outer scopes and of earlier calls: the nearest scope wins. What can't go with
   * them is dropped, for example an outer `logGroup` when `logRetention` is set here. It holds for the settings of this call only.
   *
   * @default false - two different values for one provider are an error
   */
  readonly overrides?: boolean;
}
