import { ACCOUNT, REGION, ROLE, START, waiter } from './world';
import { HttpFront } from '../../../sandbox/http';
import { Iam } from '../../../sandbox/iam/iam';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { LambdaService } from '../../../sandbox/lambda/lambda-service';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { StepFunctionsService } from '../../../sandbox/step-functions/step-functions-service';
import { bundle } from '../lambda/bundle';

const HANDLER_ROLE = `arn:aws:iam::${ACCOUNT}:role/Handler`;
const STATE_MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Waiter`;

/** An engine in small: entered by an event it starts the waiter, called by the waiter it is done at the third step. */
const HANDLER = `
  import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
  const client = new SFNClient({});
  const stateMachineArn = process.env.STATE_MACHINE_ARN;
  export async function handler(event: any, context: any) {
    if (!('steps' in event)) {
      const input = JSON.stringify({ steps: 0, waitSeconds: 600, functionArn: context.invokedFunctionArn, done: false });
      return client.send(new StartExecutionCommand({ stateMachineArn, name: event.id, input }));
    }
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    console.log(JSON.stringify({ now: Date.now(), executions: executions!.map(execution => execution.name) }));
    return { ...event, steps: event.steps + 1, done: event.steps === 2 };
  }`;

let clock: VirtualClock;
let front: HttpFront;
let lambda: LambdaService;
let stepFunctions: StepFunctionsService;
let dispatcher: ServiceDispatcher;
let iam: Iam;
let functionArn: string;
let code: string;

beforeAll(() => { code = bundle(HANDLER); });

beforeEach(async () => {
  const account = { partition: 'aws', accountId: ACCOUNT };
  clock = new VirtualClock(START);
  iam = new Iam();
  dispatcher = new ServiceDispatcher({ ...account, clock, iam });
  front = new HttpFront({ dispatcher });
  const { url } = await front.start();
  lambda = new LambdaService({
    ...account,
    clock,
    endpointUrl: () => url,
    registerCredentials: (accessKeyId, roleArn) => front.registerCredentials(accessKeyId, roleArn),
  });
  stepFunctions = new StepFunctionsService({
    ...account,
    clock,
    invoke: (arn, payload) => lambda.invoke(arn, payload),
    authorize: (roleArn, action, resource) => iam.evaluate(roleArn, { action, resources: [resource] }).allowed,
  });
  dispatcher.register(stepFunctions);
  functionArn = lambda.createFunction(REGION, {
    name: 'worker',
    handler: 'index.handler',
    codeDirectory: code,
    environment: { STATE_MACHINE_ARN },
    timeoutSeconds: 120,
    roleArn: HANDLER_ROLE,
    memorySize: 256,
  }).arn;
  stepFunctions.createStateMachine(REGION, { name: 'Waiter', definition: JSON.stringify(waiter()), roleArn: ROLE });
  allow(HANDLER_ROLE, 'states:*Execution*', STATE_MACHINE_ARN);
  allow(ROLE, 'lambda:InvokeFunction', functionArn);
});

afterEach(() => front.stop());

function allow(roleArn: string, action: string, resource: string): void {
  iam.putRole(roleArn, {
    inlinePolicies: [{ name: 'p', document: { Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] } }],
  });
}

function wait(seconds: number): Promise<void> {
  return clock.run(clock.sleep(seconds * 1000), () => lambda.untilIdle());
}

function logged(): unknown[] {
  return lambda.logs('worker').filter(({ line }) => line.includes('\tINFO\t')).map(({ line }) => JSON.parse(line.split('\t')[3]));
}

test('a bundled function and the waiter call each other over HTTP, in virtual time', async () => {
  lambda.invokeAsync(functionArn, { id: 'one' });
  await wait(3600);
  expect(stepFunctions.allExecutions()).toEqual([
    expect.objectContaining({ name: 'one', status: 'SUCCEEDED', startDate: START, stopDate: START + 1_800_000 }),
  ]);
  expect(logged()).toEqual([600, 1200, 1800].map(seconds => ({ now: START + seconds * 1000, executions: ['one'] })));
  expect(dispatcher.defects).toEqual([]);
});

test('an event that is delivered twice starts one execution', async () => {
  lambda.invokeAsync(functionArn, { id: 'one' });
  lambda.invokeAsync(functionArn, { id: 'one' });
  await wait(3600);
  expect(stepFunctions.allExecutions()).toHaveLength(1);
  expect(dispatcher.calls.filter(call => call.operation === 'StartExecution').map(call => call.outcome)).toEqual(['success', 'success']);
});

test('a function without permission gets the denial of its role', async () => {
  allow(HANDLER_ROLE, 'states:StartExecution', `${STATE_MACHINE_ARN}2`);
  expect(await clock.run(lambda.invoke(functionArn, { id: 'one' }), () => lambda.untilIdle())).toEqual({
    error: expect.objectContaining({
      errorType: 'AccessDeniedException',
      errorMessage: expect.stringContaining('is not authorized to perform: states:StartExecution'),
    }),
  });
});

test('a waiter without permission never reaches the function', async () => {
  allow(ROLE, 'lambda:InvokeFunction', `${functionArn}2`);
  lambda.invokeAsync(functionArn, { id: 'one' });
  await wait(24 * 3600);
  expect(stepFunctions.allExecutions()).toEqual([expect.objectContaining({ status: 'FAILED', error: 'Lambda.AWSLambdaException' })]);
  expect(logged()).toEqual([]);
});
