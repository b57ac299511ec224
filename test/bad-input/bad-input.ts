import { App, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';

export const REGION = 'eu-west-1';
const ACCOUNT = '111122223333';

/** One invalid input: what declares it, and how it is refused. */
export interface BadInput {
  readonly name: string;
  /** Path of the construct that the message names. */
  readonly path: string;
  /** The value as the message shows it. */
  readonly value: string;
  readonly rule: RegExp;
  readonly fix: RegExp;
  readonly build: (stack: Stack) => void;
  /** The same input as a token, or why it can't be one. */
  readonly token: TokenVariants | string;
  /** How the handler refuses what the token turned out to be, or why that is not its business. */
  readonly deployed: HandlerRefusal | string;
}

export interface TokenVariants {
  /** With a parameter of the template, whose value nobody knows at synthesis; the first of the values has it for all. */
  readonly parameter?: (stack: Stack) => void;
  /** With a token that becomes the invalid value when the template is written. */
  readonly late: (stack: Stack) => void;
}

export interface HandlerRefusal {
  readonly type: string;
  /** What the reason calls the property, e.g. `PortRanges[0].FromPort`. */
  readonly property: string;
  /** @default - the value as the message at synthesis shows it */
  readonly value?: string;
  readonly rule: RegExp;
  /** What the references in the template turn out to be. */
  readonly references?: Readonly<Record<string, unknown>>;
}

/** Makes tokens of one type. */
export interface TokenType<V> {
  parameter(stack: Stack): V;
  late(value: V): V;
}

export const TEXT: TokenType<string> = {
  parameter: stack => new CfnParameter(stack, 'Parameter').valueAsString,
  late: value => Lazy.string({ produce: () => value }),
};

export const NUMBER: TokenType<number> = {
  parameter: stack => new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber,
  late: value => Lazy.number({ produce: () => value }),
};

export const LIST: TokenType<string[]> = {
  parameter: stack => new CfnParameter(stack, 'Parameter', { type: 'CommaDelimitedList' }).valueAsList,
  late: value => Lazy.list({ produce: () => value }),
};

/** Invalid values of one property. */
export interface BadProperty<V> extends Omit<BadInput, 'name' | 'value' | 'build' | 'token'> {
  readonly property: string;
  /** By what is wrong with them. */
  readonly values: Readonly<Record<string, V>>;
  /** @default - the value as it is, the empty text in quotes */
  readonly show?: (value: V) => string;
  readonly build: (stack: Stack, value: V) => void;
  readonly token: TokenType<V> | string;
}

export function badValues<V>({ property, values, show = asItIs, build, token, ...rest }: BadProperty<V>): BadInput[] {
  return Object.entries(values).map(([what, value], index) => ({
    ...rest,
    name: `${property}: ${what}`,
    value: show(value),
    build: stack => build(stack, value),
    token: typeof token === 'string' ? token : {
      ...(index === 0 && { parameter: (stack: Stack) => build(stack, token.parameter(stack)) }),
      late: stack => build(stack, token.late(value)),
    },
  }));
}

export const EMPTY_TEXT = "''";

function asItIs(value: unknown): string {
  return value === '' ? EMPTY_TEXT : String(value);
}

/** Why there is no token, or nothing for the handler to refuse. */
export const KNOWN = {
  count: 'How many there are is always known at synthesis.',
  keys: 'A key is always known at synthesis: CloudFormation has no intrinsic functions in keys.',
  relation: 'Only the app knows both sides.',
  unused: 'It only becomes part of the template, not of a request to the handler.',
  limits: 'The engine brings a time-out into its limits rather than to fail for it.',
  enumeration: 'An enum of the language has no other values.',
  later: 'What it turns out to be only the service can tell.',
} as const;

export function stackOf(): Stack {
  // Nothing reads the assets, and copying them takes longer than the rest.
  const app = new App({ treeMetadata: false, context: { 'aws:cdk:disable-asset-staging': true } });
  return new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
}

/** Names of the Region and what is none. */
export const BAD_REGIONS = {
  'empty': '',
  'a city': 'Frankfurt',
  'no number': 'eu-central',
  'only an area': 'eu',
  'big letters': 'EU-CENTRAL-1',
  'underscores': 'eu_central_1',
  'a zone': 'eu-central-1a',
  'a space before it': ' eu-central-1',
  'an ARN': 'arn:aws:ses:eu-central-1',
} as const;

/** In seconds. */
export const BAD_TIMEOUTS = { 'no time': 0, 'shorter than two minutes': 119, 'longer than 59 minutes': 3541, 'a day': 86_400 } as const;

/** Characters and beginnings that no service takes in a tag's value. */
export const BAD_TAG_TEXTS = { 'an asterisk': 'a*b', 'a comma': 'a,b', 'a semicolon': 'a;b', 'an emoji': 'mail✉' } as const;

export const BAD_PORTS = { 'zero': 0, 'negative': -1, 'above the last': 65_536, 'no whole number': 80.5 } as const;

export const BAD_ADDRESSES = {
  'empty': '',
  'a name': 'server.internal',
  'three parts': '10.0.0',
  'five parts': '10.0.0.0.5',
  'a part above 255': '10.0.0.256',
  'a block': '10.0.0.5/32',
  'a leading zero': '10.0.0.05',
  'IPv6': '2001:db8::5',
} as const;
