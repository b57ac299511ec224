import { App, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { TrafficPolicy } from '../../src';
import { capacityOf } from '../../src/global-accelerator/capacity';
import { Family } from '../../src/global-accelerator/family';
import { Ipv4Block, isIpv4Address, isIpv4Block } from '../../src/global-accelerator/ipv4';
import { countDistinctPorts, countPorts, isConcrete, overlap, renderPorts, show } from '../../src/global-accelerator/ports';

const stackOf = (id = 'Game') => new Stack(new App(), id);
const range = (FromPort: number, ToPort = FromPort) => ({ FromPort, ToPort });
const LATER = Token.asNumber({ Ref: 'Port' });

describe('ports', () => {
  test.each([[1, undefined, range(1)], [65_535, undefined, range(65_535)], [1, 65_535, range(1, 65_535)], [5, 5, range(5)]])(
    '%i to %p are rendered', (fromPort, toPort, expected) => {
      expect(renderPorts(stackOf(), 'range', { fromPort, toPort })).toEqual(expected);
    });

  test.each([
    [0, 5, 'range 0-5: 0 is not a port. Use whole numbers from 1 to 65535.'],
    [5, 65_536, 'range 5-65536: 65536 is not a port.'],
    [1.5, 5, 'range 1.5-5: 1.5 is not a port.'],
    [6, 5, 'range 6-5 ends before it begins. Exchange fromPort and toPort.'],
  ])('%d to %d are refused', (fromPort, toPort, message) => {
    expect(() => renderPorts(stackOf(), 'range', { fromPort, toPort })).toThrow(message);
  });

  test.each([[LATER, 5], [70, LATER], [LATER, LATER]])('that are known later pass (%#)', (fromPort, toPort) => {
    expect(renderPorts(stackOf(), 'range', { fromPort, toPort })).toEqual({ FromPort: fromPort, ToPort: toPort });
    expect(isConcrete({ FromPort: fromPort, ToPort: toPort })).toBe(false);
  });

  test('a port beside one that is known later is checked', () => {
    expect(() => renderPorts(stackOf(), 'range', { fromPort: LATER, toPort: 0 })).toThrow(/0 is not a port/);
  });

  test.each([
    [range(1, 5), range(5, 9), true], [range(5, 9), range(1, 5), true], [range(1, 9), range(3, 4), true],
    [range(1, 5), range(6, 9), false], [range(6, 9), range(1, 5), false],
    [range(LATER, 5), range(1, 9), false], [range(1, 9), range(1, LATER), false],
  ])('overlap (%#)', (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
  });

  test('are counted, each range for itself or each port once', () => {
    const ranges = [range(5, 9), range(1, 6), range(20), range(2, 3)];
    expect([countPorts([]), countPorts(ranges)]).toEqual([0, 14]);
    expect([countDistinctPorts([]), countDistinctPorts(ranges), countDistinctPorts([range(1), range(2)])]).toEqual([0, 10, 2]);
  });

  test('are shown as they are written', () => {
    expect([range(5), range(5, 6)].map(show)).toEqual(['5', '5-6']);
  });
});

describe('IPv4', () => {
  test.each(['10.0.0.0/28', '10.0.0.0/0', '10.0.0.0/9', '10.0.0.0/10', '10.0.0.0/32'])('%s is a block', block => {
    expect(isIpv4Block(block)).toBe(true);
  });

  test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/40', '10.0.0.0/x9', '10.0.0.0/9x', '10.0.0.0/28/1', '10.0.0/28', '/28'])('%s is none', block => {
    expect(isIpv4Block(block)).toBe(false);
  });

  test('an address is one', () => {
    expect(['10.0.0.5', '10.0.0.256'].map(isIpv4Address)).toEqual([true, false]);
  });

  test('a block has ports for all addresses but the four first and the last one', () => {
    const block = new Ipv4Block('10.0.1.16/28');
    expect([block.prefix, block.mapped]).toEqual([28, 11]);
    const mapped = Array.from({ length: 18 }, (_, index) => 15 + index).filter(last => block.maps(`10.0.1.${last}`));
    expect(mapped).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect([block.maps('10.0.0.20'), block.maps('10.1.1.20')]).toEqual([false, false]);
  });
});

describe('the capacity of a listener', () => {
  /** A /28 has eleven addresses. */
  const need = (ports: number, Protocols = ['UDP']) =>
    ({ group: 'Game/Group', block: new Ipv4Block('10.0.0.0/28'), destinations: [{ FromPort: 1, ToPort: ports, Protocols }] });

  test.each([[100, 9], [110, 9]])('of %i ports is enough for %i', (available, ports) => {
    expect(capacityOf([range(1, available + 10)], [need(ports)])).toEqual({});
  });

  test('is not enough for more than there is', () => {
    expect(capacityOf([range(1, 100)], [need(5), need(5)]).error).toBe('The subnets need 110 listener ports (10.0.0.0/28 55, 10.0.0.0/28 55), but '
      + 'the listener has 100. Widen a port range of the listener, use smaller subnets, or use fewer destination ports.');
  });

  test('is enough, but nearly used up', () => {
    const warning = 'The subnets need at least 110 of the listener\'s 110 ports (10.0.0.0/28 110), and 110 if each protocol counts. Global '
      + 'Accelerator gives out ports in blocks, so a wider port range is safer.';
    expect(capacityOf([range(1, 110)], [need(10)])).toEqual({ warning });
  });

  test('nearly begins above nine tenths', () => {
    expect(capacityOf([range(1, 110)], [need(9)])).toEqual({});
    expect(capacityOf([range(1, 109)], [need(9)])).toHaveProperty('warning');
  });

  test('is a question if each protocol counts', () => {
    expect(capacityOf([range(1, 200)], [need(10, ['UDP', 'TCP'])]).warning).toMatch(/at least 110 of the listener's 200 ports .*, and 220 if each protocol/);
    expect(capacityOf([range(1, 220)], [need(10, ['UDP', 'TCP'])])).toEqual({});
  });
});

describe('a traffic policy', () => {
  const problem = (...destinations: Parameters<typeof TrafficPolicy.allow>) => TrafficPolicy.allow(...destinations)._problem();

  test('travels as what it says', () => {
    expect(TrafficPolicy.applicationManaged()._properties).toBeUndefined();
    expect(TrafficPolicy.allowAll()._properties).toEqual({ Allow: 'ALL' });
    expect(TrafficPolicy.denyAll()._properties).toEqual({ Allow: 'NONE' });
    expect(TrafficPolicy.allow({ addresses: ['10.0.0.5'], ports: [80] }, { addresses: ['10.0.0.6'] })._properties).toEqual({
      Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.5'], Ports: [80] }, { Addresses: ['10.0.0.6'], Ports: undefined }],
    });
  });

  test('without a list has no problem', () => {
    expect([TrafficPolicy.applicationManaged(), TrafficPolicy.allowAll()].map(policy => policy._problem())).toEqual([undefined, undefined]);
  });

  test('has addresses', () => {
    const message = 'TrafficPolicy.allow() needs addresses. Use TrafficPolicy.denyAll() to allow none.';
    expect([problem(), problem({ addresses: [] }), problem({ addresses: ['10.0.0.5'] }, { addresses: [] })]).toEqual([message, message, message]);
  });

  test('has IPv4 addresses, or such as are known later', () => {
    expect(problem({ addresses: ['10.0.0.5', Lazy.string({ produce: () => 'x' })] })).toBeUndefined();
    expect(problem({ addresses: ['10.0.0.5'] }, { addresses: ['10.0.0.6', 'x'] }))
      .toBe("'x' in TrafficPolicy.allow() is not an IPv4 address. Name single addresses such as '10.0.0.5'.");
  });
});

describe('a family', () => {
  test('is that of one accelerator in an app, however it is reached', () => {
    const [a, b] = [stackOf('A'), stackOf('B')];
    const inA = new Stack(a.node.root as App, 'A2');
    expect(Family.of(inA, 'arn')).toBe(Family.of(a, 'arn'));
    expect(Family.of(a, 'other')).not.toBe(Family.of(a, 'arn'));
    expect(Family.of(b, 'arn')).not.toBe(Family.of(a, 'arn'));
  });

  test('of an ARN that is known later is that of the construct', () => {
    const stack = stackOf();
    const later = Lazy.string({ produce: () => 'arn' });
    expect(Family.of(stack, later)).toBe(Family.of(stack, later));
    expect(Family.of(new Stack(stack.node.root as App, 'Other'), later)).not.toBe(Family.of(stack, later));
  });

  test('knows its listeners, and takes up those that it does not know', () => {
    const stack = stackOf();
    const listener = Object.assign(new CfnResource(stack, 'Listener', { type: 'T' }), { acceleratorArn: 'arn' });
    const { family } = Family.ofListener(listener);
    expect(family).toBe(Family.of(stack, 'arn'));
    expect(family.listeners).toEqual([{ construct: listener, groups: [] }]);
    expect(Family.ofListener(listener).family).toBe(family);
    expect(family.listeners).toHaveLength(1);
  });

  test('lets its children wait for each other, in each stack for itself', () => {
    const [stack, family] = [stackOf(), new Family()];
    const other = new Stack(stack.node.root as App, 'Other');
    const [a, b, c] = [new CfnResource(stack, 'A', { type: 'T' }), new CfnResource(stack, 'B', { type: 'T' }), new CfnResource(other, 'C', { type: 'T' })];
    [a, b, c].forEach(resource => family.chain(resource));
    expect([a, b, c].map(resource => resource.node.dependencies)).toEqual([[], [a], []]);
    expect(family.childCount).toBe(3);
  });
});
