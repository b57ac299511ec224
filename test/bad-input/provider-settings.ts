import { App, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { MultiRegionEndpoint, ProviderService, ProviderSettings, type ProviderSettingsOptions } from '../../src';

const PATH = 'Stack';
const OBJECT = 'It takes a construct or an object, not a value.';

function setIn(stack: Stack, settings: ProviderSettingsOptions): void {
  ProviderSettings.of(stack).set(settings);
  endpointIn(stack);
}

function endpointIn(stack: Stack): void {
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
}

/** In another Region than the stack, made or imported. */
const ELSEWHERE: Readonly<Record<string, (own: Stack, elsewhere: Stack) => ProviderSettingsOptions>> = {
  vpc: (_, elsewhere) => ({ vpc: new ec2.Vpc(elsewhere, 'Vpc') }),
  securityGroups: (own, elsewhere) => ({
    vpc: new ec2.Vpc(own, 'Vpc'), securityGroups: [new ec2.SecurityGroup(elsewhere, 'Group', { vpc: new ec2.Vpc(elsewhere, 'Vpc') })],
  }),
  logGroup: own => ({ logGroup: logs.LogGroup.fromLogGroupArn(own, 'Logs', 'arn:aws:logs:us-east-1:111122223333:log-group:logs') }),
  deadLetterQueue: own => ({ deadLetterQueue: sqs.Queue.fromQueueArn(own, 'Queue', 'arn:aws:sqs:us-east-1:111122223333:queue') }),
  environmentEncryption: (_, elsewhere) => ({ environmentEncryption: new kms.Key(elsewhere, 'Key') }),
  stateMachineEncryption: own => ({ stateMachineEncryption: kms.Key.fromKeyArn(own, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1') }),
};

export const PROVIDER_SETTINGS: BadInput[] = [
  ...badValues<string>({
    property: 'the Region of', path: PATH, values: Object.fromEntries(Object.keys(ELSEWHERE).map(name => [name, name])), show: name => `'${name}' is in us-east-1`,
    rule: /but the function is in eu-west-1, the Region of the stack/, fix: /Use one of that Region/,
    build: (stack, name) => {
      const elsewhere = new Stack(stack.node.root as App, 'Elsewhere', { env: { account: stack.account, region: 'us-east-1' } });
      setIn(stack, ELSEWHERE[name](stack, elsewhere));
    },
    token: OBJECT, deployed: KNOWN.unused,
  }),
  ...badValues<number>({
    property: 'memorySize', path: PATH, values: { 'too little': 127, 'too much': 10_241, 'none': 0 }, show: size => `${size} MiB`,
    rule: /a function takes 128 to 10240/, fix: /Use e\.g\. Size\.mebibytes\(256\)/,
    build: (stack, size) => setIn(stack, { memorySize: Size.mebibytes(size) }), token: NUMBER, deployed: KNOWN.unused,
  }),
  ...badValues<number>({
    property: 'reservedConcurrentExecutions', path: PATH, values: { 'zero, which stops the function': 0, 'negative': -1, 'half a one': 1.5 },
    rule: /a whole number of at least 1/, fix: /Use a number such as 2, or leave it out/,
    build: (stack, reservedConcurrentExecutions) => setIn(stack, { reservedConcurrentExecutions }), token: NUMBER, deployed: KNOWN.unused,
  }),
  ...badValues<lambda.Runtime>({
    property: 'runtime', path: PATH, show: runtime => runtime.name, rule: /needs Node\.js 22 or later/, fix: /leave it out for the newest/,
    values: { 'another language': lambda.Runtime.PYTHON_3_12, 'too old': lambda.Runtime.NODEJS_18_X, 'no runtime': lambda.Runtime.PROVIDED_AL2023 },
    build: (stack, runtime) => setIn(stack, { runtime }), token: OBJECT, deployed: KNOWN.unused,
  }),
  ...badValues<ProviderSettingsOptions>({
    property: 'VPC settings', path: PATH, show: settings => Object.keys(settings)[0], rule: /need 'vpc'/, fix: /Set all of them together/,
    values: { 'subnets without a VPC': { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }, 'security groups without a VPC': { securityGroups: [] } },
    build: (stack, settings) => setIn(stack, settings), token: OBJECT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'logRetention', path: PATH, values: { 'of a log group that exists': logs.RetentionDays.ONE_WEEK }, show: days => `${days} days`,
    rule: /'logGroup' names an existing one/, fix: /Set one of the two/,
    build: (stack, logRetention) => setIn(stack, { logRetention, logGroup: new logs.LogGroup(stack, 'Logs') }),
    token: KNOWN.enumeration, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'environment', path: PATH, values: { 'a variable of Lambda': 'AWS_REGION', 'a variable of the library': 'STATE_MACHINE_ARN' },
    rule: /sets itself/, fix: /Leave it out/, build: (stack, name) => setIn(stack, { environment: { [name]: 'x' } }), token: KNOWN.relation, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'environment', path: PATH, values: { 'a name with a hyphen': 'MY-PROXY', 'a name that begins with a digit': '1PROXY', 'one letter': 'A' },
    rule: /a letter, then letters, digits and underscores/, fix: /Choose another name/,
    build: (stack, name) => setIn(stack, { environment: { [name]: 'x' } }), token: KNOWN.relation, deployed: KNOWN.unused,
  }),
  ...(['functionName', 'functionRoleName', 'stateMachineName', 'stateMachineRoleName', 'logGroupName'] as const).flatMap(property => badValues<string>({
    property, path: PATH, values: { 'with a space': 'my name', 'empty': '', 'too long': 'x'.repeat(513) },
    rule: /AWS takes 1 to \d+ letters, digits/, fix: /leave it out for a generated one/, build: (stack, name) => setIn(stack, { [property]: name }),
    token: TEXT, deployed: KNOWN.unused,
  })),
  ...(['functionRoleName', 'stateMachineRoleName'] as const).flatMap(property => badValues<string>({
    property, path: PATH, values: { 'of a role that exists': 'new' }, rule: /is for a new role, but '\w+Role' names an existing one/, fix: /Set one of the two/,
    build: (stack, name) => setIn(stack, {
      [property]: name,
      [property.replace('Name', '')]: iam.Role.fromRoleName(stack, 'Role', 'ours'),
    }),
    token: KNOWN.relation, deployed: KNOWN.unused,
  })),
  ...badValues<boolean>({
    property: 'deadLetterQueue', path: PATH, values: { 'a FIFO queue': true }, show: () => "'deadLetterQueue'", rule: /Lambda takes a standard queue only/,
    fix: /Use a queue without 'fifo'/, build: (stack, fifo) => setIn(stack, { deadLetterQueue: new sqs.Queue(stack, 'Queue', { fifo }) }),
    token: OBJECT, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'memorySize', path: PATH, values: { 'too late': 512 }, show: () => "'memorySize'",
    rule: /comes too late: the SES provider of stack 'Stack' exists already/, fix: /before the first construct/,
    build: (stack, size) => {
      endpointIn(stack);
      ProviderSettings.of(stack).set({ memorySize: Size.mebibytes(size) });
    },
    token: KNOWN.relation, deployed: KNOWN.unused,
  }),
  ...badValues({
    property: 'memorySize', path: PATH, values: { 'twice for a service': 512 }, show: () => "'memorySize'",
    rule: /has two different values, one set on 'the app' and one on 'Stack'/, fix: /set each setting once/,
    build: (stack, size) => {
      ProviderSettings.of(stack.node.root).set({ memorySize: Size.mebibytes(256) });
      ProviderSettings.of(stack).setForService(ProviderService.SES, { memorySize: Size.mebibytes(size) });
      endpointIn(stack);
    },
    token: KNOWN.relation, deployed: KNOWN.unused,
  }),
  ...badValues<(stack: Stack) => IConstruct>({
    property: 'scope', path: 'Stack/Part', values: { 'a construct in a stack': stack => new Construct(stack, 'Part') }, show: () => 'Stack/Part',
    rule: /takes an app, a stage or a stack/, fix: /Use ProviderSettings\.of\(Stack\.of\(construct\)\)/,
    build: (stack, scope) => ProviderSettings.of(scope(stack)), token: OBJECT, deployed: KNOWN.unused,
  }),
  ...badValues<number>({
    property: 'memorySize', path: 'App', values: { 'set on an app': 64 }, show: size => `${size} MiB`,
    rule: /a function takes 128 to 10240/, fix: /Use e\.g\. Size\.mebibytes\(256\)/,
    build: (_, size) => ProviderSettings.of(new App()).set({ memorySize: Size.mebibytes(size) }), token: KNOWN.relation, deployed: KNOWN.unused,
  }),
];
