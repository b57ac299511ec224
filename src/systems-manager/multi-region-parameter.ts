import {
  ArnFormat, CfnResource, Lazy, Resource, Stack, Token, type Duration, type ITaggableV2, type RemovalPolicy, type TagManager,
} from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { MultiRegionParameterGrants } from './multi-region-parameter-grants';
import { systemsManagerProvider } from './systems-manager-provider';
import { adoptExisting, checkAdoptedName } from '../lifecycle/adoption';
import { checkTags, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import { checkRegionName, checkSamePartition } from '../lifecycle/regions';
import { refuse, synthesisError } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import {
  MAX_PARAMETER_REGIONS, MAX_VALUE_LENGTH, MULTI_REGION_PARAMETER_TYPE, parameterNameProblem, SYSTEMS_MANAGER_TAG_RULES,
} from '../wire/systems-manager';

/**
 * What a multi-Region parameter says, besides its name and value.
 */
export interface MultiRegionParameterOptions {
  /**
   * Regions that get a copy, besides the stack's own, e.g. `eu-central-1`. At most 15. `addRegion()` adds more.
   *
   * @default - none: the parameter is in the stack's Region only
   */
  readonly regions?: string[];

  /**
   * Information about the parameter, up to 1,024 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The tier of the parameter. A standard one takes values of up to 4,096 characters and is free of charge, an advanced one up to 8,192.
   *
   * @default ParameterTier.STANDARD
   */
  readonly tier?: ssm.ParameterTier;

  /**
   * What the value is. Systems Manager checks whether an image exists.
   *
   * @default ParameterDataType.TEXT
   */
  readonly dataType?: ssm.ParameterDataType;

  /**
   * Tags of the parameter in every Region, at most 48. `Tags.of()` adds more.
   *
   * @default - none
   */
  readonly tags?: Record<string, string>;

  /**
   * Takes over a parameter that exists, with its copies in `regions`, instead of creating one: its name or ARN. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What becomes of the parameter when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long a create, change or delete may take, from 2 to 59 minutes.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/**
 * Properties of a `MultiRegionParameter`.
 */
export interface MultiRegionParameterProps extends MultiRegionParameterOptions {
  /**
   * Name of the parameter, the same in every Region: letters, digits and `_ . - /`, up to 1,011 characters. Another name replaces the parameter.
   */
  readonly parameterName: string;

  /**
   * The value. Either this or `values`.
   *
   * @default - `values` has to be set
   */
  readonly value?: string;

  /**
   * The value of a list. Either this or `value`. An item can't have a comma.
   *
   * @default - `value` has to be set
   */
  readonly values?: string[];
}

/**
 * A parameter of AWS Systems Manager with one value in several Regions: for what stacks in other Regions, and applications, have to
 * know of this stack. Unlike a cross-Region reference of the AWS CDK, it follows each change of the value.
 *
 * A change reaches every Region in the same deployment, or the deployment fails and the old value is put back.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 * @example
 * declare const endpoint: MultiRegionEndpoint;
 *
 * const parameter = new MultiRegionParameter(this, 'EndpointId', {
 *   parameterName: '/mail/endpoint-id',
 *   value: endpoint.endpointId,
 *   regions: ['eu-central-1'],
 * });
 */
@propertyInjectable
export class MultiRegionParameter extends Resource implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.MultiRegionParameter';

  /**
   * The value of a parameter in the stack's Region, read at every deployment of the stack.
   *
   * @param scope a construct in the stack that reads
   * @param parameterName name of the parameter
   */
  public static valueFor(scope: Construct, parameterName: string): string {
    return ssm.StringParameter.valueForStringParameter(scope, parameterName);
  }

  /**
   * The value of a list parameter in the stack's Region, read at every deployment of the stack.
   *
   * @param scope a construct in the stack that reads
   * @param parameterName name of the parameter
   */
  public static valuesFor(scope: Construct, parameterName: string): string[] {
    return ssm.StringListParameter.valueForTypedListParameter(scope, parameterName);
  }

  /** Name of the parameter. */
  public readonly parameterName: string;
  /** Grants on the parameter in all its Regions. */
  public readonly grants: MultiRegionParameterGrants;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;
  private readonly resource: CfnResource;
  private readonly otherRegions: string[] = [];

  /**
   * @param scope the construct that the parameter belongs to
   * @param id id in that scope
   * @param props what the parameter shall be
   */
  constructor(scope: Construct, id: string, private readonly props: MultiRegionParameterProps) {
    super(scope, id, { physicalName: props.parameterName });
    checkName(this, props.parameterName);
    this.cdkTagManager = tagManagerOf(this, MULTI_REGION_PARAMETER_TYPE, props.tags);
    const provider = systemsManagerProvider(this);
    this.resource = new CfnResource(this, 'Resource', {
      type: MULTI_REGION_PARAMETER_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        ParameterName: props.parameterName,
        Type: props.values ? 'StringList' : 'String',
        Value: this.renderValue(),
        Regions: Lazy.list({ produce: () => this.otherRegions }, { omitEmpty: true }),
        Description: props.description,
        Tier: props.tier,
        DataType: props.dataType,
        Tags: Lazy.any({ produce: () => this.renderTags() }),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(this.resource);
    checkUnique(this, this.resource, {
      kind: 'parameter',
      names: [props.parameterName],
      refusal: (name, other) => `parameterName ${name} is also that of '${other}', but a name is unique in its account and Region. Choose another name.`,
    });
    if (props.removalPolicy) {
      this.resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedName(this, props.adopt, 'parameterName', props.parameterName);
    adoptExisting(this, this.resource, props.adopt);
    props.regions?.forEach(region => this.addRegion(region));
    this.parameterName = this.getResourceNameAttribute(this.resource.getAtt('ParameterName').toString());
    this.grants = MultiRegionParameterGrants.of(this);
  }

  /**
   * Adds a Region that gets a copy.
   *
   * @param region name of the Region, e.g. `eu-central-1`; the stack's own has the parameter in any case
   */
  public addRegion(region: string): void {
    checkRegionName(this, 'regions', region);
    checkSamePartition(this, 'regions', region, this.stack.region);
    if (region === this.stack.region || this.otherRegions.includes(region)) {
      return;
    }
    if (this.otherRegions.length === MAX_PARAMETER_REGIONS) {
      throw synthesisError(this, `'${region}' is the ${MAX_PARAMETER_REGIONS + 1}th Region, but a parameter has at most ${MAX_PARAMETER_REGIONS} besides the stack's. `
        + 'Leave out a Region.');
    }
    this.otherRegions.push(region);
  }

  /** ARNs of the parameter in all Regions, the stack's own first. */
  public get parameterArns(): string[] {
    return Lazy.list({ produce: () => [this.stack.region, ...this.otherRegions].map(region => this.parameterArnIn(region)) });
  }

  /**
   * ARN of the parameter in a Region.
   *
   * @param region the stack's own Region or one of `regions`
   */
  public parameterArnIn(region: string): string {
    return Stack.of(this).formatArn({
      service: 'ssm', region, resource: 'parameter', resourceName: this.props.parameterName.replace(/^\//, ''), arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  /**
   * Version of the parameter in a Region: 1 when it was created, one more for each change.
   *
   * @param region the stack's own Region or one of `regions`
   */
  public versionIn(region: string): string {
    return this.resource.getAtt(`Version.${region}`).toString();
  }

  private renderValue(): string {
    const { tier = ssm.ParameterTier.STANDARD, value, values } = this.props;
    if ((value === undefined) === (values === undefined)) {
      throw synthesisError(this, `parameter '${this.props.parameterName}' has ${value === undefined ? 'neither' : 'both'} 'value' and 'values'. Set one of them.`);
    }
    const comma = values?.find(item => !Token.isUnresolved(item) && item.includes(','));
    if (comma !== undefined) {
      refuse(this, `values has '${comma}', but an item of a list can't have a comma. Use 'value' with a format of your own.`);
    }
    const text = value ?? values!.join(',');
    const longest = tier === ssm.ParameterTier.STANDARD ? MAX_VALUE_LENGTH.Standard : MAX_VALUE_LENGTH.Advanced;
    if (!Token.isUnresolved(text) && (text.length < 1 || text.length > longest)) {
      refuse(this, `the value has ${text.length} characters, but tier ${tier} takes 1 to ${longest}. Shorten it, or use ParameterTier.ADVANCED.`);
    }
    return text;
  }

  private renderTags(): Record<string, string> | undefined {
    const tags = this.cdkTagManager.renderTags() as Record<string, string> | undefined;
    checkTags(this, tags ?? {}, SYSTEMS_MANAGER_TAG_RULES);
    return tags;
  }
}

function checkName(scope: Construct, name: string): void {
  const problem = Token.isUnresolved(name) ? undefined : parameterNameProblem(name);
  if (problem) {
    refuse(scope, `parameterName '${name}' ${problem}. Choose another name.`);
  }
}
