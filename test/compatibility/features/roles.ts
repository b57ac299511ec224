import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { PermissionsBoundary, Stack, type App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ProviderSettings } from '../../../src';
import type { Entry } from '../constructs';
import { ENV, newApp, newStack, onlyResources, resourceOf, resourcesOf, templateOf, type Feature, type Json } from '../feature';

const BOUNDARY = 'Boundary';

/** A boundary reaches all roles of the provider. */
function boundary(name: string, apply: (stack: Stack) => void, boundaryOfApp?: PermissionsBoundary): Feature {
  return {
    name,
    without: onlyResources,
    check: entry => {
      const stack = newStack(newApp(), 'Stack', { permissionsBoundary: boundaryOfApp });
      apply(stack);
      entry.declare(stack, 'Made');
      const roles = resourcesOf(templateOf(stack, entry), 'AWS::IAM::Role');
      expect(roles.map(({ Properties }) => JSON.stringify(Properties.PermissionsBoundary))).toEqual(Array(2).fill(expect.stringContaining(BOUNDARY)));
    },
  };
}

const roleIn = (stack: Stack, id: string) => new iam.Role(stack, id, {
  assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.ServicePrincipal('states.amazonaws.com')),
});

/** The user's roles instead of new ones. */
function declareWithRoles(stack: Stack, entry: Entry, roleOf: (id: string) => iam.IRole): void {
  ProviderSettings.of(stack).set({ functionRole: roleOf('Function'), stateMachineRole: roleOf('Machine') });
  entry.declare(stack, 'Made');
}

function immutable(name: string, roleOf: (stack: Stack, id: string) => iam.IRole): Feature {
  return {
    name,
    without: onlyResources,
    check: entry => {
      const stack = newStack();
      declareWithRoles(stack, entry, id => roleOf(stack, id));
      const template = templateOf(stack, entry);
      expect(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type => resourcesOf(template, type))).toEqual([]);
      for (const setting of ['functionRole', 'stateMachineRole']) {
        Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`'${setting}' is a role that this app cannot change`));
      }
    },
  };
}

const IMPORTED: Feature = {
  name: 'imported roles that several stacks share',
  without: onlyResources,
  check: entry => {
    const app = newApp();
    const stacks = ['eu-west-1', 'eu-west-2'].map(region => newStack(app, region, { env: { ...ENV, region } }));
    stacks.forEach(stack => declareWithRoles(stack, entry, role => iam.Role.fromRoleName(stack, role, role)));
    for (const stack of stacks) {
      const policies = resourcesOf(templateOf(stack, entry), 'AWS::IAM::Policy');
      expect(policies.flatMap(({ Properties }) => Properties.Roles).sort()).toEqual([...entry.hasPolicy ? ['Function'] : [], 'Function', 'Machine']);
      // Inline policies of one role with one name would overwrite each other.
      policies.forEach(({ Properties }) => expect(JSON.stringify(Properties.PolicyName)).toContain('AWS::StackId'));
    }
  },
};

const OF_ANOTHER_STACK: Feature = {
  name: 'roles of another stack of the app',
  without: onlyResources,
  check: entry => {
    const app = newApp();
    const roles = newStack(app, 'Roles');
    const stack = newStack(app);
    declareWithRoles(stack, entry, id => roleIn(roles, id));
    const template = templateOf(stack, entry);
    expect(resourcesOf(template, 'AWS::IAM::Role')).toEqual([]);
    expect(resourcesOf(template, 'AWS::IAM::Policy')).toHaveLength(entry.hasPolicy ? 3 : 2);
    expect(Object.values<Json>(Template.fromStack(roles).toJSON().Resources).map(({ Type }) => Type)).toEqual(['AWS::IAM::Role', 'AWS::IAM::Role']);
  },
};

const CUSTOMIZED: Feature = {
  name: '`iam.Role.customizeRoles()` with precreated roles',
  without: onlyResources,
  check: entry => {
    const outdir = mkdtempSync(join(tmpdir(), 'compatibility-'));
    const app: App = newApp({}, { outdir });
    const service = entry.name.startsWith('MultiRegion') ? 'Ses' : entry.name.startsWith('CustomRouting') ? 'GlobalAccelerator' : 'WorkSpaces';
    const provider = `Stack/CdkMultiRegion${service}Provider`;
    iam.Role.customizeRoles(app, { usePrecreatedRoles: { [`${provider}/Role`]: 'function-role', [`${provider}/WaiterRole`]: 'machine-role' } });
    const stack = newStack(app);
    entry.declare(stack, 'Made');

    const template = templateOf(stack, entry);
    expect(Object.values<Json>(template.Resources).map(({ Type }) => Type).filter(type => type.startsWith('AWS::IAM::'))).toEqual([]);
    const report = readFileSync(join(outdir, 'iam-policy-report.txt'), 'utf8');
    expect(report).toContain('lambda:InvokeFunction');
    expect(report).not.toContain('${Token[');
  },
};

const GRANTS: Feature = {
  name: 'grants to a role of another stack',
  without: ({ name }) => ['MultiRegionEndpoint', 'CustomRoutingAccelerator', 'CustomRoutingEndpointGroup', 'StandbyWorkspace'].includes(name) ? undefined : 'has no grants',
  check: entry => {
    const app = newApp();
    const stack = newStack(app);
    const other = newStack(app, 'Users');
    const role = roleIn(other, 'User');
    const { grants } = entry.declare(stack, 'Made').construct as any;
    const granted: iam.Grant = grants.sendEmail?.(role, { identities: ['example.com'] }) ?? grants.manageTraffic?.(role) ?? grants.startAndStop(role);
    expect(granted.success).toBe(true);
    expect(Template.fromStack(other).findResources('AWS::IAM::Policy')).not.toEqual({});
    expect(resourceOf(templateOf(stack, entry), entry)).toBeDefined();
  },
};

export const ROLES: readonly Feature[] = [
  boundary('permissions boundary of the stack', () => undefined, PermissionsBoundary.fromName(BOUNDARY)),
  boundary('permissions boundary by `iam.PermissionsBoundary.of()`', stack =>
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Policy', BOUNDARY))),
  boundary('permissions boundary by `ProviderSettings`', stack =>
    ProviderSettings.of(stack).set({ permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Policy', BOUNDARY) })),
  CUSTOMIZED,
  IMPORTED,
  immutable('imported roles with `mutable: false`', (stack, id) => iam.Role.fromRoleName(stack, id, id, { mutable: false })),
  immutable('roles `withoutPolicyUpdates()`', (stack, id) => roleIn(stack, id).withoutPolicyUpdates()),
  OF_ANOTHER_STACK,
  GRANTS,
];
