import { FakeService, ManualClock, ROLE } from './fake-service';
import { Iam } from '../../../sandbox/iam/iam';
import { LostAnswer, ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { ServiceError } from '../../../sandbox/services/service';

const CREATE = 'CreateCustomRoutingAccelerator';
const SERVICE = 'Global Accelerator';
const INPUT = { Name: 'game', IdempotencyToken: 't' };

let clock: ManualClock;
let service: FakeService;
let iam: Iam;
let dispatcher: ServiceDispatcher;

beforeEach(() => {
  clock = new ManualClock();
  service = new FakeService();
  iam = new Iam();
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: '111122223333', iam }).register(service);
});

function create(input: unknown, principalArn?: string): any {
  return dispatcher.dispatch(SERVICE, CREATE, input, { region: 'us-west-2', principalArn });
}

function failure(call: () => unknown): ServiceError {
  try {
    call();
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('The call did not fail.');
}

describe('input', () => {
  const invalid = (input: unknown): ServiceError => failure(() => create(input));

  test.each<[string, unknown, string]>([
    ['too long', { ...INPUT, Name: 'gamers' },
      "1 validation error detected: Value 'gamers' at 'name' failed to satisfy constraint: "
      + 'Member must have length less than or equal to 5'],
    ['too short', { ...INPUT, Name: '' },
      "1 validation error detected: Value '' at 'name' failed to satisfy constraint: "
      + 'Member must have length greater than or equal to 1'],
    ['a pattern', { ...INPUT, Name: 'G1' },
      "1 validation error detected: Value 'G1' at 'name' failed to satisfy constraint: "
      + 'Member must satisfy regular expression pattern: ^[a-z]*$'],
    ['an enumeration', { ...INPUT, IpAddressType: 'IPV6' },
      "1 validation error detected: Value 'IPV6' at 'ipAddressType' failed to satisfy constraint: "
      + 'Member must satisfy enum value set: [IPV4, DUAL_STACK]'],
    ['too many items', { ...INPUT, IpAddresses: ['1', '2', '3'] },
      "1 validation error detected: Value '[1, 2, 3]' at 'ipAddresses' failed to satisfy constraint: "
      + 'Member must have length less than or equal to 2'],
    ['a wrong item', { ...INPUT, IpAddresses: ['1', 'x'] },
      "1 validation error detected: Value '[1, x]' at 'ipAddresses' failed to satisfy constraint: Member must satisfy "
      + 'constraint: [Member must have length less than or equal to 7, '
      + 'Member must satisfy regular expression pattern: ^[0-9.]*$]'],
    ['a member deep inside', { ...INPUT, Tags: [{ Key: 'a', Value: '' }, { Key: '', Value: '' }] },
      "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: "
      + 'Member must have length greater than or equal to 1'],
    ['a missing member', {},
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"],
    ['a missing member deep inside', { ...INPUT, Tags: [{ Key: 'a' }] },
      "1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy constraint: "
      + 'Member must not be null'],
    ['a null item', { ...INPUT, IpAddresses: [null] },
      "Value null at 'ipAddresses.1.member' failed to satisfy constraint: Member must not be null"],
    ['two errors', { ...INPUT, Name: 'GAMERS' },
      "2 validation errors detected: Value 'GAMERS' at 'name' failed to satisfy constraint: "
      + "Member must have length less than or equal to 5; Value 'GAMERS' at 'name' failed to satisfy constraint: "
      + 'Member must satisfy regular expression pattern: ^[a-z]*$'],
    ['an unknown member', { ...INPUT, Nmae: 'x' },
      "1 validation error detected: Value 'x' at 'nmae' failed to satisfy constraint: Member must be one of "
      + '[Name, IpAddressType, IpAddresses, Enabled, IdempotencyToken, Tags]'],
    ['an unknown member deep inside', { ...INPUT, Tags: [{ Key: 'a', Value: 'b', Vlaue: { c: [1] } }] },
      "Value '{c=[1]}' at 'tags.1.member.vlaue' failed to satisfy constraint: Member must be one of [Key, Value]"],
  ])('%s is refused in the words of AWS', (_, input, message) => {
    const error = invalid(input);
    expect(error).toMatchObject({ name: 'InvalidArgumentException', httpStatus: 400 });
    expect(error.message).toContain(message);
    expect(service.inputs).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ ...INPUT, Name: 7 }, "NUMBER_VALUE can not be converted to a String at 'name'"],
    [{ ...INPUT, Name: { a: 1 } }, "STRUCTURE_VALUE can not be converted to a String at 'name'"],
    [{ ...INPUT, Enabled: 'true' }, "STRING_VALUE can not be converted to a Boolean at 'enabled'"],
    [{ ...INPUT, Name: true }, "TRUE_VALUE can not be converted to a String at 'name'"],
    [{ ...INPUT, IpAddresses: '1.2.3.4' }, "STRING_VALUE can not be converted to a list at 'ipAddresses'"],
    [{ ...INPUT, Tags: ['a'] }, "STRING_VALUE can not be converted to a structure at 'tags.1.member'"],
    [[], 'LIST_VALUE can not be converted to a structure'],
  ])('of a wrong type is refused: %j', (input, message) => {
    expect(invalid(input)).toMatchObject({ name: 'SerializationException', message });
  });

  test('without a value counts as not given', () => {
    create({ ...INPUT, Enabled: undefined, IpAddresses: null });
    expect(service.inputs).toEqual([INPUT]);
  });

  test('is counted in characters, not in UTF-16 code units', () => {
    expect(invalid({ ...INPUT, Name: '😀😀😀😀😀' }).message).not.toContain('length');
  });

  test('and output are copied', () => {
    const addresses = ['1.2.3.4'];
    const kept = { Name: 'game', IpSets: [] as unknown[] };
    service.answer = input => {
      input.IpAddresses.push('5.6.7.8');
      return { Accelerator: kept };
    };
    const output = create({ ...INPUT, IpAddresses: addresses });
    output.Accelerator.IpSets.push('changed by the caller');
    expect(addresses).toEqual(['1.2.3.4']);
    expect(kept.IpSets).toEqual([]);
    expect(dispatcher.calls[0].input.IpAddresses).toEqual(['1.2.3.4']);
  });
});

describe('a wrong simulator', () => {
  test.each<[string, unknown, string]>([
    ['a wrong type', { Accelerator: { Enabled: 'yes' } }, 'STRING_VALUE can not be converted to a Boolean'],
    ['an unknown member', { Accelerator: { Nam: 'x' } }, "'accelerator.nam'"],
    ['a string for a timestamp', { Accelerator: { CreatedTime: '2026' } }, 'can not be converted to a Timestamp'],
  ])('that answers with %s is a defect', (_, output, message) => {
    service.answer = () => output;
    expect(() => create(INPUT)).toThrow(message);
    expect(dispatcher.defects).toHaveLength(1);
  });

  test('that raises an error that its operation does not have is a defect', () => {
    service.answer = () => { throw new ServiceError('ListenerNotFoundException', 'No.', 404); };
    expect(() => create(INPUT)).toThrow('can raise only AcceleratorNotFoundException, InvalidArgumentException: No.');
    expect(dispatcher.defects).toHaveLength(1);
  });

  test('that raises an error with another status than the API model is a defect', () => {
    service.answer = () => { throw new ServiceError('AcceleratorNotFoundException', 'No.', 400); };
    expect(() => create(INPUT)).toThrow('with HTTP 400, the API model says 404');
    expect(dispatcher.defects).toHaveLength(1);
  });

  test('with a constraint on a member that does not exist is refused', () => {
    const misspelt = new FakeService();
    Object.assign(misspelt.operations[CREATE], { constraints: { 'Tags[].Kye': { minLength: 1 } } });
    expect(() => dispatcher.register(misspelt))
      .toThrow("The constraint on 'Tags[].Kye' names no member of CreateCustomRoutingAcceleratorRequest");
  });
});

describe('an error of the service', () => {
  test('reaches the caller', () => {
    const error = new ServiceError('AcceleratorNotFoundException', 'There is none.', 404);
    service.answer = () => { throw error; };
    expect(failure(() => create(INPUT))).toBe(error);
    expect(dispatcher.calls[0].outcome).toBe('AcceleratorNotFoundException');
    expect(dispatcher.defects).toEqual([]);
  });

  test('says that an operation is not simulated', () => {
    expect(failure(() => dispatcher.dispatch(SERVICE, 'CreateAccelerator', {}, { region: 'us-west-2' })))
      .toMatchObject({ name: 'UnknownOperationException', httpStatus: 400 });
  });

  test('does not hide that a service is not simulated', () => {
    expect(() => dispatcher.dispatch('S3', 'GetObject', {}, { region: 'us-west-2' }))
      .toThrow("no simulator of the service 'S3'. Registered are: Global Accelerator.");
  });
});

test('an operation without output answers an empty structure', () => {
  const input = { AcceleratorArn: 'arn' };
  expect(dispatcher.dispatch(SERVICE, 'DeleteCustomRoutingAccelerator', input, { region: 'us-west-2' })).toEqual({});
});

describe('permissions', () => {
  const statement = { Effect: 'Allow', Action: 'globalaccelerator:CreateCustomRoutingAccelerator', Resource: '*' };
  const tagStatement = {
    Sid: 'Tag', Effect: 'Allow', Action: 'globalaccelerator:TagResource', Resource: 'arn:aws:globalaccelerator::111122223333:*',
  };

  test('all of them are needed, and the effect does not happen without', () => {
    iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: statement } }] });
    expect(failure(() => create(INPUT, ROLE))).toMatchObject({
      name: 'AccessDeniedException',
      httpStatus: 403,
      message: 'User: arn:aws:sts::111122223333:assumed-role/Handler/sandbox is not authorized to perform: '
        + 'globalaccelerator:TagResource on resource: arn:aws:globalaccelerator::111122223333:accelerator/a because no '
        + 'identity-based policy allows the globalaccelerator:TagResource action',
    });
    expect(service.inputs).toEqual([]);
  });

  test('the first one that is missing is named', () => {
    iam.putRole(ROLE);
    expect(failure(() => create(INPUT, ROLE)).message).toContain('not authorized to perform: globalaccelerator:Create');
    expect(dispatcher.calls[0].permissions.map(permission => permission.allowed)).toEqual([false, false]);
  });

  test('a call tells which statements it used', () => {
    iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: [statement, tagStatement] } }] });
    create(INPUT, ROLE);
    expect(dispatcher.calls[0].permissions).toEqual([
      expect.objectContaining({ allowed: true, statement: { role: 'Handler', policy: 'P', index: 0 } }),
      expect.objectContaining({ allowed: true, statement: { role: 'Handler', policy: 'P', index: 1, sid: 'Tag' } }),
    ]);
  });

  test('the Region and the principal are part of every request', () => {
    create(INPUT, undefined);
    iam.putRole(ROLE, {
      inlinePolicies: [{
        name: 'P',
        document: {
          Statement: {
            Effect: 'Allow', Action: '*', Resource: '*',
            Condition: { StringEquals: { 'aws:RequestedRegion': 'us-west-2', 'aws:PrincipalArn': ROLE } },
          },
        },
      }],
    });
    create(INPUT, ROLE);
    expect(() => dispatcher.dispatch(SERVICE, CREATE, INPUT, { region: 'eu-west-1', principalArn: ROLE }))
      .toThrow('not authorized');
  });

  test('nobody is asked for a person at the command line', () => {
    create(INPUT);
    expect(dispatcher.calls[0].permissions.map(permission => permission.allowed)).toEqual([true, true]);
  });
});

describe('faults', () => {
  const error = new ServiceError('ThrottlingException', 'Rate exceeded');

  test('before the effect', () => {
    dispatcher.interceptors.push(call =>
      call.operation === CREATE && call.input.Name === 'game' ? { before: error } : undefined);
    expect(failure(() => create(INPUT))).toBe(error);
    expect(service.inputs).toHaveLength(0);
    create({ ...INPUT, Name: 'other' });
    expect(service.inputs).toHaveLength(1);
  });

  test('after the effect', () => {
    dispatcher.interceptors.push(() => ({ after: error }));
    expect(failure(() => create(INPUT))).toBe(error);
    expect(service.inputs).toHaveLength(1);
  });

  test('a lost answer', () => {
    dispatcher.interceptors.push(() => ({ after: 'lost' }));
    expect(failure(() => create(INPUT))).toBeInstanceOf(LostAnswer);
    expect(service.inputs).toHaveLength(1);
    expect(dispatcher.calls[0].outcome).toBe('lost');
    expect(dispatcher.defects).toEqual([]);
  });

  test('the first interceptor that answers decides', () => {
    dispatcher = new ServiceDispatcher({
      clock, partition: 'aws', accountId: '111122223333', interceptors: [() => undefined, () => ({ before: error })],
    }).register(service);
    dispatcher.interceptors.push(() => { throw new Error('not asked'); });
    expect(failure(() => create(INPUT))).toBe(error);
  });

  test('an error of the service is not replaced', () => {
    service.answer = () => { throw new ServiceError('AcceleratorNotFoundException', 'No.', 404); };
    dispatcher.interceptors.push(() => ({ after: 'lost' }));
    expect(failure(() => create(INPUT)).name).toBe('AcceleratorNotFoundException');
  });
});

describe('the record of calls', () => {
  test('says when, what, where, who and how it ended', () => {
    clock.advance(60);
    create(INPUT);
    expect(dispatcher.calls).toEqual([expect.objectContaining({
      at: clock.now(), requestId: '00000000-0000-4000-8000-000000000001', service: SERVICE, operation: CREATE,
      region: 'us-west-2', principalArn: undefined, input: INPUT, outcome: 'success',
    })]);
  });

  test.each([[0, []], [2, ['b', 'c']], [undefined, ['a', 'b', 'c']]])('keeps the latest %s', (keptCalls, names) => {
    dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: '111122223333', keptCalls }).register(service);
    ['a', 'b', 'c'].forEach(Name => create({ ...INPUT, Name }));
    expect(dispatcher.calls.map(call => call.input.Name)).toEqual(names);
  });
});
