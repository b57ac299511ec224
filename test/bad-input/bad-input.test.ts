import { Token, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContextProvider } from 'aws-cdk-lib/cloud-assembly-schema';
import { EMPTY_TEXT, stackOf, type BadInput, type HandlerRefusal, type TokenVariants } from './bad-input';
import { GAPS } from './gaps';
import { TABLES } from './tables';
import { worldFor } from './worlds';

const ROWS = Object.entries(TABLES).flatMap(([construct, rows]) => rows.map(row => ({ ...row, name: `${construct}: ${row.name}` })));
const WITH_TOKEN = ROWS.filter((row): row is BadInput & { token: TokenVariants } => typeof row.token !== 'string');
const DEPLOYED = WITH_TOKEN.filter((row): row is typeof row & { deployed: HandlerRefusal } => typeof row.deployed !== 'string');
const LOOKUP = { account: '111122223333', region: 'eu-west-1', parameterName: '/some/parameter' };
/** Longer values are cut in messages. */
const SHOWN = 40;

/** A gap that is closed makes its test fail until it is taken off the list. */
const testOf = (name: string) => GAPS.some(gap => gap.test(name)) ? test.failing : test;

const synthesize = (build: (stack: Stack) => void) => {
  const stack = stackOf();
  build(stack);
  return Template.fromStack(stack);
};

/** Its token has become the invalid value in it. */
const deployedTemplates = new Map<string, Template>();
function deployedTemplateOf({ name, token }: typeof WITH_TOKEN[number]): Template {
  const template = deployedTemplates.get(name) ?? synthesize(token.late);
  deployedTemplates.set(name, template);
  return template;
}

function refusalOf({ build }: BadInput): string {
  try {
    synthesize(build);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}

/** What CloudFormation sends for a resource of the template. */
function requestedBy(template: Template, { references, type }: HandlerRefusal): Record<string, unknown> {
  const [resource] = Object.values(template.findResources(type));
  const { ServiceToken: _, ...properties } = resource.Properties;
  return { ...properties, ...references };
}

test('there are at least 200 of them, each another one', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(ROWS.map(row => row.name)).size).toBe(ROWS.length);
});

for (const row of ROWS) {
  const name = `${row.name} is refused at synthesis with path, value, rule and fix`;
  testOf(name)(name, () => {
    const message = refusalOf(row);

    expect(message).toContain(row.path);
    expect(message).toContain(row.value.slice(0, SHOWN));
    expect(message).toMatch(row.rule);
    expect(message).toMatch(row.fix);
    expect(Token.isUnresolved(message)).toBe(false);
  });
}

for (const row of WITH_TOKEN) {
  const name = `${row.name} passes synthesis as a token`;
  testOf(name)(name, () => {
    expect(() => row.token.parameter && synthesize(row.token.parameter)).not.toThrow();
    expect(() => deployedTemplateOf(row)).not.toThrow();
  });
}

for (const { build, name: input } of WITH_TOKEN) {
  const name = `${input} passes synthesis while the app waits for a lookup, whose dummy it may be`;
  testOf(name)(name, () => {
    expect(() => synthesize(stack => {
      stack.reportMissingContextKey({ key: 'lookup', provider: ContextProvider.SSM_PARAMETER_PROVIDER, props: LOOKUP });
      build(stack);
    })).not.toThrow();
  });
}

for (const row of DEPLOYED) {
  const { deployed, value } = row;
  const name = `${row.name} is refused by the handler before any call`;
  testOf(name)(name, async () => {
    const world = worldFor(deployed.type);
    const properties = requestedBy(deployedTemplateOf(row), deployed);
    const request = { type: deployed.type, properties };

    const created = await world.request({ ...request, operation: 'Create' });
    const updated = await world.request({ ...request, operation: 'Update', oldProperties: properties, physicalId: 'what-there-is' });
    const deleted = await world.request({ ...request, operation: 'Delete', physicalId: created.PhysicalResourceId });

    expect(created).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/), after: 0 });
    expect(created.Reason).toContain(deployed.property);
    expect(created.Reason).toContain((deployed.value ?? (value === EMPTY_TEXT ? '""' : value)).slice(0, SHOWN));
    expect(created.Reason).toMatch(deployed.rule);
    expect(updated).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'what-there-is' });
    expect(deleted.Status).toBe('SUCCESS');
    expect(world.calls()).toEqual([]);
  });
}
