import {
  ACCELERATOR_ARN, ATTACHMENT_ARN, CHILD_TAG_PREFIX, ENDPOINT_GROUP_ARN, GLOBAL_ACCELERATOR_TAG_RULES, IPV4_ADDRESS, LISTENER_ARN,
  SUBNET_ID,
} from '../../src/wire/global-accelerator';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../src/wire/lifecycle';
import { REGION_NAME, tagProblem, type TagRules } from '../../src/wire/rules';
import { DOMAIN_NAME, ENDPOINT_NAME, SES_TAG_RULES, signingOriginOf } from '../../src/wire/ses';
import { CONNECTION_ALIAS_ID, DIRECTORY_ID, WORKSPACE_ID, WORKSPACES_TAG_RULES } from '../../src/wire/workspaces';

const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const LISTENER = `${ACCELERATOR}/listener/0a1b`;

/** The good ones, and bad ones that each break one part of the rule. */
test.each<[string, RegExp, string[], string[]]>([
  ['Region', REGION_NAME, ['eu-west-1', 'us-gov-west-1', 'ap-southeast-12', 'us-east-2', 'eusc-de-east-1', 'eu-isoe-west-1'],
    ['Europe', 'e-west-1', 'euro-west-1', 'eu-1', 'eu-west', 'eu-west-', ' eu-west-1', 'eu-west-1 ', 'eu--1', 'EU-WEST-1', 'eu-WEST-1', 'eu-west-x']],
  ['endpoint name', ENDPOINT_NAME, ['a', 'A_b-9', 'x'.repeat(64)], ['', 'x'.repeat(65), 'a b', ' a', 'a ', 'ü']],
  ['domain', DOMAIN_NAME.pattern, ['example.com', 'a.b', '_x.mail-1.example.co.uk', 'xn--bro-hoa.example', `${'x'.repeat(63)}.com`],
    ['example', '', '.com', 'example.', 'a..b', '-a.com', 'a-.com', 'a.com-', 'a b.com', 'a@b.com', 'A.com', `${'x'.repeat(64)}.com`, `${'abcdefgh.'.repeat(28)}com`]],
  ['accelerator', ACCELERATOR_ARN.pattern, [ACCELERATOR, ACCELERATOR.replace('aws', 'aws-cn')],
    [` ${ACCELERATOR}`, `${ACCELERATOR} `, LISTENER, ACCELERATOR.replace('111122223333', '1'), ACCELERATOR.replace('aws', ''), ACCELERATOR.replace('0a1b', '')]],
  ['listener', LISTENER_ARN.pattern, [LISTENER], [` ${LISTENER}`, `${LISTENER} `, ACCELERATOR, `${ACCELERATOR}/listener/`, `${LISTENER}/endpoint-group/0`]],
  ['endpoint group', ENDPOINT_GROUP_ARN.pattern, [`${LISTENER}/endpoint-group/0c`], [LISTENER, `${LISTENER}/endpoint-group/`]],
  ['attachment', ATTACHMENT_ARN.pattern, ['arn:aws:globalaccelerator::111122223333:attachment/x'],
    [ACCELERATOR, 'arn:aws:globalaccelerator::111122223333:attachment/', 'arn:aws:globalaccelerator::1:attachment/x']],
  ['subnet', SUBNET_ID.pattern, ['subnet-0a', 'subnet-a'], ['subnet-', 'subnet-A', 'x', ' subnet-a', 'subnet-a ']],
  ['address', IPV4_ADDRESS.pattern, ['0.0.0.0', '255.255.255.255', '9.10.99.100', '199.200.249.250'],
    ['256.0.0.0', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.', '1.2.3.260', '1.2.3.300', '1a2a3a4']],
  ['WorkSpace', WORKSPACE_ID.pattern, ['ws-12345678', `ws-${'z'.repeat(63)}`], ['ws-1234567', `ws-${'z'.repeat(64)}`, 'ws-1234567A', 'xws-12345678', 'ws-12345678 ']],
  ['directory', DIRECTORY_ID.pattern, ['d-12345678', `d-${'f'.repeat(63)}`, 'wsd-12345678', `wsd-${'z'.repeat(61)}`],
    ['d-1234567', 'd-1234567g', `d-${'f'.repeat(64)}`, 'wsd-1234567', `wsd-${'z'.repeat(62)}`, 'xd-12345678', 'd-12345678 ', 'wsd-1234567A']],
  ['alias', CONNECTION_ALIAS_ID.pattern, ['wsca-12345678', `wsca-${'z'.repeat(63)}`],
    ['wsca-1234567', `wsca-${'z'.repeat(64)}`, 'xwsca-12345678', 'wsca-12345678 ', 'wsca-1234567A']],
])('the form of a %s', (_, pattern, good, bad) => {
  expect(good.filter(text => !pattern.test(text))).toEqual([]);
  expect(bad.filter(text => pattern.test(text))).toEqual([]);
});

test.each([
  [ACCELERATOR_ARN, 'the ARN of an accelerator'], [LISTENER_ARN, 'the ARN of a listener'], [ENDPOINT_GROUP_ARN, 'the ARN of an endpoint group'],
  [ATTACHMENT_ARN, 'the ARN of a cross-account attachment'], [SUBNET_ID, 'the id of a subnet'], [IPV4_ADDRESS, 'an IPv4 address'],
])('a form is said in words (%#)', ({ says, what }, words) => {
  expect([what, says]).toEqual([words, `must be ${words}`]);
});

test.each([['eu-west-1', 'AWS_SES_EU_WEST_1'], ['us-gov-west-1', 'AWS_SES_US_GOV_WEST_1']])('SES calls a parent in %s %s', (region, origin) => {
  expect(signingOriginOf(region)).toBe(origin);
});

test('forms of WorkSpaces are said in words', () => {
  expect([WORKSPACE_ID, DIRECTORY_ID, CONNECTION_ALIAS_ID].map(({ says }) => says)).toEqual([
    "must be 'ws-' and 8 to 63 small letters and digits",
    "must be 'd-' and 8 to 63 hexadecimal digits, or 'wsd-' and 8 to 61 small letters and digits",
    "must be 'wsca-' and 8 to 63 small letters and digits",
  ]);
});

test('what stands in accounts already can never be called differently', () => {
  expect([OWNER_TAG_KEY, CHILD_TAG_PREFIX, SCHEMA_VERSION])
    .toEqual(['cdk-multi-region:owner', 'cdk-multi-region:child:', '1']);
});

describe('tags', () => {
  const RULES: TagRules = {
    service: 'Some Service', maxCount: 3, maxKeyLength: 70, maxValueLength: 80, reservedInValues: true, reservedPrefixes: ['aws:', 'own:'],
  };
  const CHARACTERS = 'can\'t have. Use letters, digits, spaces and _ . : / = + - @ only.';

  test.each<[Record<string, string>]>([
    [{}], [{ a: '1', b: '' }], [{ ['k'.repeat(70)]: 'v'.repeat(80) }], [{ 'Ä b_.:/=+-@9': 'ß _.:/=+-@9' }], [{ 'x-aws:': 'x-own:' }],
  ])('%j are good', tags => {
    expect(tagProblem(tags, RULES)).toBeUndefined();
  });

  test.each<[Record<string, string>, string]>([
    [{ a: '', b: '', c: '' }, '3 tags, but Some Service takes 3 for a resource, of which this library needs one for itself. Remove 1.'],
    [{ a: '', b: '', c: '', d: '' }, '4 tags, but Some Service takes 3 for a resource, of which this library needs one for itself. Remove 2.'],
    [{ '': 'x' }, "tag key '' has 0 characters, but Some Service takes 1 to 70. Choose another one."],
    [{ ['k'.repeat(71)]: '' }, `tag key '${'k'.repeat(60)}...' has 71 characters, but Some Service takes 1 to 70. Choose another one.`],
    [{ a: 'v'.repeat(81) }, `the value of tag 'a' has 81 characters, but Some Service takes at most 80. Shorten '${'v'.repeat(60)}...'.`],
    [{ 'a*': '' }, `tag key 'a*' has a character that tags ${CHARACTERS}`],
    [{ '*a': '' }, `tag key '*a' has a character that tags ${CHARACTERS}`],
    [{ a: 'b*' }, `the value 'b*' of tag 'a' has a character that tags ${CHARACTERS}`],
    [{ 'AWS:a': '' }, "tag key 'AWS:a' begins with 'aws:', which is reserved. Choose another one."],
    [{ 'own:a': '' }, "tag key 'own:a' begins with 'own:', which is reserved. Choose another one."],
    [{ 'cdk-multi-region:a': '' }, "tag key 'cdk-multi-region:a' begins with 'cdk-multi-region:', which is reserved. Choose another one."],
    [{ a: 'aws:b' }, "the value 'aws:b' of tag 'a' begins with 'aws:', which is reserved. Choose another one."],
  ])('%j are not', (tags, problem) => {
    expect(tagProblem(tags, RULES)).toBe(problem);
  });

  test('a value may begin with what is reserved, where the service lets it', () => {
    expect(tagProblem({ a: 'aws:b' }, { ...RULES, reservedInValues: false })).toBeUndefined();
  });

  test('a key of sixty characters is shown whole', () => {
    expect(tagProblem({ ['*'.repeat(60)]: '' }, RULES)).toContain(`'${'*'.repeat(60)}'`);
  });

  test('what is not known yet is not looked at, but counted', () => {
    const isKnown = (text: string) => !text.startsWith('*');
    expect(tagProblem({ '*': '*' }, RULES, isKnown)).toBeUndefined();
    expect(tagProblem({ '*1': '', '*2': '', '*3': '' }, RULES, isKnown)).toMatch(/^3 tags/);
    expect(tagProblem({ '*': 'aws:' }, RULES, isKnown)).toMatch(/^the value/);
  });

  test.each([
    [SES_TAG_RULES, ['Amazon SES', 50, 128, 256, true, ['aws:']]],
    [GLOBAL_ACCELERATOR_TAG_RULES, ['Global Accelerator', 50, 128, 256, false, ['aws:']]],
    [WORKSPACES_TAG_RULES, ['Amazon WorkSpaces', 50, 127, 255, false, ['aws:']]],
  ])('are checked by the rules of each service (%#)', (rules, expected) => {
    const { service, maxCount, maxKeyLength, maxValueLength, reservedInValues, reservedPrefixes } = rules;
    expect([service, maxCount, maxKeyLength, maxValueLength, reservedInValues, reservedPrefixes]).toEqual(expected);
  });
});
