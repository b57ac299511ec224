import { CfnOutput, type Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ConnectionAliasAssociation, ProviderSettings } from '../../../src';
import type { Entry } from '../constructs';
import { ENV, expectSound, newApp, newStack, onlyResources, resourceOf, resourcesOf, templateOf, type Feature, type Json } from '../feature';
import { PLAIN, type Values } from '../values';

const ELSEWHERE = { ...ENV, region: 'eu-west-3' };
const FLAG = '@aws-cdk/core:defaultCrossStackReferences';

/** An attribute is used in another stack. Of an import it is a value; else it is the intrinsic function. */
function reference(name: string, intrinsic: RegExp, context: Json, props: StackProps, env = ENV): Feature {
  return {
    name,
    check: entry => {
      const app = newApp(context);
      const producer = newStack(app, 'Producer', props);
      const { attribute } = entry.declare(producer, 'Made');
      const consumer = newStack(app, 'Consumer', { ...props, env });
      new CfnOutput(consumer, 'Used', { value: attribute });

      const { Outputs, Resources } = Template.fromStack(consumer).toJSON() as Json;
      const used = JSON.stringify(Outputs.Used.Value);
      expect([used, entry.type === undefined || intrinsic.test(used)]).toEqual([used, true]);
      expectSound({ Outputs, Resources });
      templateOf(producer, entry);
    },
  };
}

/** The lookups that the app needs: context by key. */
type Found = Record<string, unknown>;

/**
 * Synthesizes as the CLI does: the first synthesis has dummy values and says what is missing, the second one has what was looked up.
 */
function lookUp(declare: (stack: Stack) => void, found: (query: Json) => unknown): Stack {
  const context: Found = {};
  const synthesize = () => {
    const stack = newStack(newApp(context));
    declare(stack);
    Template.fromStack(stack);
    return stack;
  };
  const missing = (stack: Stack) => ((stack.node.root as any).synth().manifest.missing ?? []) as Json[];
  const asked = missing(synthesize());
  expect(asked).not.toEqual([]);
  asked.forEach(({ key, props }) => { context[key] = found(props); });
  const stack = synthesize();
  expect(missing(stack)).toEqual([]);
  return stack;
}

/** Every text is looked up; a parameter's name has the text, so that it can be found. */
const lookingUp = (stack: Stack): Values => ({
  ...PLAIN,
  all: true,
  text: sample => ssm.StringParameter.valueFromLookup(stack, `/${Buffer.from(sample).toString('hex')}`),
});

const TEXTS: Feature = {
  name: '`StringParameter.valueFromLookup()` for every text',
  check: entry => {
    const stack = lookUp(
      own => entry.declare(own, 'Made', lookingUp(own)),
      ({ parameterName }) => Buffer.from(parameterName.slice(1), 'hex').toString());
    expect(JSON.stringify(templateOf(stack, entry))).not.toContain('dummy-value');
  },
};

const VPC = {
  vpcId: 'vpc-0a1b2c3d', vpcCidrBlock: '10.0.0.0/16', availabilityZones: [],
  subnetGroups: [{
    name: 'Private', type: 'Private',
    subnets: [{ subnetId: 'subnet-0a1b2c3d', cidr: '10.0.0.0/24', routeTableId: 'rtb-1', availabilityZone: 'eu-west-1a' }],
  }],
};

const LOOKED_UP_VPC: Feature = {
  name: '`Vpc.fromLookup()` for the function',
  without: onlyResources,
  check: entry => {
    const stack = lookUp(own => {
      ProviderSettings.of(own).set({ vpc: ec2.Vpc.fromLookup(own, 'Vpc', { vpcName: 'main' }) });
      entry.declare(own, 'Made');
    }, () => VPC);
    const [{ Properties }] = resourcesOf(templateOf(stack, entry), 'AWS::Lambda::Function');
    expect(Properties.VpcConfig.SubnetIds).toEqual(['subnet-0a1b2c3d']);
  },
};

const LOOKED_UP_ZONE: Feature = {
  name: '`HostedZone.fromLookup()` for a failover record',
  without: ({ name }) => name.startsWith('ConnectionAlias') ? undefined : 'has no record',
  check: entry => {
    const stack = lookUp(own => {
      const association = entry.declare(own, 'Made').construct as ConnectionAliasAssociation;
      const zone = route53.HostedZone.fromLookup(own, 'Zone', { domainName: 'example.com' });
      association.addFailoverRecord('Record', { zone, domainName: 'desktop.example.com', failover: route53.Failover.SECONDARY });
    }, () => ({ Id: '/hostedzone/Z0123456789', Name: 'example.com.' }));
    expect(resourcesOf(templateOf(stack, entry), 'AWS::Route53::RecordSet').map(({ Properties }) => Properties.HostedZoneId)).toEqual(['Z0123456789']);
  },
};

const LOOKED_UP_SUBNETS: Feature = {
  name: '`Vpc.fromLookup()` for the subnets of a group',
  without: ({ name }) => name === 'CustomRoutingEndpointGroup' ? undefined : 'has no subnets',
  check: (entry: Entry) => {
    const stack = lookUp(own => {
      const group = entry.declare(own, 'Made').construct as any;
      group.addSubnets(ec2.Vpc.fromLookup(own, 'Vpc', { vpcName: 'main' }).selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }));
    }, () => ({ ...VPC, subnetGroups: [{ ...VPC.subnetGroups[0], subnets: [{ ...VPC.subnetGroups[0].subnets[0], subnetId: 'subnet-9a8b7c6d' }] }] }));
    expect(resourceOf(templateOf(stack, entry), entry).Properties.Subnets.map((subnet: Json) => subnet.SubnetId)).toEqual(['subnet-0a1b2c3d', 'subnet-9a8b7c6d']);
  },
};

export const REFERENCES: readonly Feature[] = [
  reference('strong cross-stack references', /Fn::ImportValue/, { [FLAG]: 'strong' }, {}),
  reference('weak cross-stack references (`defaultCrossStackReferences`)', /Fn::GetStackOutput/, { [FLAG]: 'weak' }, {}),
  reference('`crossRegionReferences`', /Fn::GetAtt.*ExportsReader/, { [FLAG]: 'strong' }, { crossRegionReferences: true }, ELSEWHERE),
  reference('weak references from another Region', /Fn::GetStackOutput/, { [FLAG]: 'weak' }, {}, ELSEWHERE),
  TEXTS,
  LOOKED_UP_VPC,
  LOOKED_UP_SUBNETS,
  LOOKED_UP_ZONE,
];
