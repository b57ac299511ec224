import * as path from 'node:path';
import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, type App, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Declaration } from '../account';
import { bundle } from '../bundle';
import { PREFIX } from '../plan';

export const PROBE_STACK = `${PREFIX}Probe`;
export const PROBE_FUNCTION = `${PREFIX}Probe`;

/** The lines that the probe goes through when it gets a request: `wait <seconds>`, `succeed <value>`, `fail`. */
export interface Script {
  readonly Create?: readonly string[];
  readonly Update?: readonly string[];
  readonly Delete?: readonly string[];
}

export interface ProbedResource {
  readonly id: string;
  /** What it answers as physical id. @default - its id */
  readonly physicalId?: string;
  /** @default - success at once */
  readonly script?: Script;
  readonly serviceTimeoutSeconds?: number;
  /** Changes so that the resource is updated. */
  readonly revision?: number;
}

/**
 * The function behind the custom resources. A stack of its own, so that its log outlives the stacks that fail, and with names,
 * so that the log is found.
 */
export class ProbeStack extends Stack {
  public readonly serviceToken: string;
  /** A state machine that does nothing, slowly. */
  public readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${PROBE_FUNCTION}`, retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.serviceToken = new lambda.Function(this, 'Function', {
      functionName: PROBE_FUNCTION,
      code: lambda.Code.fromAsset(bundle(path.join(__dirname, 'probe.ts'))),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      timeout: Duration.minutes(15),
      role,
      logGroup,
    }).functionArn;
    this.stateMachineArn = new sfn.StateMachine(this, 'Idle', {
      role: new iam.Role(this, 'IdleRole', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') }),
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(Duration.seconds(1)) })),
    }).stateMachineArn;
  }
}

/** Custom resources side by side; each one's answer is an output of its name. */
export class ProbedStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly probe: ProbeStack; readonly resources: readonly ProbedResource[] }) {
    super(scope, id, props);
    new CfnOutput(this, 'StateMachineArn', { value: props.probe.stateMachineArn });
    for (const resource of props.resources) {
      const { physicalId = resource.id, script, serviceTimeoutSeconds, revision = 1 } = resource;
      const custom = new CustomResource(this, resource.id, {
        serviceToken: props.probe.serviceToken,
        resourceType: 'Custom::Probe',
        serviceTimeout: serviceTimeoutSeconds === undefined ? undefined : Duration.seconds(serviceTimeoutSeconds),
        properties: { PhysicalId: physicalId, Script: script, Revision: revision },
      });
      new CfnOutput(this, `${resource.id}Value`, { value: custom.getAttString('Value') });
    }
  }
}

/** The app with the probe and one stack of probed resources. */
export function probed(stackName: string, resources: readonly ProbedResource[]): Declaration {
  return (app: App, env) => {
    const probe = new ProbeStack(app, PROBE_STACK, { env });
    new ProbedStack(app, stackName, { env, probe, resources });
  };
}
