import { SFNClient } from '@aws-sdk/client-sfn';
import { ACCOUNT, FUNCTION_ARN, oneCall, REGION, ROLE, START, waiter, waiterInput, World } from './world';

const ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Waiter`;
const EXECUTION_ARN = `arn:aws:states:${REGION}:${ACCOUNT}:execution:Waiter:execution`;
const FAILURE = { error: { errorType: 'NoEndpoint', errorMessage: 'no', trace: ['here'] } };

let world: World;
beforeEach(() => { world = new World(); });

function start(overrides: object = {}): any {
  return world.api('StartExecution', { stateMachineArn: ARN, name: 'execution', input: waiterInput(), ...overrides });
}

function describeExecution(): any {
  return world.api('DescribeExecution', { executionArn: EXECUTION_ARN });
}

describe('an execution of the waiter', () => {
  test('waits, calls the function with its whole state, and goes on with the answer until it is done', async () => {
    world.respond = (call, payload) => ({ payload: { ...payload, state: call, waitSeconds: 10, done: call === 3 } });
    const execution = await world.runWaiter();
    const input = JSON.parse(waiterInput());
    expect(world.calls).toEqual([
      { at: 30, functionArn: FUNCTION_ARN, payload: input },
      { at: 40, functionArn: FUNCTION_ARN, payload: { ...input, state: 1, waitSeconds: 10 } },
      { at: 50, functionArn: FUNCTION_ARN, payload: { ...input, state: 2, waitSeconds: 10 } },
    ]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: START + 50_000 });
    expect(JSON.parse(execution.output!)).toEqual({ ...input, state: 3, waitSeconds: 10, done: true });
  });

  test('keeps its history', async () => {
    const { history } = await world.runWaiter();
    expect(history.map(({ type, state, timestamp }) => `${(timestamp - START) / 1000} ${type} ${state ?? ''}`.trim())).toEqual([
      '0 ExecutionStarted',
      '0 StateEntered Wait', '30 StateExited Wait',
      '30 StateEntered Step', '30 StateExited Step',
      '30 StateEntered Done?', '30 StateExited Done?',
      '30 StateEntered Succeed', '30 StateExited Succeed',
      '30 ExecutionSucceeded',
    ]);
  });

  test('asks whether its role may invoke the function', async () => {
    await world.runWaiter();
    expect(world.checked).toEqual([`${ROLE} lambda:InvokeFunction ${FUNCTION_ARN}`]);
  });

  test('gets the whole result of the integration where there is no OutputPath', async () => {
    const execution = await world.runWaiter(oneCall());
    expect(JSON.parse(execution.output!)).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: expect.objectContaining({ done: true }),
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    });
  });

  test('tries again with growing, random delays and then goes on', async () => {
    world.respond = (call, payload) => call <= 5 ? FAILURE : { payload: { ...payload, done: true } };
    const execution = await world.runWaiter();
    expect(execution.status).toBe('SUCCEEDED');
    const delays = world.calls.slice(1).map(({ at }, index) => at - world.calls[index].at);
    [5, 10, 20, 40, 60].forEach((limit, index) => {
      expect(delays[index]).toBeLessThanOrEqual(limit);
      expect(delays[index]).toBeGreaterThan(0);
    });
    expect(new Set(delays.map(delay => delay % 5)).size).toBe(5);
  });

  test('is the same in each run', async () => {
    const times: number[][] = [];
    for (let run = 0; run < 2; run++) {
      world = new World();
      world.respond = () => FAILURE;
      await world.runWaiter();
      times.push(world.calls.map(call => call.at));
    }
    expect(times[0]).toHaveLength(22);
    expect(times[0]).toEqual(times[1]);
  });

  test('calls the function with the fault when no retry helps', async () => {
    world.respond = (_, payload) => payload.fault ? { payload: 'aborted' } : FAILURE;
    const execution = await world.runWaiter();
    expect(world.calls).toHaveLength(14);
    expect(world.calls[13].payload).toEqual({
      ...JSON.parse(waiterInput()),
      fault: {
        Error: 'NoEndpoint',
        Cause: JSON.stringify({ errorType: 'NoEndpoint', errorMessage: 'no', trace: ['here'] }),
      },
    });
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('fails with the last error when the function never answers', async () => {
    world.respond = () => FAILURE;
    expect(await world.runWaiter()).toMatchObject({
      status: 'FAILED', error: 'NoEndpoint', cause: expect.stringContaining('"errorMessage":"no"'),
    });
    expect(world.calls).toHaveLength(13 + 9);
  });

  test.each([
    ['of Lambda itself', { error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', service: true } },
      'Lambda.TooManyRequestsException'],
    ['of a timeout', { error: { errorType: 'Sandbox.Timedout', errorMessage: 'late' } }, 'Sandbox.Timedout'],
    ['without a name', { error: { errorType: '', errorMessage: '' } }, 'Lambda.Unknown'],
  ])('names an error %s', async (_, answer, name) => {
    world.respond = () => answer;
    expect(await world.runWaiter(oneCall())).toMatchObject({ status: 'FAILED', error: name });
  });

  test('without permission never calls the function', async () => {
    world.denied = true;
    expect(await world.runWaiter(oneCall())).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: `User: arn:aws:sts::${ACCOUNT}:assumed-role/Waiter/execution is not authorized to perform: lambda:InvokeFunction `
        + `on resource: ${FUNCTION_ARN} because no identity-based policy allows the lambda:InvokeFunction action`,
    });
    expect(world.calls).toEqual([]);
  });

  test('gives up a task after its timeout', async () => {
    world.respond = () => new Promise(() => undefined);
    const execution = await world.runWaiter(oneCall({ TimeoutSeconds: 150 }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout', stopDate: START + 180_000 });
  });

  test('lets a task without a timeout run on', async () => {
    world.respond = async (_, payload) => {
      await world.clock.sleep(7200_000);
      return { payload };
    };
    const execution = await world.runWaiter(oneCall());
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: START + 7_230_000 });
  });

  test('does not retry or catch a result that is too large', async () => {
    world.respond = () => ({ payload: 'x'.repeat(256 * 1024) });
    expect(await world.runWaiter()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(world.calls).toHaveLength(1);
  });

  test.each([
    ['while it waits', { waitSeconds: 7200 }, 0],
    ['while it retries', { waitSeconds: 3000 }, 9],
  ])('ends at the timeout of the machine %s', async (_, input, calls) => {
    world.respond = () => FAILURE;
    const retryForever = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 70, BackoffRate: 1, MaxAttempts: 999 }] };
    const execution = await world.runWaiter(waiter(retryForever, {}, { TimeoutSeconds: 3600 }), waiterInput(input));
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', stopDate: START + 3_600_000 });
    expect(world.calls).toHaveLength(calls);
    expect(world.calls.every(call => call.at < 3600)).toBe(true);
  });

  test('fails when its input lacks what a path names', async () => {
    const execution = await world.runWaiter(waiter(), waiterInput({ waitSeconds: 'soon' }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('puts a result where ResultPath says', async () => {
    world.respond = () => ({ payload: 7 });
    const results: Record<string, unknown> = {};
    for (const path of ['$.a.b', '$', null]) {
      world = new World();
      world.respond = () => ({ payload: 7 });
      const execution = await world.runWaiter(oneCall({ ResultPath: path }));
      results[String(path)] = JSON.parse(execution.output!);
    }
    const input = JSON.parse(waiterInput());
    expect(results).toEqual({
      '$.a.b': { ...input, a: { b: expect.objectContaining({ Payload: 7 }) } },
      '$': expect.not.objectContaining({ request: expect.anything() }),
      'null': input,
    });
    expect(results.$).toHaveProperty('Payload', 7);
  });
});

describe('StartExecution', () => {
  beforeEach(() => { world.create(); });

  test('answers ARN and start', () => {
    expect(start()).toEqual({ executionArn: EXECUTION_ARN, startDate: new Date(START) });
  });

  test('makes up a name where there is none', () => {
    expect(start({ name: undefined }).executionArn).not.toBe(start({ name: undefined }).executionArn);
  });

  test('repeated with the same input answers the first result while the execution runs', async () => {
    const first = start();
    await world.wait(10);
    expect(start()).toEqual(first);
    expect(() => start({ input: waiterInput({ waitSeconds: 31 }) })).toThrow(`Execution Already Exists: '${EXECUTION_ARN}'`);
    await world.wait(60);
    expect(describeExecution().status).toBe('SUCCEEDED');
    expect(() => start()).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }));
    expect(world.calls).toHaveLength(1);
  });

  test('may use a name again 90 days after its execution ended', async () => {
    start();
    await world.wait(30 + 90 * 24 * 3600);
    expect(() => start()).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }));
    await world.wait(1);
    expect(start().startDate).toEqual(new Date(world.clock.now()));
  });

  test.each([
    ['StateMachineDoesNotExist', { stateMachineArn: `${ARN}2` }],
    ['InvalidArn', { stateMachineArn: 'Waiter' }],
    ['InvalidExecutionInput', { input: '{' }],
    ['InvalidName', { name: 'a b' }],
    ['InvalidName', { name: 'a:b' }],
  ])('answers %s for %j', (name, input) => {
    expect(() => start(input)).toThrow(expect.objectContaining({ name }));
  });

  test('does not see the state machine of another Region', () => {
    expect(() => world.api('StartExecution', { stateMachineArn: ARN }, { region: 'us-east-1' }))
      .toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' }));
  });
});

describe('ListExecutions', () => {
  beforeEach(() => { world.create(); });

  function list(input: object = {}): any {
    return world.api('ListExecutions', { stateMachineArn: ARN, ...input });
  }

  function names(input: object = {}): string[] {
    return list(input).executions.map(({ name }: { name: string }) => name);
  }

  test('gives the most recent first, by status', async () => {
    start({ name: 'short' });
    start({ name: 'long', input: waiterInput({ waitSeconds: 100 }) });
    await world.wait(50);
    start({ name: 'late' });
    expect(names()).toEqual(['late', 'long', 'short']);
    expect(names({ statusFilter: 'RUNNING' })).toEqual(['late', 'long']);
    expect(list({ statusFilter: 'SUCCEEDED' }).executions).toEqual([{
      executionArn: EXECUTION_ARN.replace(/execution$/, 'short'),
      stateMachineArn: ARN,
      name: 'short',
      status: 'SUCCEEDED',
      startDate: new Date(START),
      stopDate: new Date(START + 30_000),
      redriveCount: 0,
    }]);
  });

  test('gives pages, also while executions are added', () => {
    for (let index = 0; index < 205; index++) {
      start({ name: `e${index}` });
    }
    const first = list();
    start({ name: 'new' });
    const second = list({ nextToken: first.nextToken });
    const third = list({ nextToken: second.nextToken });
    expect([first, second, third].map(page => page.executions.length)).toEqual([100, 100, 5]);
    expect(third).not.toHaveProperty('nextToken');
    expect(third.executions[4].name).toBe('e0');
    expect(list({ maxResults: 1000 }).executions).toHaveLength(206);
    expect(names({ maxResults: 2 })).toEqual(['new', 'e204']);
  });

  test('refuses tokens of others', () => {
    start();
    start({ name: 'second' });
    const { nextToken } = list({ maxResults: 1 });
    expect(() => list({ nextToken: 'x' })).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
    expect(() => list({ nextToken, statusFilter: 'RUNNING' })).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
  });

  test.each([
    ['StateMachineDoesNotExist', { stateMachineArn: `${ARN}2` }],
    ['InvalidArn', { stateMachineArn: EXECUTION_ARN }],
    ['ValidationException', { stateMachineArn: undefined }],
  ])('answers %s for %j', (name, input) => {
    expect(() => list(input)).toThrow(expect.objectContaining({ name }));
  });

  test('may lag behind', async () => {
    world = new World({ listingLagMs: 5000 });
    world.create();
    start();
    expect(names()).toEqual([]);
    await world.wait(31);
    expect(describeExecution().status).toBe('SUCCEEDED');
    expect(names({ statusFilter: 'RUNNING' })).toEqual(['execution']);
    await world.wait(5);
    expect(names({ statusFilter: 'RUNNING' })).toEqual([]);
  });
});

describe('DescribeExecution and StopExecution', () => {
  beforeEach(() => { world.create(); });

  test('tell of a running and of an ended execution', async () => {
    start();
    expect(describeExecution()).toMatchObject({ status: 'RUNNING', name: 'execution', input: waiterInput() });
    expect(describeExecution()).not.toHaveProperty('stopDate');
    await world.wait(31);
    expect(describeExecution()).toMatchObject({
      status: 'SUCCEEDED', stopDate: new Date(START + 30_000), output: expect.stringContaining('"done":true'),
    });
  });

  test('end an execution for good', async () => {
    start();
    await world.wait(10);
    const stop = () => world.api('StopExecution', { executionArn: EXECUTION_ARN, error: 'Stopped', cause: 'by hand' });
    expect(stop()).toEqual({ stopDate: new Date(START + 10_000) });
    await world.wait(3600);
    expect(stop()).toEqual({ stopDate: new Date(START + 10_000) });
    expect(describeExecution()).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
    expect(world.calls).toEqual([]);
  });

  test('let a task that is at work go on to its end, and take no step after it', async () => {
    const finished: number[] = [];
    world.respond = async (_, payload) => {
      await world.clock.sleep(20_000);
      finished.push(world.seconds());
      return { payload: { ...payload, done: false } };
    };
    start();
    await world.wait(40);
    world.api('StopExecution', { executionArn: EXECUTION_ARN });
    expect(describeExecution()).toMatchObject({ status: 'ABORTED', stopDate: new Date(START + 40_000) });
    await world.wait(3600);
    expect(finished).toEqual([50]);
    expect(world.calls).toHaveLength(1);
    expect(describeExecution()).toMatchObject({ status: 'ABORTED', stopDate: new Date(START + 40_000) });
    expect(describeExecution()).not.toHaveProperty('output');
  });

  test('change nothing about an execution that has ended by itself, and that is no error', async () => {
    start();
    await world.wait(60);
    expect(world.api('StopExecution', { executionArn: EXECUTION_ARN })).toEqual({ stopDate: new Date(START + 30_000) });
    expect(describeExecution()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('end an execution that waits for a retry', async () => {
    world.respond = () => FAILURE;
    start();
    await world.wait(31);
    world.api('StopExecution', { executionArn: EXECUTION_ARN });
    const calls = world.calls.length;
    await world.wait(3600);
    expect(world.calls).toHaveLength(calls);
  });

  test.each([
    ['InvalidArn', ARN],
    ['ExecutionDoesNotExist', `${EXECUTION_ARN}2`],
  ])('answer %s for %s', (name, executionArn) => {
    expect(() => world.api('DescribeExecution', { executionArn })).toThrow(expect.objectContaining({ name }));
    expect(() => world.api('StopExecution', { executionArn })).toThrow(expect.objectContaining({ name }));
  });
});

describe('a state machine', () => {
  function create(definition: object | string): string {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    return world.service.createStateMachine(REGION, { name: 'Waiter', definition: text, roleArn: ROLE }).arn;
  }

  test('has an ARN and exists once', () => {
    expect(create(waiter())).toBe(ARN);
    expect(() => create(waiter())).toThrow(expect.objectContaining({ name: 'StateMachineAlreadyExists' }));
    expect(world.service.inventory()).toEqual([
      { type: 'AWS::StepFunctions::StateMachine', region: REGION, id: ARN, state: 'ACTIVE' },
    ]);
  });

  test.each([
    ['is not JSON', '{', 'JSON'],
    ['has a transition to nowhere', waiter({ Next: 'Nowhere' }), 'Nowhere'],
    ['has an unknown field', waiter({ Retries: 3 }), "State 'Step' has the field 'Retries'"],
    ['has a broken path', waiter({ OutputPath: '$.[' }), "The path '$.['"],
    ['is in JSONata', { QueryLanguage: 'JSONata', StartAt: 'S', States: { S: { Type: 'Succeed' } } }, 'Use JSONPath'],
    ['calls another service', waiter({ Resource: 'arn:aws:states:::sns:publish' }), 'arn:<partition>:states:::lambda:invoke'],
    ['uses another parameter', waiter({ Parameters: { FunctionName: 'f', Qualifier: '1' } }), "'Qualifier'"],
  ])('is refused when its definition %s', (_, definition, message) => {
    expect(() => create(definition)).toThrow(expect.objectContaining({
      name: 'InvalidDefinition', message: expect.stringContaining(message),
    }));
  });

  test.each(['aws-cn', 'aws-us-gov'])('may be of partition %s', partition => {
    const resource = { Resource: `arn:${partition}:states:::lambda:invoke` };
    expect(create(waiter(resource, resource))).toBe(ARN);
  });

  test('changes for executions that start later', async () => {
    create(waiter());
    start();
    const definition = JSON.stringify(oneCall({}, { StartAt: 'Step', States: { Step: (oneCall().States as any).Step } }));
    expect(world.service.updateStateMachine(REGION, { name: 'Waiter', definition, roleArn: `${ROLE}2` })).toEqual({ arn: ARN });
    start({ name: 'second' });
    await world.wait(31);
    expect(world.calls.map(call => call.at)).toEqual([0, 30]);
    expect(world.checked.map(check => check.split(' ')[0])).toEqual([`${ROLE}2`, ROLE]);
  });

  test('that is deleted starts nothing, and its executions end at their next task', async () => {
    create(waiter());
    start();
    world.service.deleteStateMachine(REGION, ARN);
    expect(() => start({ name: 'second' })).toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' }));
    await world.wait(3600);
    expect(world.calls).toEqual([]);
    expect(world.service.allExecutions()).toEqual([expect.objectContaining({ status: 'ABORTED', stopDate: START + 30_000 })]);
    expect(world.service.inventory()).toEqual([]);
  });

  test('cannot be changed or deleted when there is none', () => {
    const settings = { name: 'Waiter', definition: '{}', roleArn: ROLE };
    expect(() => world.service.updateStateMachine(REGION, settings)).toThrow('State Machine Does Not Exist');
    expect(() => world.service.deleteStateMachine(REGION, ARN)).toThrow('State Machine Does Not Exist');
  });
});

describe('the simulator', () => {
  test('asks for permissions on the state machine and on the execution', () => {
    const permissions = (operation: string, input: object) =>
      world.service.operations[operation].permissions(input, {} as never);
    expect(permissions('StartExecution', { stateMachineArn: ARN })).toEqual([{ action: 'states:StartExecution', resources: [ARN] }]);
    expect(permissions('ListExecutions', { stateMachineArn: ARN })).toEqual([{ action: 'states:ListExecutions', resources: [ARN] }]);
    expect(permissions('DescribeExecution', { executionArn: EXECUTION_ARN }))
      .toEqual([{ action: 'states:DescribeExecution', resources: [EXECUTION_ARN] }]);
    expect(permissions('StopExecution', { executionArn: EXECUTION_ARN }))
      .toEqual([{ action: 'states:StopExecution', resources: [EXECUTION_ARN] }]);
  });

  test('has the protocol of the SDK client', () => {
    const client = new SFNClient({ region: REGION });
    expect(client.config.protocolSettings?.serviceTarget).toBe(world.service.targetPrefix);
    expect(client.config.serviceId).toBe(world.service.serviceId);
    expect(client.config.protocol.getShapeId()).toBe('aws.protocols#awsJson1_0');
  });
});

describe('the rate of an operation', () => {
  const throttled = expect.objectContaining({ name: 'ThrottlingException', message: 'Rate exceeded' });

  test.each([
    // Documented: bucket size and refill rate in one of the large Regions and elsewhere.
    ['StartExecution', 'eu-west-1', 1300, 300],
    ['StartExecution', 'eu-north-1', 800, 150],
    ['StopExecution', 'us-east-1', 1000, 200],
    ['StopExecution', 'eu-central-1', 500, 25],
    ['DescribeExecution', 'us-west-2', 300, 15],
    ['DescribeExecution', 'eu-central-1', 250, 10],
    ['ListExecutions', 'eu-west-1', 200, 5],
    ['ListExecutions', 'us-east-2', 100, 2],
  ])('%s in %s: %d at once, then %d a second', (operation, region, burst, perSecond) => {
    const { arn: stateMachineArn } = world.service.createStateMachine(region, {
      name: 'Waiter', definition: JSON.stringify(waiter()), roleArn: ROLE,
    });
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:first`;
    world.api('StartExecution', { stateMachineArn, name: 'first', input: waiterInput() }, { region, now: START - 3_600_000 });
    let calls = 0;
    const call = (now: number) => world.api(operation, {
      ...operation === 'StartExecution' ? { stateMachineArn, name: `n${++calls}`, input: waiterInput() } : {},
      ...operation === 'ListExecutions' ? { stateMachineArn } : { executionArn },
    }, { region, now });

    for (let taken = 0; taken < burst; taken++) {
      call(START);
    }
    expect(() => call(START)).toThrow(throttled);
    for (let taken = 0; taken < perSecond; taken++) {
      call(START + 1000);
    }
    expect(() => call(START + 1000)).toThrow(throttled);
  });

  test('is of one Region and one operation', () => {
    const stateMachineArn = world.create();
    const list = () => world.api('ListExecutions', { stateMachineArn });
    for (let taken = 0; taken < 200; taken++) {
      list();
    }
    expect(list).toThrow(throttled);
    expect(() => start()).not.toThrow();
    expect(() => describeExecution()).not.toThrow();
  });
});
