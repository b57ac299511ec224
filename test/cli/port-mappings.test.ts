import { isRead, OTHER_SUBNET, SimulatedAccount, STANDBY_REGION, SUBNET } from './account';

let account: SimulatedAccount;
let accelerator: string;
let group: string;

beforeEach(async () => {
  account = new SimulatedAccount();
  ({ accelerator, group } = await account.addAccelerator());
  account.dispatcher.calls.length = 0;
});
afterEach(() => {
  expect(account.dispatcher.defects).toEqual([]);
  expect(account.operations().filter(operation => !isRead(operation))).toEqual([]);
});

test('every mapping of an accelerator with its state', async () => {
  const rows = await account.rows('port-mappings', '--accelerator', accelerator);
  expect(rows).toHaveLength(2 * 11 * 2);
  expect(rows.slice(0, 2)).toEqual([
    {
      acceleratorPort: 10_001, state: 'ALLOW', destinationAddress: '10.0.0.4', destinationPort: 7777,
      subnetId: SUBNET, protocols: ['TCP', 'UDP'], endpointGroupArn: group,
    },
    {
      acceleratorPort: 10_002, state: 'DENY', destinationAddress: '10.0.0.4', destinationPort: 7778,
      subnetId: SUBNET, protocols: ['TCP', 'UDP'], endpointGroupArn: group,
    },
  ]);
  expect(account.dispatcher.calls).toMatchObject([{ region: 'us-west-2', input: { MaxResults: 20_000 } }]);
});

test('all pages, in the order of the ports', async () => {
  const client = account.services.globalAccelerator();
  const inPagesOfThree = {
    send: (command: any) => client.send(Object.assign(command, { input: { ...command.input, MaxResults: 3 } })),
  };
  account.services = { ...account.services, globalAccelerator: () => inPagesOfThree as any };
  const ports = (await account.rows('port-mappings', '--accelerator', accelerator)).map(row => row.acceleratorPort);
  expect(ports).toEqual(Array.from({ length: 44 }, (_, index) => 10_001 + index));
  expect(account.operations()).toHaveLength(15);

  expect(await account.rows('port-mappings', '--destination', '10.0.0.4', '--subnet', SUBNET)).toHaveLength(2);
});

test.each([
  ['an address', ['--destination', '10.0.0.4'], [10_001, 10_002]],
  ['a port of an address', ['--destination', '10.0.0.4:7778'], [10_002]],
  ['a subnet', ['--subnet', OTHER_SUBNET], Array.from({ length: 22 }, (_, index) => 10_023 + index)],
  ['an address in another subnet', ['--destination', '10.0.0.4', '--subnet', OTHER_SUBNET], []],
])('only those of %s', async (_, options, ports) => {
  const rows = await account.rows('port-mappings', '--accelerator', accelerator, ...options);
  expect(rows.map(row => row.acceleratorPort)).toEqual(ports);
});

test('an endpoint group names its accelerator', async () => {
  expect(await account.rows('port-mappings', '--endpoint-group', group)).toHaveLength(44);
  expect(account.dispatcher.calls[0].input).toMatchObject({ AcceleratorArn: accelerator, EndpointGroupArn: group });
});

test('a destination and its subnet find the accelerators, with their addresses', async () => {
  const other = await account.addAccelerator({ FromPort: 20_001, ToPort: 20_100 });
  account.dispatcher.calls.length = 0;
  const rows = await account.rows('port-mappings', '--destination', '10.0.0.4:7777', '--subnet', SUBNET);
  expect(rows).toEqual([
    {
      acceleratorPort: 10_001, acceleratorAddresses: [expect.any(String), expect.any(String)], state: 'ALLOW',
      destinationAddress: '10.0.0.4', destinationPort: 7777, subnetId: SUBNET, endpointGroupRegion: STANDBY_REGION,
      endpointGroupArn: group, acceleratorArn: accelerator,
    },
    expect.objectContaining({ acceleratorPort: 20_001, acceleratorArn: other.accelerator }),
  ]);
  expect(account.operations()).toEqual(['ListCustomRoutingPortMappingsByDestination']);
});

test('the table, as it is', async () => {
  const { stdout } = await account.run('port-mappings', '--accelerator', accelerator, '--destination', '10.0.0.4');
  expect(stdout).toBe([
    'ACCELERATOR PORT  STATE  DESTINATION  PORT  SUBNET                    PROTOCOLS  ENDPOINT GROUP',
    `10001             ALLOW  10.0.0.4     7777  ${SUBNET}  TCP UDP    ${group.split('/').pop()}`,
    `10002             DENY   10.0.0.4     7778  ${SUBNET}  TCP UDP    ${group.split('/').pop()}`,
    '',
  ].join('\n'));
});

test('CSV, as it is', async () => {
  const { stdout } = await account.run('port-mappings', '--accelerator', accelerator, '--destination', '10.0.0.4:7777', '--format', 'csv');
  expect(stdout).toBe([
    'acceleratorPort,state,destinationAddress,destinationPort,subnetId,protocols,endpointGroupArn',
    `10001,ALLOW,10.0.0.4,7777,${SUBNET},TCP UDP,${group}`,
    '',
  ].join('\r\n'));
});

test('a filter that selects nothing is no error', async () => {
  const { exitCode, stdout } = await account.run('port-mappings', '--accelerator', accelerator, '--destination', '10.9.9.9');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0, stdout: 'None of the 44 port mappings is selected by --destination and --subnet.\n',
  });
});

test('an accelerator that is not there is a service error that says what to do', async () => {
  const { exitCode, stdout, stderr } = await account.run('port-mappings', '--accelerator', `${accelerator}0`);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`globalaccelerator:ListCustomRoutingPortMappings of ${accelerator}0 in us-west-2 failed: `
    + `AcceleratorNotFoundException: Accelerator ${accelerator}0 does not exist. (AWS request `);
  expect(stderr).toContain('See that the id or ARN is right');
});

test('a missing permission is given as the statement that is enough', async () => {
  const refused = new SimulatedAccount({ statements: [] });
  const { accelerator: arn } = await refused.addAccelerator();
  const { exitCode, stderr } = await refused.run('port-mappings', '--accelerator', arn);
  expect(exitCode).toBe(1);
  const statement = JSON.parse(stderr.slice(stderr.indexOf('\n{'))) as object;
  expect(statement).toEqual({ Effect: 'Allow', Action: 'globalaccelerator:ListCustomRoutingPortMappings', Resource: arn });

  const allowed = new SimulatedAccount({ statements: [statement] });
  await allowed.addAccelerator();
  expect(await allowed.rows('port-mappings', '--accelerator', arn)).toHaveLength(44);
});
