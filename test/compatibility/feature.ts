import { App, Stack, type AppProps, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import type { Entry } from './constructs';

export const ENV = { account: '111122223333', region: 'eu-west-1' };

/** A feature of the AWS CDK: a row of the table. */
export interface Feature {
  /** As the documentation calls it. */
  readonly name: string;
  /** Declares the construct with the feature, synthesizes, and expects what the feature promises. */
  readonly check: (entry: Entry) => void;
  /** Why there is nothing to try with a construct. */
  readonly without?: (entry: Entry) => string | undefined;
  /** How and why a construct is refused. */
  readonly refused?: (entry: Entry) => Refusal | undefined;
}

export interface Refusal {
  readonly message: RegExp;
  /** For the documentation. */
  readonly reason: string;
}

export interface Json {
  readonly [key: string]: any;
}

export function newApp(context: Json = {}, props: AppProps = {}): App {
  // Bundles are read where they are: nothing here deploys them.
  return new App({
    analyticsReporting: false, stackTraces: false, treeMetadata: false, ...props, context: { 'aws:cdk:disable-asset-staging': true, ...context },
  });
}

export function newStack(scope: Construct = newApp(), id = 'Stack', props: StackProps = {}): Stack {
  return new Stack(scope, id, { env: ENV, ...props });
}

/** The template, of which everything holds that holds for every app. */
export function templateOf(stack: Stack, entry: Entry): Json {
  const template = Template.fromStack(stack).toJSON() as Json;
  expectSound(template);
  expect(resourcesOf(template, entry.type ?? 'none')).toHaveLength(entry.type === undefined ? 0 : 1);
  return template;
}

export function resourcesOf(template: Json, type: string): Json[] {
  return Object.values<Json>(template.Resources ?? {}).filter(resource => resource.Type === type);
}

/** The custom resource of the construct. */
export function resourceOf(template: Json, entry: Entry): Json {
  return resourcesOf(template, entry.type!)[0];
}

/** Nothing dangles, no token is left, and each custom resource of the library comes after what it needs to get an answer. */
export function expectSound(template: Json): void {
  const text = JSON.stringify(template);
  const known = [...Object.keys(template.Resources ?? {}), ...Object.keys(template.Parameters ?? {})];
  expect(text).not.toMatch(/\$\{Token\[|undefined|NaN/);
  expect(referencesIn(template).filter(id => !known.includes(id) && !id.startsWith('AWS::'))).toEqual([]);
  for (const [id, { Type, Properties, DependsOn = [] }] of Object.entries<Json>(template.Resources ?? {})) {
    if (Type.startsWith('Custom::') && Properties.Schema !== undefined) {
      expect([id, referencesIn(Properties.ServiceToken)]).toEqual([id, [expect.stringMatching(/^MultiRegion\w+Function$/)]]);
      expect([id, known.filter(other => /^MultiRegion\w+WaiterPolicy/.test(other) && !DependsOn.includes(other))]).toEqual([id, []]);
    }
  }
}

/** Logical ids that a part of a template refers to. */
function referencesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  return Object.entries(part).flatMap(([key, value]) => {
    switch (key) {
      case 'Ref': return [String(value)];
      case 'Fn::GetAtt': return [String(Array.isArray(value) ? value[0] : value)];
      case 'DependsOn': return [value].flat() as string[];
      default: return referencesIn(value);
    }
  });
}

export const MAKES_NOTHING = 'makes no resource';
/** For features that change what a stack has of the construct. */
export const onlyResources = (entry: Entry) => entry.type === undefined ? MAKES_NOTHING : undefined;
