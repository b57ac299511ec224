import * as path from 'path';
import { CfnResource, Duration, Fn, RemovalPolicy, Size, Stack, Validations, type Acknowledgment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { ProviderSettings, type ProviderService, type ProviderSettingsProps } from './provider-settings';
import { waiterDefinition } from './waiter-definition';
import { FUNCTION_TIMEOUT_SECONDS, STATE_MACHINE_VARIABLE } from '../wire/lifecycle';

/** What a service's provider consists of. */
export interface ProviderDefinition {
  readonly service: ProviderService;
  /** Stands in the construct's id and the logical ids, which are a contract for ever. */
  readonly name: string;
  /** Folder of the handlers below `lambda/`. */
  readonly folder: string;
  /** Findings of cdk-nag that the statements can't avoid, and why. */
  readonly acknowledgements: readonly Acknowledgment[];
  /**
   * All that the service's handlers may do. Not only what the resource types in the stack need: a stack that drops its
   * last resource of a type still has to delete it, after its roles have been updated.
   */
  statements(stack: Stack): iam.PolicyStatement[];
}

/** Finds all requests until somebody puts the id of one in the place of the dot. */
const REQUESTS_QUERY = `# One request: put its id in the place of the dot
fields @timestamp, request, operation, resource, level, message, attempt, waitSeconds, physicalId, status, reason, error
| filter request like /./
| sort request asc, @timestamp asc
| limit 1000`;

/**
 * The engine of one service in one stack: a function that is service token and worker, a state machine that waits, a log
 * group, two roles and a policy, however many resources share it.
 */
export class Provider extends Construct {
  public static getOrCreate(scope: IConstruct, definition: ProviderDefinition): Provider {
    const stack = Stack.of(scope);
    const id = `CdkMultiRegion${definition.name}Provider`;
    return (stack.node.tryFindChild(id) as Provider | undefined) ?? new Provider(stack, id, definition);
  }

  public readonly serviceToken: string;
  /** The function's role, for grants that a single resource needs. */
  public readonly functionRole: iam.IRole;
  private readonly waiterPolicy: iam.CfnPolicy;

  private constructor(scope: Stack, id: string, definition: ProviderDefinition) {
    super(scope, id);
    const settings = ProviderSettings._consume(scope, definition.service);
    const logGroup = this.logGroup(settings);
    const waiterRole = this.waiterRole(settings);
    const waiter = this.waiter(waiterRole, settings);
    this.functionRole = this.functionRoleFor(definition, settings, logGroup, waiter);
    const worker = this.function(definition, settings, logGroup, waiter);
    this.serviceToken = worker.functionArn;
    this.waiterPolicy = this.permitInvocation(waiterRole, worker);
    if (settings.logsInsightsQuery) {
      this.saveQuery(definition, logGroup);
    }
    this.acknowledge(definition, waiter);
    this.node.children.forEach(child => pinLogicalId(child, `MultiRegion${definition.name}${child.node.id}`));
  }

  /** Lets a custom resource outlive none of what it needs: the function and the state machine follow from the service token. */
  public serve(resource: IConstruct): void {
    resource.node.addDependency(this.waiterPolicy);
  }

  private logGroup(settings: ProviderSettingsProps): logs.ILogGroup {
    if (settings.logGroup) {
      return settings.logGroup;
    }
    return new logs.LogGroup(this, 'Logs', {
      retention: settings.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** For CloudWatch Logs Insights. */
  private saveQuery({ name }: ProviderDefinition, logGroup: logs.ILogGroup): void {
    new logs.CfnQueryDefinition(this, 'Query', {
      name: `cdk-multi-region/${name}/${Stack.of(this).stackName}/requests`,
      queryString: REQUESTS_QUERY,
      logGroupNames: [logGroup.logGroupName],
    });
  }

  private waiterRole(settings: ProviderSettingsProps): iam.IRole {
    return settings.stateMachineRole ?? new iam.Role(this, 'WaiterRole', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      permissionsBoundary: settings.permissionsBoundary,
      managedPolicies: settings.tracing ? [iam.ManagedPolicy.fromAwsManagedPolicyName('AWSXRayDaemonWriteAccess')] : undefined,
    });
  }

  private waiter(role: iam.IRole, settings: ProviderSettingsProps): sfn.CfnStateMachine {
    const key = settings.stateMachineEncryption;
    key?.grantEncryptDecrypt(role);
    return new sfn.CfnStateMachine(this, 'Waiter', {
      definitionString: Fn.sub(waiterDefinition()),
      roleArn: role.roleArn,
      ...(settings.tracing && { tracingConfiguration: { enabled: true } }),
      ...(key && { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn } }),
    });
  }

  private functionRoleFor(
    definition: ProviderDefinition, settings: ProviderSettingsProps, logGroup: logs.ILogGroup, waiter: sfn.CfnStateMachine,
  ): iam.IRole {
    const statements = [
      ...definition.statements(Stack.of(this)),
      // One statement: of these actions the first two take a state machine, the others an execution of it.
      new iam.PolicyStatement({
        actions: ['states:StartExecution', 'states:ListExecutions', 'states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: [waiter.ref, executionsOf(waiter)],
      }),
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    ];
    const role = settings.functionRole ?? new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary: settings.permissionsBoundary,
      // Inline and complete from the start: what is attached later may not be in force at the first call.
      inlinePolicies: { Worker: new iam.PolicyDocument({ statements }) },
      managedPolicies: settings.vpc
        ? [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')]
        : undefined,
    });
    if (settings.functionRole) {
      statements.forEach(statement => role.addToPrincipalPolicy(statement));
    }
    settings.stateMachineEncryption?.grantEncryptDecrypt(role);
    return role;
  }

  private function(
    definition: ProviderDefinition, settings: ProviderSettingsProps, logGroup: logs.ILogGroup, waiter: sfn.CfnStateMachine,
  ): lambda.Function {
    return new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', 'lambda', definition.folder, 'index'), {
        exclude: ['*.meta.json'],
      }),
      handler: 'index.handler',
      runtime: settings.runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture: settings.architecture,
      memorySize: (settings.memorySize ?? Size.mebibytes(256)).toMebibytes(),
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      environment: { [STATE_MACHINE_VARIABLE]: waiter.ref },
      environmentEncryption: settings.environmentEncryption,
      role: this.functionRole,
      logGroup,
      vpc: settings.vpc,
      vpcSubnets: settings.vpcSubnets,
      securityGroups: settings.securityGroups,
      reservedConcurrentExecutions: settings.reservedConcurrentExecutions,
      tracing: settings.tracing ? lambda.Tracing.ACTIVE : undefined,
    });
  }

  /** A policy of its own: inside the role it would close a circle of role, state machine and function. */
  private permitInvocation(role: iam.IRole, worker: lambda.Function): iam.CfnPolicy {
    const policy = new iam.Policy(this, 'WaiterPolicy', {
      policyName: 'Invoke',
      statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.functionArn] })],
    });
    policy.attachToRole(role);
    return policy.node.defaultChild as iam.CfnPolicy;
  }

  private acknowledge(definition: ProviderDefinition, waiter: sfn.CfnStateMachine): void {
    acknowledge(this.functionRole, definition.acknowledgements);
    acknowledge(waiter, [
      {
        id: 'AwsSolutions-SF1',
        reason: 'The state machine waits and calls one function, whose log has each step; its own log would hold the response URL.',
      },
      { id: 'AwsSolutions-SF2', reason: 'Tracing is a setting of the provider: ProviderSettings.of(scope).set({ tracing: true }).' },
    ]);
  }
}

/** ARN of all executions of a state machine. */
function executionsOf({ logicalId }: sfn.CfnStateMachine): string {
  return Fn.sub(`arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:execution:\${${logicalId}.Name}:*`);
}

/**
 * Records acknowledgements. Before 2.269 the AWS CDK refuses ids with more than one `::`, as that of a finding on an ARN
 * with a pseudo parameter has; there the finding stays, and the app may acknowledge it in its own way.
 */
function acknowledge(construct: IConstruct, acknowledgements: readonly Acknowledgment[]): void {
  for (const acknowledgement of acknowledgements) {
    try {
      Validations.of(construct).acknowledge(acknowledgement);
    } catch (error) {
      if (!String(error).includes('Invalid validation rule ID') && !String((error as Error).name).includes('InvalidValidationId')) {
        throw error;
      }
    }
  }
}

/** Logical ids are a contract for ever: CloudFormation refuses a changed service token. */
function pinLogicalId(construct: IConstruct, logicalId: string): void {
  const resource = construct.node.defaultChild ?? construct;
  if (CfnResource.isCfnResource(resource)) {
    resource.overrideLogicalId(logicalId);
  }
}
