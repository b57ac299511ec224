import {
  Aspects, CfnResource, Mixins, PropertyInjectors, RemovalPolicies, RemovalPolicy, Size, TagManager, Tags, type IPropertyInjector,
  type InjectionContext,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CustomResourceConfig } from 'aws-cdk-lib/custom-resources';
import type { IConstruct } from 'constructs';
import type { Entry } from '../constructs';
import { newApp, newStack, onlyResources, resourceOf, resourcesOf, templateOf, type Feature, type Json } from '../feature';

/** Constructs whose resource takes tags; of the others the library keeps the owner elsewhere. */
const isTagged = ({ name }: Entry) => [
  'MultiRegionEndpoint', 'ReplicaEmailIdentity', 'MultiRegionParameter', 'CustomRoutingAccelerator', 'StandbyWorkspace', 'StandbyWorkspaceFleet',
  'TransitGatewayPeeringAccepter',
].includes(name);

/** Types of the provider that take tags, with the form in which they have them. */
const tagsOf = ({ Properties }: Json) => Properties.Tags as Json[];

const MANDATORY_TAGS: Feature = {
  name: 'mandatory tags by `Tags.of(app)`',
  without: onlyResources,
  check: entry => {
    const app = newApp();
    Tags.of(app).add('cost-center', '4711');
    const stack = newStack(app);
    entry.declare(stack, 'Made');
    const template = templateOf(stack, entry);
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::StepFunctions::StateMachine']) {
      resourcesOf(template, type).forEach(resource => expect(tagsOf(resource)).toContainEqual({ Key: 'cost-center', Value: '4711' }));
    }
    expect(resourceOf(template, entry).Properties.Tags?.['cost-center']).toBe(isTagged(entry) ? '4711' : undefined);
  },
};

const CHECKED_TAGS: Feature = {
  name: 'an aspect that demands tags of everything taggable',
  without: onlyResources,
  check: entry => {
    const app = newApp();
    Tags.of(app).add('cost-center', '4711');
    const untagged: string[] = [];
    const stack = newStack(app);
    Aspects.of(app).add({
      visit: construct => {
        if (TagManager.isTaggable(construct) && !('cost-center' in construct.tags.tagValues())) {
          untagged.push(construct.node.path);
        }
      },
    }, { priority: 800 });
    entry.declare(stack, 'Made');
    templateOf(stack, entry);
    expect(untagged).toEqual([]);
  },
};

const STACK_TAGS: Feature = {
  name: 'tags of the stack with `explicitStackTags`',
  without: onlyResources,
  check: entry => {
    const stack = newStack(newApp({ '@aws-cdk/core:explicitStackTags': true }), 'Stack', { tags: { 'cost-center': '4711' } });
    entry.declare(stack, 'Made');
    expect(resourceOf(templateOf(stack, entry), entry).Properties.Tags?.['cost-center']).toBe(isTagged(entry) ? '4711' : undefined);
  },
};

const REMOVAL: Feature = {
  name: '`RemovalPolicies.of().retain()`',
  without: onlyResources,
  check: entry => {
    const stack = newStack();
    RemovalPolicies.of(stack).retain();
    entry.declare(stack, 'Made');
    expect(resourceOf(templateOf(stack, entry), entry)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  },
};

const RENAMED: Feature = {
  name: 'aspects that name functions, roles, policies and log groups',
  without: onlyResources,
  check: entry => {
    const stack = newStack();
    Aspects.of(stack).add({
      visit: construct => {
        if (construct instanceof lambda.CfnFunction) {
          construct.functionName = 'org-function';
        } else if (construct instanceof iam.CfnRole) {
          construct.roleName = `org-${construct.node.scope!.node.id}`;
        } else if (construct instanceof iam.CfnPolicy) {
          construct.policyName = `org-${construct.node.scope!.node.id}`;
        } else if (construct instanceof logs.CfnLogGroup) {
          construct.logGroupName = '/org/logs';
        }
      },
    });
    entry.declare(stack, 'Made');
    const template = templateOf(stack, entry);
    const named = (type: string, property: string) => resourcesOf(template, type).map(({ Properties }) => Properties[property]);
    expect(named('AWS::Lambda::Function', 'FunctionName')).toEqual(['org-function']);
    expect(named('AWS::IAM::Role', 'RoleName').sort()).toEqual(['org-Role', 'org-WaiterRole']);
    expect(named('AWS::Logs::LogGroup', 'LogGroupName')).toEqual(['/org/logs']);
  },
};

class Injector implements IPropertyInjector {
  constructor(public readonly constructUniqueId: string, private readonly defaults: Json) {}

  public inject(props: any, _: InjectionContext): any {
    return { ...this.defaults, ...props };
  }
}

const INJECTED: Feature = {
  name: 'property injectors',
  without: entry => onlyResources(entry) ?? (/\./.test(entry.name) ? 'takes no properties' : undefined),
  check: entry => {
    const app = newApp();
    PropertyInjectors.of(app).add(
      new Injector(`cdk-multi-region.${entry.name}`, { removalPolicy: RemovalPolicy.RETAIN }),
      new Injector('aws-cdk-lib.aws-lambda.Function', { ephemeralStorageSize: Size.mebibytes(1024) }),
    );
    const stack = newStack(app);
    entry.declare(stack, 'Made');
    const template = templateOf(stack, entry);
    expect(resourceOf(template, entry).DeletionPolicy).toBe('Retain');
    expect(resourcesOf(template, 'AWS::Lambda::Function')[0].Properties.EphemeralStorage).toEqual({ Size: 1024 });
  },
};

const CONFIGURED: Feature = {
  name: "`CustomResourceConfig.of(app)` (it is for the AWS CDK's own custom resources)",
  without: onlyResources,
  check: entry => {
    const [plain, configured] = [false, true].map(isConfigured => {
      const app = newApp();
      if (isConfigured) {
        CustomResourceConfig.of(app).addLogRetentionLifetime(logs.RetentionDays.TEN_YEARS);
        CustomResourceConfig.of(app).addRemovalPolicy(RemovalPolicy.RETAIN);
        CustomResourceConfig.of(app).addLambdaRuntime(lambda.Runtime.NODEJS_20_X);
      }
      const stack = newStack(app);
      entry.declare(stack, 'Made');
      return templateOf(stack, entry);
    });
    expect(configured).toEqual(plain);
  },
};

/** A mixin of the user for every resource. */
const describing = (mixed: IConstruct[]) => ({
  supports: (construct: IConstruct) => CfnResource.isCfnResource(construct),
  applyTo: (construct: IConstruct) => {
    mixed.push(construct);
    (construct as CfnResource).addMetadata('team', 'desk');
  },
});

const MIXED: Feature = {
  name: 'mixins',
  without: onlyResources,
  check: entry => {
    const stack = newStack();
    entry.declare(stack, 'Made');
    const mixed: IConstruct[] = [];
    Mixins.of(stack).apply(describing(mixed));
    const template = templateOf(stack, entry);
    expect(resourceOf(template, entry).Metadata.team).toBe('desk');
    expect(resourcesOf(template, 'AWS::Lambda::Function')[0].Metadata.team).toBe('desk');
  },
};

export const DECORATIONS: readonly Feature[] = [
  MANDATORY_TAGS, CHECKED_TAGS, STACK_TAGS, REMOVAL, RENAMED, INJECTED, CONFIGURED, MIXED,
];
