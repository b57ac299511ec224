import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { changesIn, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse, Report } from '../../cli/rehearse';
import { GeneralProvisioner } from '../../sandbox/cloudformation/native-provisioner';
import { LambdaService } from '../../sandbox/lambda/lambda-service';
import { ServiceDispatcher } from '../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { SesSimulator } from '../../sandbox/services/ses';
import { CustomRoutingAccelerator, CustomRoutingProtocol, MultiRegionEndpoint } from '../../src';
import { SimulatedAccount } from '../cli/account';

/*
 * No defect of the sandbox ends a rehearsal: what it fails at is inert, is listed, and is not blamed on the app.
 */
const OOPS = 'Cannot read properties of undefined';

function app(secondaryRegion: string, lastPort: number): (app: App) => void {
  return scope => {
    const stack = new Stack(scope, 'Shop', { env: { region: 'eu-west-1', account: '111122223333' } });
    const topic = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { DisplayName: secondaryRegion } });
    const { endpointId } = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion });
    new CustomRoutingAccelerator(stack, 'Acc').addListener('L', { portRanges: [{ fromPort: 10_001, toPort: 11_000 }] })
      .addEndpointGroup('G', { destinations: [{ fromPort: 80, toPort: lastPort, protocols: [CustomRoutingProtocol.UDP] }] });
    new lambda.Function(stack, 'Sender', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
      environment: { ENDPOINT_ID: endpointId, TOPIC: topic.ref },
    });
  };
}

let old: string;
let current: string;

beforeAll(() => {
  old = synth(app('eu-central-1', 80));
  current = synth(app('us-east-1', 81));
});
afterEach(() => { jest.restoreAllMocks(); });
afterAll(removeAssemblies);

/** Lets a method of the sandbox fail as a programming error would. */
function breakMethod(prototype: object, method: string, when: (...args: any[]) => boolean = () => true): void {
  const original = (prototype as any)[method];
  jest.spyOn(prototype as any, method).mockImplementation(function(this: unknown, ...args: unknown[]): unknown {
    if (when(...args)) {
      throw new TypeError(OOPS);
    }
    return original.apply(this, args);
  });
}

function defects({ defects: all }: Report): string[] {
  return all.map(({ path, message }) => [path, message].filter(Boolean).join(': '));
}

test('without a defect there is none', async () => {
  const report = await rehearse(old, current);
  expect(report.defects).toEqual([]);
  expect(changesIn(report)).toEqual({ 'Shop/Endpoint': 'replaced', 'Shop/Acc/L/G': 're-created in its place' });
});

describe('a simulator fails', () => {
  beforeEach(() => breakMethod(SesSimulator.prototype, 'create', ({ Details }) => Details.RoutesDetails[0].Region === 'us-east-1'));

  test('the resource is not rehearsed, and the others are', async () => {
    const report = await rehearse(old, current);
    expect(report.stacks).toMatchObject([{ outcome: 'succeeds' }]);
    expect(changesIn(report)).toEqual({ 'Shop/Endpoint': 'not rehearsed', 'Shop/Acc/L/G': 're-created in its place' });
    expect(resource(report, 'Shop/Endpoint')).toMatchObject({ reason: OOPS, disruptive: false, effects: [] });
    expect(defects(report)).toEqual([`Endpoint: ${OOPS}`]);
    expect(report.inert.map(({ path }) => path)).toContain('Endpoint');
  });

  test('nothing is said about the whole: exit code 1, and the text names it', async () => {
    const { exitCode, stdout } = await new SimulatedAccount().run('rehearse', old, current);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`  ! Endpoint  NOT REHEARSED: ${OOPS}\n`);
    expect(stdout).toContain(`  ! Shop/Endpoint (Custom::MultiRegionEndpoint): ${OOPS}\n`);
  });

  test('in the old version, too', async () => {
    expect(changesIn(await rehearse(current, old))).toMatchObject({ 'Shop/Endpoint': 'not rehearsed' });
  });
});

test('a native resource is inert and listed; the answer counts', async () => {
  breakMethod(GeneralProvisioner.prototype, 'put', ({ type }, _, { DisplayName }) => type === 'AWS::SNS::Topic' && DisplayName === 'us-east-1');
  const report = await rehearse(old, current);
  expect(report).toMatchObject({ outcome: 'disruptive', stacks: [{ outcome: 'succeeds' }] });
  expect(changesIn(report)).toEqual({ 'Shop/Endpoint': 'replaced', 'Shop/Acc/L/G': 're-created in its place' });
  expect(defects(report)).toEqual([`Topic: ${OOPS}`]);
});

test.each([
  ['the list of what exists', GlobalAcceleratorSimulator.prototype, 'inventory'],
  ['the list of port mappings', GlobalAcceleratorSimulator.prototype, 'listMappings'],
])('%s', async (_, prototype, method) => {
  breakMethod(prototype, method);
  const report = await rehearse(old, current);
  expect(report.stacks).toMatchObject([{ outcome: 'succeeds' }]);
  expect(changesIn(report)).toMatchObject({ 'Shop/Acc/L/G': 're-created in its place' });
  expect(defects(report)).toEqual([OOPS]);
});

test('what makes our resources work: the stack is not rehearsed, and its failure is not blamed on the app', async () => {
  breakMethod(LambdaService.prototype, 'accept', ({ name }) => /Ses/.test(name));
  const report = await rehearse(undefined, current);
  expect(report.outcome).not.toBe('fails');
  expect(report.stacks).toMatchObject([{ outcome: 'not rehearsed', note: 'the rehearsal itself failed, see its defects' }]);
  expect(report.stacks[0].failure).toBeUndefined();
  expect(defects(report).join()).toContain(OOPS);
});

test('a service that the sandbox does not have', async () => {
  const { register } = ServiceDispatcher.prototype;
  jest.spyOn(ServiceDispatcher.prototype, 'register').mockImplementation(function(this: ServiceDispatcher, simulator) {
    delete (simulator.operations as Record<string, unknown>).CreateMultiRegionEndpoint;
    return register.call(this, simulator);
  });
  const report = await rehearse(undefined, current);
  expect(changesIn(report)).toMatchObject({ 'Shop/Endpoint': 'not rehearsed' });
  expect(defects(report).join()).toContain('simulate');
});

describe('what only AWS can expand', () => {
  const withMacro = (secondaryRegion: string) => synth(scope => {
    app(secondaryRegion, 80)(scope);
    const stack = scope.node.findChild('Shop') as Stack;
    stack.templateOptions.transforms = ['AWS::Serverless-2016-10-31', 'AWS::LanguageExtensions'];
    new CfnResource(stack, 'Api', { type: 'AWS::Serverless::Function', properties: { Handler: 'index.handler' } });
    const user = new CfnResource(stack, 'User', { type: 'AWS::SNS::Subscription' });
    user.addPropertyOverride('Endpoint', { 'Fn::GetAtt': ['ApiRole', 'Arn'] });
    user.addPropertyOverride('Protocol', { 'Fn::Select': ['9', { 'Fn::GetAZs': '' }] });
    user.addPropertyOverride('Topic', { 'Fn::Other': 'x' });
    stack.addTransform('AWS::LanguageExtensions');
    (stack as any)._toCloudFormation = ((original: () => any) => () => {
      const template = original();
      template.Resources['Fn::ForEach::Topics'] = ['Name', ['A', 'B'], { 'Topic${Name}': { Type: 'AWS::SNS::Topic' } }];
      return template;
    })((stack as any)._toCloudFormation.bind(stack));
  });

  test('macros, loops and functions are made up and listed', async () => {
    const report = await rehearse(withMacro('eu-central-1'), withMacro('us-east-1'));
    expect(report.stacks).toMatchObject([{ outcome: 'succeeds' }]);
    expect(changesIn(report)).toEqual({ 'Shop/Endpoint': 'replaced' });
    expect(report.defects).toEqual([]);
    expect(report.inert.map(({ path }) => path)).toEqual(expect.arrayContaining(['Api', 'ApiRole', 'User']));
    expect(report.invented.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'function Fn::Other', 'function Fn::Select', 'loop Fn::ForEach::Topics', 'macro AWS::Serverless-2016-10-31',
    ]);
  });
});
