import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ALIAS } from './apps/desktops';
import { changesIn, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { NotRehearsed, rehearse } from '../../cli/rehearse';
import { mentions } from '../../cli/rehearse/snapshot';
import { asText } from '../../cli/rehearse/text';
import { MultiRegionEndpoint, ProviderSettings } from '../../src';

interface Mail {
  readonly secondaryRegion?: string;
  readonly tags?: Record<string, string>;
  readonly parameterName?: string;
  /** Environment of a function that has nothing to do with the endpoint. */
  readonly unrelated?: string;
}

function mail(app: App, { secondaryRegion = 'eu-central-1', tags, parameterName, unrelated }: Mail): void {
  const stack = new Stack(app, 'Mail', { env: { region: 'eu-west-1', account: '111122223333' } });
  const { endpointId } = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion, tags });
  const value = parameterName && ssm.StringParameter.valueForStringParameter(stack, parameterName);
  new lambda.Function(stack, 'Sender', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
    environment: { ENDPOINT_ID: endpointId, VALUE: value ?? '' },
  });
  if (unrelated !== undefined) {
    new ssm.StringParameter(stack, 'Unrelated', { stringValue: unrelated });
  }
}

const version = (props: Mail) => synth(app => mail(app, props));

let old: string;
let directory: string;

beforeAll(() => { old = version({}); });
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'rehearsal-')); });
afterEach(() => rmSync(directory, { recursive: true }));
afterAll(removeAssemblies);

describe('what goes wrong', () => {
  test('a resource behind ours fails: the old endpoint is back, and nothing is left over', async () => {
    const report = await rehearse(old, version({ secondaryRegion: 'us-east-1' }), { failAt: 'Mail/Sender' });
    expect(report.outcome).toBe('fails');
    expect(report.stacks[0].failure).toMatchObject({ path: 'Sender', status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(report.stacks[0].failure!.reason).toContain('--fail-at');
    expect(resource(report, 'Mail/Endpoint').attributes.SecondaryRegion).toBeUndefined();
    expect(report.leftovers).toEqual([]);
  });

  test('a service that fails first: the resource that was to fail is rolled back like the others', async () => {
    const report = await rehearse(old, version({ secondaryRegion: 'us-east-1' }), { failAt: 'Mail/Sender', fault: 'service-fails' });
    expect(report.stacks[0].failure).toMatchObject({ path: 'Endpoint', status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  test('a service that fails before anything is created', async () => {
    const report = await rehearse(undefined, old, { failAt: 'Mail/Sender', fault: 'service-fails' });
    expect(report.stacks[0].failure).toMatchObject({ path: 'Endpoint', status: 'ROLLBACK_COMPLETE' });
  });

  test('the stack fails at its end', async () => {
    const report = await rehearse(undefined, old, { failAt: 'Mail' });
    expect(report.stacks[0]).toMatchObject({ outcome: 'fails', failure: { status: 'ROLLBACK_COMPLETE' } });
    expect(asText(report)).toMatch(/^ {2}! at its end after \dm\d\ds: The rehearsal was asked for this failure \(--fail-at\)\.$/m);
    expect(report.resources).toEqual([]);
    expect(report.leftovers).toEqual([]);
  });

  test('what is not changed can\'t fail, and what is not there neither', async () => {
    await expect(rehearse(old, old, { failAt: 'Mail/Sender' })).rejects.toThrow(/'Mail\/Sender' can't fail: the new version neither/);
    await expect(rehearse(old, old, { failAt: 'Mail/Nothing' })).rejects.toThrow(NotRehearsed);
  });

  test.each(['throttle', 'crash'] as const)('%s does not change what becomes of it', async fault => {
    const report = await rehearse(old, version({ secondaryRegion: 'us-east-1' }), { fault });
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'replaced' });
    expect(report.leftovers).toEqual([]);
  });

  test('a service that fails takes the stack back to where it was', async () => {
    const report = await rehearse(old, version({ secondaryRegion: 'us-east-1' }), { fault: 'service-fails' });
    expect(report.outcome).toBe('fails');
    expect(report.stacks[0].failure).toMatchObject({ path: 'Endpoint', status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'refused' });
    expect(report.leftovers).toEqual([]);
  });
});

test('who only has the name of a Region does not use what is replaced', async () => {
  const unrelated = 'eu-central-1 us-east-1';
  const report = await rehearse(version({ unrelated }), version({ unrelated, secondaryRegion: 'us-east-1' }));
  const { attributes, usedBy, staleIn } = resource(report, 'Mail/Endpoint');
  expect(attributes.SecondaryRegion).toEqual({ before: 'eu-central-1', after: 'us-east-1' });
  expect({ usedBy, staleIn }).toEqual({ usedBy: [{ stack: 'Mail', path: 'Sender', type: 'AWS::Lambda::Function' }], staleIn: [] });
});

test.each([
  [true, 'a b-1234 c', 'b-1234'], [true, 'x/b-1234', 'b-1234'], [true, 'arn:b-1234', 'b-1234'], [true, 'b-12345 b-1234', 'b-1234'], [true, 'b-1234/*', 'b-1234'],
  [false, 'b-12345', 'b-1234'], [false, 'b-1234/x', 'b-1234'], [false, 'ab-1234', 'b-1234'], [false, '', 'b-1234'],
])('%s: %s mentions %s', (expected, value, text) => expect(mentions({ Some: [{ Property: value }] }, text)).toBe(expected));

describe('the old version', () => {
  test('is another version of the library: only the function changes', async () => {
    cpSync(old, directory, { recursive: true });
    const templateFile = join(directory, 'Mail.template.json');
    const template = readFileSync(templateFile, 'utf8');
    const [key] = /[0-9a-f]{64}(?=\.zip)/.exec(template)!;
    const oldKey = 'f'.repeat(64);
    writeFileSync(templateFile, template.replaceAll(key, oldKey));
    const assetsFile = join(directory, 'Mail.assets.json');
    writeFileSync(assetsFile, readFileSync(assetsFile, 'utf8').replaceAll(key, oldKey));
    cpSync(join(directory, `asset.${key}`), join(directory, `asset.${oldKey}`), { recursive: true });
    appendFileSync(join(directory, `asset.${oldKey}`, 'index.js'), '\n// an older version');

    const report = await rehearse(directory, old);

    expect({ outcome: report.outcome, changes: changesIn(report) }).toEqual({ outcome: 'harmless', changes: {} });
    expect(report.events.filter(({ status }) => status === 'UPDATE_COMPLETE').map(({ type }) => type))
      .toEqual(['AWS::Lambda::Function', 'AWS::CloudFormation::Stack']);
  });

  test('is only the template of the stack, without assets', async () => {
    cpSync(join(old, 'Mail.template.json'), join(directory, 'Mail.template.json'));
    const report = await rehearse(directory, version({ tags: { team: 'mail' } }));
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'changed in place' });
  });

  test('has lost its assets, and so has the new one: the handlers of the package stand in', async () => {
    for (const [name, assembly] of [['old', old], ['new', version({ secondaryRegion: 'us-east-1' })]]) {
      cpSync(assembly, join(directory, name), { recursive: true, filter: file => !/asset\.[0-9a-f]/.test(file) });
    }
    const report = await rehearse(join(directory, 'old'), join(directory, 'new'));
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'replaced' });
    expect(report.invented).toContainEqual({ kind: 'code of function', name: 'MultiRegionSesFunction', value: 'that of another version' });
  });

  test.each([
    ['nowhere', 'There is no nowhere. Run `cdk synth --output nowhere` first.'],
    [__dirname, 'is no cloud assembly'],
  ])('is not there: %s', async (path, message) => {
    await expect(rehearse(path, old)).rejects.toThrow(message);
  });
});

test('a parameter in SSM has the value that is given, else one that is made up', async () => {
  const named = version({ parameterName: '/mail/value' });
  expect((await rehearse(undefined, named)).invented.map(({ name }) => name)).toEqual(['/mail/value']);
  expect((await rehearse(undefined, named, { ssm: { '/mail/value': 'x' } })).invented).toEqual([]);
});

test('with directories that are given, there are no others', async () => {
  const current = synth(app => ALIAS.build(app, {}));
  expect((await rehearse(undefined, current, { directories: ['d-9367000001'] })).outcome).toBe('harmless');
  const { outcome, stacks: [stack] } = await rehearse(undefined, current, { directories: ['d-9367000009'] });
  expect(outcome).toBe('fails');
  expect(stack.failure!.path).toBe('Association');
});

test('only selected stacks are deployed, with those that they depend on', async () => {
  const two = synth(app => {
    mail(app, {});
    new Stack(app, 'Other');
    new Stack(app, 'Last').addDependency(app.node.findChild('Mail') as Stack);
  });
  expect((await rehearse(undefined, two, { stacks: ['Last'] })).stacks.map(({ id }) => id)).toEqual(['Mail', 'Last']);
  await expect(rehearse(undefined, two, { stacks: ['Third'] })).rejects.toThrow("The new version has no stack 'Third'. It has Mail, Other, Last.");
});

describe('roles of our functions', () => {
  const withRole = (role: (stack: Stack) => iam.IRole) => synth(app => {
    const stack = new Stack(app, 'Mail', { env: { region: 'eu-west-1', account: '111122223333' } });
    ProviderSettings.of(stack).set({ functionRole: role(stack) });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  });
  const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
  const denied = new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ses:*'], resources: ['*'] });

  test('that are not in the app may do everything', async () => {
    const report = await rehearse(undefined, withRole(stack => iam.Role.fromRoleName(stack, 'Role', 'made-elsewhere', { mutable: false })));
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'created' });
  });

  test('with managed policies or policy variables, which the sandbox can\'t read, may do everything, and are listed', async () => {
    const report = await rehearse(undefined, withRole(stack => {
      const role = new iam.Role(stack, 'Role', { assumedBy, managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess')] });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::b/${aws:username}'] }));
      return role.withoutPolicyUpdates();
    }));
    expect(changesIn(report)).toEqual({ 'Mail/Endpoint': 'created' });
    expect(report.invented.map(({ kind }) => kind).sort()).toEqual(['managed policy', 'role or policy']);
  });

  test('that the app denies something may not do it', async () => {
    const report = await rehearse(undefined, withRole(stack =>
      new iam.Role(stack, 'Role', { assumedBy, inlinePolicies: { No: new iam.PolicyDocument({ statements: [denied] }) } })));
    expect(report.stacks[0].failure!.reason).toContain('is not authorized to perform: ses:');
  });
});

test('a nested stack whose template is somewhere else is inert, and its outputs are made up', async () => {
  const report = await rehearse(undefined, synth(app => {
    mail(app, {});
    const stack = app.node.findChild('Mail') as Stack;
    const theirs = new CfnStack(stack, 'Theirs', { templateUrl: 'https://example.com/theirs.yaml' });
    new lambda.CfnPermission(stack, 'Permission', {
      action: 'lambda:InvokeFunction', functionName: theirs.getAtt('Outputs.Function').toString(), principal: 'sns.amazonaws.com',
    });
  }));
  expect({ outcome: report.outcome, changes: changesIn(report) }).toEqual({ outcome: 'harmless', changes: { 'Mail/Endpoint': 'created' } });
  expect(report.inert.map(({ path }) => path)).toContain('Theirs');
});
