import { Duration, Stack, type App } from 'aws-cdk-lib';
import { BAD_PORTS, BAD_TIMEOUTS, KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { CustomRoutingAccelerator, CustomRoutingListener, type CustomRoutingListenerOptions, type CustomRoutingPortRange } from '../../src';
import { CUSTOM_ROUTING_LISTENER_TYPE } from '../../src/wire/global-accelerator';

const PATH = 'Stack/Accelerator/Listener';
const ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const DEPLOYED = { type: CUSTOM_ROUTING_LISTENER_TYPE, references: { AcceleratorArn: ARN } };

function listenerIn(stack: Stack, options: Partial<CustomRoutingListenerOptions>): CustomRoutingListener {
  return new CustomRoutingAccelerator(stack, 'Accelerator').addListener('Listener', {
    portRanges: [{ fromPort: 10_001, toPort: 20_000 }], ...options,
  });
}

const rangesOf = (count: number): CustomRoutingPortRange[] =>
  [...Array(count).keys()].map(n => ({ fromPort: 1000 * (n + 1), toPort: 1000 * (n + 1) + 499 }));

export const CUSTOM_ROUTING_LISTENER: BadInput[] = [
  ...badValues<string>({
    property: 'accelerator', path: 'Stack/Other', values: { 'of another account': '444455556666' },
    rule: /is in the account 444455556666, but this stack is in 111122223333/, fix: /Use a stack of the account 444455556666/,
    build: (stack, account) => new CustomRoutingListener(stack, 'Other', {
      accelerator: new CustomRoutingAccelerator(new Stack(stack.node.root as App, 'Elsewhere', { env: { account, region: 'eu-west-1' } }), 'Accelerator'),
      portRanges: rangesOf(1),
    }),
    token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<string>({
    property: 'acceleratorArn', path: 'Stack/Imported/Other', values: { 'of another account': ARN.replace('111122223333', '444455556666') },
    show: () => '444455556666', rule: /'Stack\/Imported' is in the account 444455556666, but this stack is in 111122223333/, fix: /Use a stack of the account/,
    build: (stack, acceleratorArn) => CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'Imported', { acceleratorArn })
      .addListener('Other', { portRanges: rangesOf(1) }),
    token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<number>({
    property: 'fromPort', path: PATH, values: { 'no number': NaN, 'infinite': Infinity }, rule: /is not a port/, fix: /Use whole numbers from 1 to 65535/,
    build: (stack, fromPort) => listenerIn(stack, { portRanges: [{ fromPort, toPort: 20_000 }] }),
    token: 'A template has no such numbers.', deployed: KNOWN.unused,
  }),
  ...badValues<number>({
    property: 'fromPort', path: PATH, values: BAD_PORTS, rule: /is not a port/, fix: /Use whole numbers from 1 to 65535/,
    build: (stack, fromPort) => listenerIn(stack, { portRanges: [{ fromPort: 30_000, toPort: 40_000 }, { fromPort, toPort: 20_000 }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'PortRanges[1].FromPort', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'toPort', path: PATH, values: BAD_PORTS, rule: /is not a port/, fix: /Use whole numbers from 1 to 65535/,
    build: (stack, toPort) => listenerIn(stack, { portRanges: [{ fromPort: 10_001, toPort }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'PortRanges[0].ToPort', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'toPort', path: PATH, values: { 'before fromPort': 10_000, 'far before fromPort': 1 },
    rule: /ends before it begins/, fix: /Exchange fromPort and toPort/,
    build: (stack, toPort) => listenerIn(stack, { portRanges: [{ fromPort: 10_001, toPort }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'PortRanges[0]', rule: /ends before it begins/ },
  }),
  ...badValues<number>({
    property: 'toPort', path: PATH, values: { 'too near for the smallest subnet': 10_010, 'the same as fromPort': 10_001 },
    show: toPort => `port range ${toPort === 10_001 ? '' : '10001-'}${toPort}`, rule: /the smallest subnet needs 11/, fix: /Widen it/,
    build: (stack, toPort) => listenerIn(stack, { portRanges: [{ fromPort: 10_001, toPort }] }),
    token: NUMBER, deployed: KNOWN.later,
  }),
  ...badValues<CustomRoutingPortRange[]>({
    property: 'portRanges', path: PATH, values: { none: [], eleven: rangesOf(11) }, show: ranges => `${ranges.length} portRanges`,
    rule: /a listener has 1 to 10/, fix: /Join ranges, or add a listener/,
    build: (stack, portRanges) => listenerIn(stack, { portRanges }), token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<number>({
    property: 'portRanges', path: PATH,
    values: { 'overlapping at the edge': 11_000, 'one inside the other': 10_500, 'twice the same': 10_001 },
    show: fromPort => `${fromPort}-12000`, rule: /overlap/, fix: /Join them/,
    build: (stack, fromPort) => listenerIn(stack, { portRanges: [{ fromPort: 10_001, toPort: 11_000 }, { fromPort, toPort: 12_000 }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'PortRanges', rule: /overlap/ },
  }),
  ...badValues<number>({
    property: 'portRanges', path: 'Stack/Accelerator/Other', values: { 'overlapping another listener': 20_000 }, show: () => '10001-20000',
    rule: /ports are unique for an accelerator/, fix: /Use other ports/,
    build: (stack, fromPort) => {
      listenerIn(stack, {});
      (stack.node.findChild('Accelerator') as CustomRoutingAccelerator).addListener('Other', { portRanges: [{ fromPort, toPort: 30_000 }] });
    },
    token: NUMBER, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => listenerIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const CUSTOM_ROUTING_LISTENER_IMPORTS: BadInput[] = badValues<string>({
  property: 'listenerArn', path: 'Stack/Listener', values: { 'empty': '', 'a name': 'players', 'that of the accelerator': ARN },
  rule: /is not the ARN of a listener/, fix: /Use the ARN/,
  build: (stack, arn) => CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'Listener', arn), token: TEXT, deployed: KNOWN.unused,
});
