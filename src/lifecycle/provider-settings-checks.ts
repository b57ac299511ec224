import { SizeRoundingBehavior, Stack, Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import type { ProviderSettingsOptions } from './provider-settings-options';
import { isElsewhere } from './regions';
import { refuse } from './synthesis-error';
import { STATE_MACHINE_VARIABLE } from '../wire/lifecycle';

const MIN_MEMORY = 128;
const MAX_MEMORY = 10_240;
const MIN_NODE_VERSION = 22;

/** A setting of something new that contradicts the setting that names an existing one. */
const NEW_OR_EXISTING = {
  logRetention: 'logGroup',
  logGroupName: 'logGroup',
  functionRoleName: 'functionRole',
  stateMachineRoleName: 'stateMachineRole',
} as const;

/** Settings that mean nothing without another one. */
const NEEDS_VPC = ['vpcSubnets', 'securityGroups'] as const;

/** What must be where the function is. */
const REGIONAL = ['vpc', 'securityGroups', 'layers', 'logGroup', 'deadLetterQueue', 'environmentEncryption', 'stateMachineEncryption'] as const;

/** Settings that a nearer scope drops when it overrides the setting. */
export const DISPLACES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(NEW_OR_EXISTING).map(([name, existing]) => [name, [existing]])),
  logGroup: ['logRetention', 'logGroupName'],
  functionRole: ['functionRoleName'],
  stateMachineRole: ['stateMachineRoleName'],
  vpc: NEEDS_VPC,
};

/** Names of which there is one in an account and Region, with what AWS takes. Roles have no Region. */
export const UNIQUE_NAMES = {
  functionName: { rule: /^[\w-]{1,64}$/, text: '1 to 64 letters, digits, hyphens and underscores', isGlobal: false },
  functionRoleName: { rule: /^[\w+=,.@-]{1,64}$/, text: '1 to 64 letters, digits and +=,.@-_', isGlobal: true },
  stateMachineName: { rule: /^[\w-]{1,80}$/, text: '1 to 80 letters, digits, hyphens and underscores', isGlobal: false },
  stateMachineRoleName: { rule: /^[\w+=,.@-]{1,64}$/, text: '1 to 64 letters, digits and +=,.@-_', isGlobal: true },
  logGroupName: { rule: /^[\w./#-]{1,512}$/, text: '1 to 512 letters, digits and ./#-_', isGlobal: false },
} as const;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const VARIABLE_NAME = /^[A-Za-z]\w+$/;
const RESERVED_VARIABLES = new Set([
  STATE_MACHINE_VARIABLE, 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR',
]);

/** Checks the values of one call. */
export function checkSettings(scope: IConstruct, settings: ProviderSettingsOptions): void {
  checkContradictions(scope, settings);
  checkFunction(scope, settings);
  checkNames(scope, settings);
  Object.keys(settings.environment ?? {}).forEach(name => checkVariable(scope, name));
  if (settings.deadLetterQueue?.fifo) {
    refuse(scope, "'deadLetterQueue' is a FIFO queue, but Lambda takes a standard queue only. Use a queue without 'fifo'.");
  }
}

/** Checks what the calls on all scopes add up to. */
export function checkMergedSettings(scope: IConstruct, settings: ProviderSettingsOptions): void {
  checkContradictions(scope, settings);
  const needsVpc = NEEDS_VPC.find(name => settings[name]);
  if (needsVpc && !settings.vpc) {
    refuse(scope, `'${needsVpc}' is set without 'vpc', but 'vpcSubnets' and 'securityGroups' need 'vpc'. Set all of them together.`);
  }
  REGIONAL.forEach(name => [settings[name] ?? []].flat().forEach(({ env }) => checkRegion(scope, name, env.region)));
}

function checkRegion(scope: IConstruct, name: string, region: string): void {
  if (isElsewhere(scope, region)) {
    refuse(scope, `'${name}' is in ${region}, but the function is in ${Stack.of(scope).region}, the Region of the stack. Use one of that Region, and set `
      + 'it on a scope of which all stacks are in that Region.');
  }
}

function checkContradictions(scope: IConstruct, settings: ProviderSettingsOptions): void {
  for (const [name, existing] of Object.entries(NEW_OR_EXISTING)) {
    const value = settings[name as keyof typeof NEW_OR_EXISTING];
    if (value !== undefined && settings[existing]) {
      const what = existing === 'logGroup' ? 'log group' : 'role';
      const shown = name === 'logRetention' ? `(${value} days) ` : `('${value}') `;
      refuse(scope, `'${name}' ${shown}is for a new ${what}, but '${existing}' names an existing one. Set one of the two.`);
    }
  }
}

function checkNames(scope: IConstruct, settings: ProviderSettingsOptions): void {
  for (const [property, { rule, text }] of Object.entries(UNIQUE_NAMES)) {
    const name = settings[property as keyof typeof UNIQUE_NAMES];
    if (name !== undefined && !Token.isUnresolved(name) && !rule.test(name)) {
      refuse(scope, `'${property}' is '${name}', but AWS takes ${text}. Choose another name, or leave it out for a generated one.`);
    }
  }
}

function checkVariable(scope: IConstruct, name: string): void {
  if (RESERVED_VARIABLES.has(name)) {
    refuse(scope, `'environment' sets ${name}, which ${name === STATE_MACHINE_VARIABLE ? 'this library' : 'Lambda'} sets itself. Leave it out.`);
  }
  if (!Token.isUnresolved(name) && !VARIABLE_NAME.test(name)) {
    refuse(scope, `'environment' has a variable '${name}', but a name is a letter, then letters, digits and underscores. Choose another name.`);
  }
}

function checkFunction(scope: IConstruct, { memorySize, reservedConcurrentExecutions, runtime }: ProviderSettingsOptions): void {
  const memory = memorySize?.isUnresolved() ? undefined : memorySize?.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (memory !== undefined && !(Number.isInteger(memory) && memory >= MIN_MEMORY && memory <= MAX_MEMORY)) {
    refuse(scope, `'memorySize' is ${memory} MiB, but a function takes ${MIN_MEMORY} to ${MAX_MEMORY}, whole. Use e.g. Size.mebibytes(256).`);
  }
  if (reservedConcurrentExecutions !== undefined && !Token.isUnresolved(reservedConcurrentExecutions)
    && !(Number.isInteger(reservedConcurrentExecutions) && reservedConcurrentExecutions >= 1)) {
    refuse(scope, `'reservedConcurrentExecutions' is ${reservedConcurrentExecutions}, but the function needs a whole number of at least 1 to `
      + 'run at all. Use a number such as 2, or leave it out.');
  }
  if (runtime && !isSupported(runtime)) {
    refuse(scope, `'runtime' is ${runtime.name}, but the function needs Node.js ${MIN_NODE_VERSION} or later. Use e.g. `
      + 'lambda.Runtime.NODEJS_22_X, or leave it out for the newest one.');
  }
}

function isSupported({ name }: lambda.Runtime): boolean {
  return Token.isUnresolved(name) || Number(/^nodejs(\d+)\.x$/.exec(name)?.[1]) >= MIN_NODE_VERSION;
}
