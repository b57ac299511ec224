import * as path from 'path';
import { CfnResource, Duration, Fn, Lazy, RemovalPolicy, Size, Stack, Validations, type Acknowledgment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { arnPattern } from './customized-roles';
import { grantKey, permitLogDelivery } from './key-grant';
import { networkDependency } from './network-dependency';
import { ProviderRole } from './provider-role';
import { ProviderSettings } from './provider-settings';
import type { ProviderService, ProviderSettingsOptions } from './provider-settings-options';
import { functionStatements, isLogged, waiterStatements } from './provider-statements';
import { watchReferences } from './stale-references';
import { hideDummy } from './synthesis-error';
import { waiterDefinition } from './waiter-definition';
import { FUNCTION_TIMEOUT_SECONDS, MANY_RESOURCES, RESOURCE_COUNT_VARIABLE, STATE_MACHINE_VARIABLE } from '../wire/lifecycle';

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
  private readonly functionRole: ProviderRole;
  private readonly waiterPolicy?: IConstruct;
  /** Custom resources. */
  private served = 0;

  private constructor(scope: Stack, id: string, definition: ProviderDefinition) {
    super(scope, id);
    const settings = ProviderSettings._consume(scope, definition.service);
    const logGroup = this.logGroup(settings);
    const waiterRole = this.waiterRole(settings);
    const waiter = this.waiter(waiterRole, settings, logGroup);
    this.functionRole = this.functionRoleFor(definition, settings, logGroup, waiter);
    const worker = this.function(definition, settings, logGroup, waiter);
    this.serviceToken = worker.functionArn;
    // A policy of its own: inside the role it would close a circle of role, state machine and function.
    this.waiterPolicy = waiterRole.attach(this, 'WaiterPolicy', [
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.functionArn] }),
    ], 'Invoke');
    if (settings.logsInsightsQuery) {
      this.saveQuery(definition, logGroup);
    }
    this.acknowledge(definition, waiterRole, waiter);
    this.node.children.forEach(child => pinLogicalId(child, `MultiRegion${definition.name}${child.node.id}`));
  }

  /** Makes the provider outlive a custom resource, and watches who uses its attributes; the function and the state machine follow from the service token. */
  public serve(resource: CfnResource): void {
    this.served++;
    watchReferences(resource);
    if (this.waiterPolicy) {
      resource.node.addDependency(this.waiterPolicy);
    }
  }

  /** The function's role, for grants that a single resource needs. */
  public get grantPrincipal(): iam.IPrincipal {
    return this.functionRole.grantPrincipal;
  }

  /** Permissions that a single resource needs as long as it exists: a policy of its own. */
  public permit(scope: Construct, id: string, statements: iam.PolicyStatement[]): IConstruct | undefined {
    return this.functionRole.attach(scope, id, statements);
  }

  private logGroup(settings: ProviderSettingsOptions): logs.ILogGroup {
    if (settings.logGroup) {
      return settings.logGroup;
    }
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: settings.logGroupName,
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

  private waiterRole(settings: ProviderSettingsOptions): ProviderRole {
    return new ProviderRole(this, 'WaiterRole', {
      setting: 'stateMachineRole',
      service: 'states.amazonaws.com',
      policyName: 'Waiter',
      statements: waiterStatements(settings),
      given: settings.stateMachineRole,
      useManagedPolicies: settings.useManagedPolicies,
      roleName: settings.stateMachineRoleName,
      permissionsBoundary: settings.permissionsBoundary,
    });
  }

  private waiter(waiterRole: ProviderRole, settings: ProviderSettingsOptions, logGroup: logs.ILogGroup): sfn.CfnStateMachine {
    const { role, grantPrincipal, dependencies } = waiterRole;
    const { stateMachineEncryption: key, stateMachineLogLevel: level } = settings;
    grantKey(this, key, grantPrincipal, 'encryptDecrypt');
    if (key && isLogged(level)) {
      permitLogDelivery(this, key);
    }
    const waiter = new sfn.CfnStateMachine(this, 'Waiter', {
      definitionString: Fn.sub(waiterDefinition()),
      roleArn: role.roleArn,
      stateMachineName: settings.stateMachineName,
      ...(isLogged(level) && {
        // Without the data of executions, which hold the presigned response URL.
        loggingConfiguration: {
          level, includeExecutionData: false, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
        },
      }),
      ...(settings.tracing && { tracingConfiguration: { enabled: true } }),
      ...(key && { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn } }),
    });
    waiter.node.addDependency(...dependencies);
    return waiter;
  }

  private functionRoleFor(
    definition: ProviderDefinition, settings: ProviderSettingsOptions, logGroup: logs.ILogGroup, waiter: sfn.CfnStateMachine,
  ): ProviderRole {
    const role = new ProviderRole(this, 'Role', {
      setting: 'functionRole',
      service: 'lambda.amazonaws.com',
      policyName: 'Worker',
      statements: [
        ...definition.statements(Stack.of(this)),
        // One statement: of these actions the first two take a state machine, the others an execution of it.
        new iam.PolicyStatement({
          actions: ['states:StartExecution', 'states:ListExecutions', 'states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
          resources: [waiter.ref, executionsOf(this, definition)],
        }),
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        ...functionStatements(settings),
      ],
      given: settings.functionRole,
      useManagedPolicies: settings.useManagedPolicies,
      roleName: settings.functionRoleName,
      permissionsBoundary: settings.permissionsBoundary,
    });
    grantKey(this, settings.stateMachineEncryption, role.grantPrincipal, 'encryptDecrypt');
    grantKey(this, settings.environmentEncryption, role.grantPrincipal, 'decrypt');
    settings.deadLetterQueue?.grantSendMessages(role.grantPrincipal);
    return role;
  }

  private function(
    definition: ProviderDefinition, settings: ProviderSettingsOptions, logGroup: logs.ILogGroup, waiter: sfn.CfnStateMachine,
  ): lambda.Function {
    const worker = new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', 'lambda', definition.folder, 'index'), {
        exclude: ['*.meta.json'],
      }),
      handler: 'index.handler',
      functionName: hideDummy(this, settings.functionName),
      runtime: settings.runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture: settings.architecture,
      memorySize: (settings.memorySize ?? Size.mebibytes(256)).toMebibytes(),
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      environment: {
        ...settings.environment,
        [STATE_MACHINE_VARIABLE]: waiter.ref,
        [RESOURCE_COUNT_VARIABLE]: Lazy.string({ produce: () => this.served > MANY_RESOURCES ? String(this.served) : undefined }),
      },
      environmentEncryption: settings.environmentEncryption,
      layers: settings.layers,
      role: this.functionRole.forFunction(),
      logGroup,
      vpc: settings.vpc,
      vpcSubnets: settings.vpcSubnets,
      securityGroups: settings.securityGroups,
      reservedConcurrentExecutions: settings.reservedConcurrentExecutions,
    });
    const resource = worker.node.defaultChild as lambda.CfnFunction;
    // Not as properties of lambda.Function, which would add permissions to the role by itself.
    resource.tracingConfig = settings.tracing ? { mode: 'Active' } : undefined;
    resource.deadLetterConfig = settings.deadLetterQueue && { targetArn: settings.deadLetterQueue.queueArn };
    resource.node.addDependency(...this.functionRole.dependencies);
    if (settings.vpc) {
      resource.node.addDependency(networkDependency(resource, settings.vpc));
    }
    return worker;
  }

  private acknowledge(definition: ProviderDefinition, waiterRole: ProviderRole, waiter: sfn.CfnStateMachine): void {
    const executions: Acknowledgment = {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<MultiRegion${definition.name}Waiter.Name>:*]`,
      reason: 'The function stops executions of its own state machine; the name of each is made from a request that is not known yet.',
    };
    this.functionRole.acknowledgeable().forEach(construct => acknowledge(construct, [...definition.acknowledgements, executions]));
    waiterRole.acknowledgeable().forEach(construct => acknowledge(construct, [
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'X-Ray and the delivery of logs support no resource.' },
    ]));
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
function executionsOf(scope: IConstruct, { name }: ProviderDefinition): string {
  return arnPattern(scope, `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:execution:\${MultiRegion${name}Waiter.Name}:*`);
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
