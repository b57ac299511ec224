import { ListExportsCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Clients } from './clients';
import { DeployedStack, outputsOf } from './deployed-stack';
import { stringifyScalars } from '../../sandbox/cloudformation/custom-resource';
import { conditionHolds, resolveProperties, Scope } from '../../sandbox/cloudformation/intrinsics';
import { JsonObject, ResourceDeclaration } from '../../sandbox/cloudformation/template';

/** The properties of a resource, as far as their values are known. */
export interface ResolvedProperties {
  readonly raw: JsonObject;
  /** Why others are not known, by name. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** Attributes of resources of ours, which CloudFormation does not tell: what the resource has now. */
export type AttributesOf = (logicalId: string) => Promise<Readonly<Record<string, string>> | undefined>;

/** A value that has to be asked for first. */
class NotAskedYet extends Error {
  constructor(public readonly ask: () => Promise<void>) {
    super('This value is asked for.');
  }
}

const CROSS_REGION_READER = 'Custom::CrossRegionExportReader';
const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** Evaluates the intrinsic functions of a stack's template with what the account says. */
export class StackValues {
  private readonly known = new Map<string, unknown>();
  private readonly scope: Scope;

  constructor(
    private readonly stack: DeployedStack, private readonly clients: Clients, private readonly attributesOf: AttributesOf,
  ) {
    const { id, name, region, accountId, partition, parameters, template: { mappings, conditions } } = stack;
    this.scope = {
      pseudoParameters: {
        'AWS::AccountId': accountId,
        'AWS::Partition': partition,
        'AWS::Region': region,
        'AWS::NotificationARNs': '',
        'AWS::StackId': id,
        'AWS::StackName': name,
        'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
      },
      parameters,
      mappings,
      conditions,
      reference: logicalId => this.reference(logicalId),
      attribute: (logicalId, attribute) => this.attribute(logicalId, attribute),
      importValue: exportName => this.asked(`export ${exportName}`, async () => (await this.exports())[exportName]),
      stackOutput: (ofRegion, stackName, output) => this.asked(`output ${output} of ${stackName} in ${ofRegion}`, async () =>
        (await outputsOf(this.clients.client(CloudFormationClient, 'cloudformation', ofRegion), stackName))[output]),
      parameterStoreValue: parameter => String(this.stored(parameter)),
    };
  }

  public async propertiesOf({ properties }: ResourceDeclaration): Promise<ResolvedProperties> {
    const raw: JsonObject = {};
    const unknown = new Map<string, string>();
    for (const [name, value] of Object.entries(properties)) {
      // Where the function is, is of no interest here.
      if (name === 'ServiceToken') {
        continue;
      }
      try {
        Object.assign(raw, await this.resolved(() => resolveProperties({ [name]: value }, this.scope)));
      } catch (error) {
        this.rethrowCall(error);
        unknown.set(name, (error as Error).message);
      }
    }
    return { raw: stringifyScalars(raw) as JsonObject, unknown };
  }

  public async isDeclared({ condition }: ResourceDeclaration): Promise<boolean> {
    return condition === undefined || this.resolved(() => conditionHolds(condition, this.scope));
  }

  private async resolved<T>(evaluate: () => T): Promise<T> {
    for (;;) {
      try {
        return evaluate();
      } catch (error) {
        if (!(error instanceof NotAskedYet)) {
          throw error;
        }
        await error.ask();
      }
    }
  }

  /** A call that fails is told as such, not as a value that is unknown. */
  private rethrowCall(error: unknown): void {
    if (this.clients.callOf(error)) {
      throw error;
    }
  }

  private asked(what: string, ask: () => Promise<unknown>): unknown {
    if (!this.known.has(what)) {
      throw new NotAskedYet(async () => {
        this.known.set(what, await ask());
      });
    }
    const value = this.known.get(what);
    if (value === undefined) {
      throw new Error(`it depends on the ${what}, which is not there or belongs to somebody else`);
    }
    return value;
  }

  private reference(logicalId: string): string {
    const physicalId = this.stack.resources.get(logicalId)?.physicalId;
    if (physicalId === undefined) {
      throw new Error(`it depends on ${logicalId}, which is not in the deployed stack`);
    }
    return physicalId;
  }

  private attribute(logicalId: string, name: string): unknown {
    const type = this.stack.resources.get(logicalId)?.type ?? '';
    if (type === CROSS_REGION_READER) {
      return this.stored(name);
    }
    return this.asked(`attribute ${name} of ${logicalId}`, async () => {
      const ours = await this.attributesOf(logicalId);
      return ours ? ours[name] : this.nativeAttribute(logicalId, type, name);
    });
  }

  /** CloudFormation tells no attributes. What follows from the physical id is enough for what our resources use most. */
  private async nativeAttribute(logicalId: string, type: string, name: string): Promise<string> {
    const { accountId, partition, region } = this.stack;
    const physicalId = this.reference(logicalId);
    if (type === NESTED_STACK && name.startsWith('Outputs.')) {
      return (await outputsOf(this.clients.client(CloudFormationClient, 'cloudformation', region), physicalId))[name.slice('Outputs.'.length)];
    }
    if (type === 'AWS::KMS::Key' && name === 'Arn') {
      return `arn:${partition}:kms:${region}:${accountId}:key/${physicalId}`;
    }
    throw new Error(`it depends on ${logicalId}.${name}, which CloudFormation does not tell`);
  }

  private stored(parameter: string): unknown {
    return this.asked(`parameter ${parameter}`, async () => {
      const client = this.clients.client(SSMClient, 'ssm', this.stack.region);
      return (await client.send(new GetParameterCommand({ Name: parameter }))).Parameter?.Value;
    });
  }

  private async exports(): Promise<Record<string, string>> {
    const client = this.clients.client(CloudFormationClient, 'cloudformation', this.stack.region);
    const exports: Record<string, string> = {};
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListExportsCommand({ NextToken }));
      (page.Exports ?? []).forEach(({ Name, Value }) => { exports[Name!] = Value ?? ''; });
      NextToken = page.NextToken;
    } while (NextToken);
    return exports;
  }
}
