import { SizeRoundingBehavior, Stack, Stage, Token, type Size } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { refuse, synthesisError } from './synthesis-error';

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
}

/**
 * Settings of the function and the state machine that create, change and delete the resources of this library.
 */
export interface ProviderSettingsProps {
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
   * Key that encrypts the function's environment.
   *
   * @default - a key that AWS owns
   */
  readonly environmentEncryption?: kms.IKey;

  /**
   * Role of the function. The library adds its permissions to a role that it can change; an imported role that it cannot
   * change must have them already: see the IAM tables of the README.
   *
   * @default - a new role with the permissions of one service
   */
  readonly functionRole?: iam.IRole;

  /**
   * Role of the state machine: may invoke the function.
   *
   * @default - a new role
   */
  readonly stateMachineRole?: iam.IRole;

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
}

const MIN_MEMORY = 128;
const MAX_MEMORY = 10_240;
const MIN_NODE_VERSION = 22;

type Settings = Partial<Record<keyof ProviderSettingsProps, unknown>>;

/** What was set on one scope, for all services or for one. */
interface Entry {
  readonly scope: IConstruct;
  readonly service?: ProviderService;
  readonly settings: Settings;
}

/** A provider that exists already, and the settings that it was made with. */
interface Consumer {
  readonly stack: Stack;
  readonly service: ProviderService;
  readonly settings: Settings;
}

const ENTRIES = Symbol.for('cdk-multi-region.ProviderSettings.entries');
const CONSUMERS = Symbol.for('cdk-multi-region.ProviderSettings.consumers');

/**
 * Settings of the providers in a scope: an app, a stage or a stack. Set them before the first construct of this library is
 * made in the scope. Settings of several scopes add up; two different values for the same setting of a provider are an
 * error, since a provider serves all resources of its service in a stack.
 *
 * @example
 * declare const vpc: ec2.Vpc;
 *
 * ProviderSettings.of(this).set({ vpc, logRetention: logs.RetentionDays.ONE_YEAR, logsInsightsQuery: true });
 */
export class ProviderSettings {
  /**
   * The settings of a scope.
   *
   * @param scope an app, a stage or a stack; a construct inside a stack has no providers of its own
   */
  public static of(scope: IConstruct): ProviderSettings {
    if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
      throw synthesisError(scope, 'ProviderSettings.of() takes an app, a stage or a stack: a provider serves a whole stack. '
        + 'Use ProviderSettings.of(Stack.of(construct)).');
    }
    return new ProviderSettings(scope);
  }

  /**
   * The settings that hold for a provider, which is about to be made with them.
   *
   * @internal
   */
  public static _consume(stack: Stack, service: ProviderService): ProviderSettingsProps {
    const settings = settingsFor(stack, service);
    consumersOf(stack).push({ stack, service, settings });
    return settings as ProviderSettingsProps;
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets the settings of the providers of all services in the scope.
   *
   * @param settings what is left out stays as it is
   */
  public set(settings: ProviderSettingsProps): void {
    this.add(settings);
  }

  /**
   * Sets the settings of the providers of one service in the scope.
   *
   * @param service the service
   * @param settings what is left out stays as it is
   */
  public setForService(service: ProviderService, settings: ProviderSettingsProps): void {
    this.add(settings, service);
  }

  private add(props: ProviderSettingsProps, service?: ProviderService): void {
    const settings = defined(props);
    validate(this.scope, props);
    consumersOf(this.scope).forEach(consumer => this.refuseLateChange(consumer, settings, service));
    entriesOf(this.scope).push({ scope: this.scope, service, settings });
  }

  private refuseLateChange(consumer: Consumer, settings: Settings, service?: ProviderService): void {
    if (!isWithin(consumer.stack, this.scope) || (service ?? consumer.service) !== consumer.service) {
      return;
    }
    const changed = settingNames(settings).find(name => settings[name] !== consumer.settings[name]);
    if (changed) {
      throw synthesisError(this.scope, `the setting '${changed}' comes too late: the ${consumer.service} provider of stack `
        + `'${consumer.stack.node.path}' exists already. Call ProviderSettings.of(...).set(...) before the first construct of `
        + 'cdk-multi-region is made in the stack.');
    }
  }
}

function settingsFor(stack: Stack, service: ProviderService): Settings {
  const merged: Settings = {};
  const origin: Partial<Record<keyof Settings, IConstruct>> = {};
  for (const scope of stack.node.scopes) {
    const entries = entriesOf(scope).filter(entry => !entry.service || entry.service === service);
    for (const { settings } of entries) {
      for (const name of settingNames(settings)) {
        if (name in merged && merged[name] !== settings[name]) {
          throw synthesisError(scope, `the setting '${name}' of the ${service} provider in stack '${stack.node.path}' has two different `
            + `values, one set on '${origin[name]!.node.path || 'the app'}' and one on '${scope.node.path || 'the app'}'. `
            + 'A provider serves all resources of its service in a stack: set each setting once.');
        }
        merged[name] = settings[name];
        origin[name] = scope;
      }
    }
  }
  return merged;
}

function settingNames(settings: Settings): (keyof Settings)[] {
  return Object.keys(settings) as (keyof Settings)[];
}

function validate(scope: IConstruct, settings: ProviderSettingsProps): void {
  if (settings.logGroup && settings.logRetention) {
    throw synthesisError(scope, `'logRetention' (${settings.logRetention} days) is the retention of a new log group, but 'logGroup' names an `
      + 'existing one. Set one of the two.');
  }
  const needsVpc = (['vpcSubnets', 'securityGroups'] as const).find(name => settings[name]);
  if (needsVpc && !settings.vpc) {
    throw synthesisError(scope, `'${needsVpc}' is set without 'vpc', but 'vpcSubnets' and 'securityGroups' need 'vpc'. Set all of them together.`);
  }
  validateFunction(scope, settings);
}

function validateFunction(scope: IConstruct, { memorySize, reservedConcurrentExecutions, runtime }: ProviderSettingsProps): void {
  const memory = memorySize?.isUnresolved() ? undefined : memorySize?.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (memory !== undefined && !(Number.isInteger(memory) && memory >= MIN_MEMORY && memory <= MAX_MEMORY)) {
    refuse(scope, `'memorySize' is ${memory} MiB, but a function takes ${MIN_MEMORY} to ${MAX_MEMORY}, whole. Use e.g. Size.mebibytes(256).`);
  }
  if (reservedConcurrentExecutions !== undefined && !Token.isUnresolved(reservedConcurrentExecutions)
    && !(Number.isInteger(reservedConcurrentExecutions) && reservedConcurrentExecutions >= 1)) {
    refuse(scope, `'reservedConcurrentExecutions' is ${reservedConcurrentExecutions}, but the function needs a whole number of at least 1 to `
      + 'run at all. Use a number such as 2, or leave it out.');
  }
  if (runtime && !isSupported(runtime)) {
    refuse(scope, `'runtime' is ${runtime.name}, but the function needs Node.js ${MIN_NODE_VERSION} or later. Use e.g. `
      + 'lambda.Runtime.NODEJS_22_X, or leave it out for the newest one.');
  }
}

function isSupported({ name }: lambda.Runtime): boolean {
  return Token.isUnresolved(name) || Number(/^nodejs(\d+)\.x$/.exec(name)?.[1]) >= MIN_NODE_VERSION;
}

function defined(props: ProviderSettingsProps): Settings {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

function isWithin(construct: IConstruct, scope: IConstruct): boolean {
  return construct.node.scopes.includes(scope);
}

function entriesOf(scope: IConstruct): Entry[] {
  return listOn(scope, ENTRIES);
}

/** All providers of the app. */
function consumersOf(scope: IConstruct): Consumer[] {
  return listOn(scope.node.root, CONSUMERS);
}

function listOn<T>(scope: IConstruct, key: symbol): T[] {
  const holder = scope as unknown as Record<symbol, T[] | undefined>;
  return holder[key] ??= [];
}
