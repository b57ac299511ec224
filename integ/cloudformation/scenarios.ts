import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PROBE_FUNCTION, PROBE_STACK, probed, type ProbedResource } from './app';
import { poll, type Account, type Deployment } from '../account';
import { compare, measured, PREFIX, unclear, type Finding, type Findings, type Part, type Question, type Scenario } from '../plan';

/** A line of the probe's log. */
interface Entry {
  readonly at: number;
  readonly probe: string;
  readonly resource: string;
  readonly request: string;
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly what: 'received' | 'answered';
  readonly physicalId?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oldProperties?: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly string[];
  readonly signedAt?: string;
  readonly expires?: string;
  readonly answer?: string;
  readonly status?: number;
}

/** CloudWatch needs a moment until it finds a line. */
const LOG_LAG_SECONDS = 30;
/** More would make the order of two requests uncertain. */
const CLOCK_DIFFERENCE_SECONDS = 60;
const EXECUTIONS = 20;

/** What the probe logged about one resource since a time. */
async function entriesOf(account: Account, stackName: string, resource: string, since: number): Promise<Entry[]> {
  await account.sleep(LOG_LAG_SECONDS);
  const lines = await account.logs(PROBE_FUNCTION);
  return lines.map(parsed).filter((entry): entry is Entry =>
    entry !== undefined && entry.at >= since && entry.resource === resource && entry.probe.includes(`/${stackName}/`));
}

/** Lambda puts time, invocation and level in front of the text. */
function parsed(line: string): Entry | undefined {
  try {
    return JSON.parse(line.slice(line.indexOf('{'))) as Entry;
  } catch {
    return undefined;
  }
}

/** Deploys probed resources, looks, and deletes the stack. */
async function withStack<T>(account: Account, stackName: string, resources: readonly ProbedResource[],
  look: (deployment: Deployment, since: number) => Promise<T>): Promise<T> {
  const declare = probed(stackName, resources);
  const since = account.now();
  try {
    return await look(await account.deploy(declare, stackName), since);
  } finally {
    await account.destroy(declare, stackName);
    await account.destroy(declare, PROBE_STACK);
  }
}

function received(entries: readonly Entry[], type: Entry['type']): Entry | undefined {
  return entries.find(entry => entry.what === 'received' && entry.type === type);
}

function answered(entries: readonly Entry[], answer: string): Entry | undefined {
  return entries.find(entry => entry.what === 'answered' && entry.answer === answer);
}

const secondsBetween = (from: number, to: number) => Math.round((to - from) / 100) / 10;

// A create that a failing sibling cancels.

const INVENTED_ID: Question = {
  id: 'invented-id', important: true,
  asks: 'form of the id that CloudFormation invents for a cancelled create',
  assertion: 'the Delete of a create that was cancelled after 10 s carries `<stack>-<logical id>-<letters and digits>`',
  otherwise: '`parseId()` in `lambda/lifecycle/physical-id.ts`; `isNothingCreatedId()` in `lambda/lifecycle/ownership.ts`; `inventPhysicalId()` of the sandbox',
};
const DELETE_DELAY: Question = {
  id: 'delete-delay', important: true,
  asks: 'how soon Delete follows a cancelled Create',
  assertion: 'time between the failure of the sibling and the Delete; it stops the create that is still at work',
  otherwise: '`LATE_SECONDS` and `STEP_IS_OVER_SECONDS` in `lambda/lifecycle/enter.ts`',
};
const LATE_ANSWER: Question = {
  id: 'late-answer', important: true,
  asks: 'is an answer ignored that comes after the cancel',
  assertion: 'the Create is answered while the Delete runs: the Delete still ends with its own answer',
  otherwise: 'law 1 in [reliability](reliability.md); `send()` in `lambda/lifecycle/response.ts`',
};

const CANCELLED: Scenario = {
  name: 'cancelled', minutes: 5, cost: 'none',
  questions: [INVENTED_ID, DELETE_DELAY, LATE_ANSWER],
  run: account => {
    const stackName = `${PREFIX}Cancelled`;
    return withStack(account, stackName, [
      { id: 'Slow', script: { Create: ['wait 60', 'succeed late'], Delete: ['wait 80', 'succeed'] } },
      { id: 'Failing', script: { Create: ['wait 10', 'fail'] } },
    ], async ({ events }, since) => {
      const entries = await entriesOf(account, stackName, 'Slow', since);
      const deletion = received(entries, 'Delete');
      if (!deletion) {
        const finding = unclear('no Delete reached the probe');
        return { [INVENTED_ID.id]: finding, [DELETE_DELAY.id]: finding, [LATE_ANSWER.id]: finding };
      }
      const failure = events.find(({ logicalId, status }) => logicalId === 'Failing' && status === 'CREATE_FAILED');
      const delay = failure && secondsBetween(failure.timestamp, deletion.at);
      return {
        [INVENTED_ID.id]: compare(new RegExp(`^${stackName}-Slow-[A-Za-z0-9]+$`).test(deletion.physicalId ?? ''), String(deletion.physicalId)),
        [DELETE_DELAY.id]: delay === undefined ? unclear('the sibling did not fail') : compare(delay < 150, `${delay} s`),
        [LATE_ANSWER.id]: lateAnswer(entries, events.find(({ logicalId, status }) => logicalId === 'Slow' && status === 'DELETE_COMPLETE')?.timestamp),
      };
    });
  },
};

function lateAnswer(entries: readonly Entry[], deletedAt: number | undefined): Finding {
  const late = answered(entries, 'succeed late');
  const deleted = answered(entries, 'succeed');
  if (!late || !deleted || deletedAt === undefined || late.at > deleted.at) {
    return unclear('the late answer did not fall into the deletion');
  }
  // Timestamps of events and of the function come from two clocks.
  return compare(deletedAt >= deleted.at - 5000, `PUT got ${late.status}; the deletion ended ${secondsBetween(deleted.at, deletedAt)} s after its own answer`);
}

// A resource that answers twice.

const TWO_ANSWERS: Question = {
  id: 'two-answers', important: true,
  asks: 'which of two answers counts',
  assertion: 'a second SUCCESS with other data at once, and one after 20 s: the attribute has the first one\'s',
  otherwise: 'law 1 in [reliability](reliability.md); `accept()` of the sandbox',
};
const USED_URL: Question = {
  id: 'used-url', important: true,
  asks: 'status of a PUT to a response URL that was used',
  assertion: '200 or 403: both end the work',
  otherwise: '`send()` in `lambda/lifecycle/response.ts`',
};
const URL_FORM: Question = {
  id: 'url-form', important: true,
  asks: 'form of the response URL',
  assertion: 'it has `X-Amz-Date`, and `X-Amz-Expires` is 7200',
  otherwise: '`signedAt()` in `lambda/lifecycle/response-url.ts`, and `redaction.ts`; lifetime in `sandbox/cloudformation/custom-resource.ts`',
};
const CLOCKS: Question = {
  id: 'clocks',
  asks: 'is `X-Amz-Date` the time of the request, and how far are CloudFormation\'s and Lambda\'s clocks apart',
  assertion: 'the request arrives at most 60 s after that time, and not before',
  otherwise: 'the time in `executionName()`; `LATE_SECONDS` in `lambda/lifecycle/enter.ts`',
};

const ANSWERS: Scenario = {
  name: 'answers', minutes: 4, cost: 'none',
  questions: [TWO_ANSWERS, USED_URL, URL_FORM, CLOCKS],
  run: account => {
    const stackName = `${PREFIX}Answers`;
    return withStack(account, stackName, [
      { id: 'AtOnce', script: { Create: ['succeed first', 'succeed second'] } },
      { id: 'Later', script: { Create: ['succeed first', 'wait 20', 'succeed second'] } },
    ], async ({ outputs }, since) => {
      const entries = [
        ...await entriesOf(account, stackName, 'AtOnce', since), ...await entriesOf(account, stackName, 'Later', since),
      ];
      const values = [outputs.AtOnceValue, outputs.LaterValue];
      const statuses = entries.filter(({ answer }) => answer === 'succeed second').map(({ status }) => status);
      return {
        [TWO_ANSWERS.id]: compare(values.every(value => value === 'first'), `at once: ${values[0]}; after 20 s: ${values[1]}`),
        [USED_URL.id]: statuses.length === 0 ? unclear('no second PUT')
          : compare(statuses.every(status => status === 200 || status === 403), statuses.join(', ')),
        ...urlFindings(received(entries, 'Create')),
      };
    });
  },
};

function urlFindings(creation: Entry | undefined): Findings {
  if (!creation?.signedAt) {
    const finding = creation ? compare(false, `parameters: ${creation.parameters?.join(', ')}`) : unclear('no request');
    return { [URL_FORM.id]: finding, [CLOCKS.id]: unclear('the URL has no time') };
  }
  const signed = Date.parse(creation.signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const difference = secondsBetween(signed, creation.at);
  return {
    [URL_FORM.id]: compare(creation.expires === '7200', `${creation.parameters?.join(', ')}; expires after ${creation.expires} s`),
    [CLOCKS.id]: compare(difference >= 0 && difference <= CLOCK_DIFFERENCE_SECONDS, `${difference} s`),
  };
}

// Replacements that do not succeed.

function replacementQuestion(id: string, which: string): Question {
  return {
    id, important: true,
    asks: `what a rollback sends after a replacement that ${which}`,
    assertion: 'an Update with the old properties, then the Delete of the new id. The product takes either; the sandbox shows this by default',
    otherwise: '`removeLeftover()`, `removeFailed()` in `lambda/lifecycle/lifecycle.ts`; default of `rollsReplacementBackByUpdate` in the sandbox',
  };
}

/** The changed resource and its sibling, for each way in which a replacement may end. */
const REPLACEMENTS: readonly { readonly question: Question; readonly update: readonly string[]; readonly sibling: readonly string[] }[] = [
  { question: replacementQuestion('failed-replacement', 'failed'), update: ['wait 5', 'fail'], sibling: ['succeed'] },
  { question: replacementQuestion('cancelled-replacement', 'was cancelled'), update: ['wait 60', 'succeed'], sibling: ['wait 10', 'fail'] },
  { question: replacementQuestion('finished-replacement', 'was finished when its sibling failed'), update: ['succeed'], sibling: ['wait 30', 'fail'] },
];

const REPLACEMENT: Scenario = {
  name: 'replacement', minutes: 12, cost: 'none',
  questions: REPLACEMENTS.map(({ question }) => question),
  run: async account => {
    const stackName = `${PREFIX}Replacement`;
    const stable = [{ id: 'Replaced', physicalId: 'replaced-0' }, { id: 'Sibling' }];
    return withStack(account, stackName, stable, async ({ succeeded }) => {
      const findings: Record<string, Finding> = {};
      for (const [index, { question, update, sibling }] of REPLACEMENTS.entries()) {
        findings[question.id] = succeeded
          ? await rollback(account, stackName, index + 1, update, sibling)
          : unclear('the first deployment failed');
      }
      return findings;
    });
  },
};

async function rollback(account: Account, stackName: string, round: number, update: readonly string[], sibling: readonly string[]): Promise<Finding> {
  const since = account.now();
  const { succeeded } = await account.deploy(probed(stackName, [
    { id: 'Replaced', physicalId: `replaced-${round}`, script: { Update: update } },
    { id: 'Sibling', revision: round + 1, script: { Update: sibling } },
  ]), stackName);
  if (succeeded) {
    return unclear('the update was to fail and succeeded');
  }
  const requests = (await entriesOf(account, stackName, 'Replaced', since)).filter(({ what }) => what === 'received').slice(1);
  const told = requests.map(({ type, physicalId, properties, oldProperties }) =>
    `${type} of ${physicalId} with ${properties?.PhysicalId}${oldProperties ? ` instead of ${oldProperties.PhysicalId}` : ''}`).join(', then ');
  const backward = requests.some(({ type, properties }) => type === 'Update' && properties?.PhysicalId === 'replaced-0');
  return compare(backward, told || 'nothing');
}

// An answer after ServiceTimeout.

const TIMEOUT_IN_EVENT: Question = {
  id: 'service-timeout-in-event',
  asks: 'does the event carry `ServiceTimeout`',
  assertion: 'whether the properties of a request have it; the product sends a copy of its own',
  otherwise: '`timeoutProperties()` in `src/`, `lambda/lifecycle/properties.ts`; default of `serviceTimeoutInEvent` in the sandbox',
};
const AFTER_TIMEOUT: Question = {
  id: 'after-service-timeout',
  asks: 'what happens when `ServiceTimeout` is over before the answer',
  assertion: 'the create fails after 30 s, and the Delete carries an invented id',
  otherwise: '`parseId()` in `lambda/lifecycle/physical-id.ts`; margin of `deadlineOf()` in `lambda/lifecycle/request.ts`',
};

const DEADLINE: Scenario = {
  name: 'deadline', minutes: 4, cost: 'none',
  questions: [TIMEOUT_IN_EVENT, AFTER_TIMEOUT],
  run: account => {
    const stackName = `${PREFIX}Deadline`;
    return withStack(account, stackName, [
      { id: 'TooSlow', serviceTimeoutSeconds: 30, script: { Create: ['wait 60', 'succeed late'], Delete: ['succeed'] } },
    ], async ({ events, succeeded }, since) => {
      const entries = await entriesOf(account, stackName, 'TooSlow', since);
      const creation = received(entries, 'Create');
      const failure = events.find(({ logicalId, status }) => logicalId === 'TooSlow' && status === 'CREATE_FAILED');
      const id = received(entries, 'Delete')?.physicalId;
      return {
        [TIMEOUT_IN_EVENT.id]: creation ? measured('ServiceTimeout' in (creation.properties ?? {}) ? 'yes' : 'no') : unclear('no request'),
        [AFTER_TIMEOUT.id]: succeeded || !creation || !failure ? unclear('the create did not fail')
          : compare(id?.startsWith(`${stackName}-TooSlow-`) ?? false, `failed ${secondsBetween(creation.at, failure.timestamp)} s after the request; Delete of ${id}`),
      };
    });
  },
};

// Executions of a state machine.

const LIST_LAG: Question = {
  id: 'list-executions',
  asks: 'how far `ListExecutions` lags behind `StartExecution`',
  assertion: `${EXECUTIONS} executions are started; the longest time until one is listed is below 30 s`,
  otherwise: '`LATE_SECONDS` and `STEP_IS_OVER_SECONDS` in `lambda/lifecycle/enter.ts`',
};

const LAG: Scenario = {
  name: 'executions', minutes: 3, cost: 'below a cent',
  questions: [LIST_LAG],
  run: account => withStack(account, `${PREFIX}Executions`, [{ id: 'Any' }], async ({ outputs }) => {
    const client = new SFNClient(account.clientConfig());
    try {
      return { [LIST_LAG.id]: await longestLag(account, client, outputs.StateMachineArn) };
    } finally {
      client.destroy();
    }
  }),
};

async function longestLag(account: Account, client: SFNClient, stateMachineArn: string | undefined): Promise<Finding> {
  if (!stateMachineArn) {
    return unclear('no state machine');
  }
  const lags: number[] = [];
  for (let index = 0; index < EXECUTIONS; index++) {
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: `probe-${index}-${account.now()}`, input: '{}' }));
    const found = await poll(account, { every: 1, limit: 60 }, async () => {
      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }));
      return executions.some(execution => execution.executionArn === executionArn) || undefined;
    });
    lags.push(found?.seconds ?? Infinity);
  }
  return compare(Math.max(...lags) < 30, `${Math.max(...lags)} s at most`);
}

export const CLOUDFORMATION: Part = {
  name: 'cloudformation',
  title: 'CloudFormation, Lambda, Step Functions',
  scenarios: [CANCELLED, ANSWERS, REPLACEMENT, DEADLINE, LAG],
  byHand: [
    {
      id: 'resent-request',
      asks: 'when CloudFormation resends a request id, and whether the URL differs',
      assertion: 'retry a failed deployment with `--disable-rollback`; compare the names of the executions',
      otherwise: '`executionName()` in `lambda/lifecycle/execution.ts`',
    },
    {
      id: 'expired-url', important: true,
      asks: 'an expired URL answers `403`',
      assertion: 'PUT after two hours',
      otherwise: '`send()` in `lambda/lifecycle/response.ts`',
    },
    {
      id: 'continued-rollback',
      asks: 'which old properties the Update of a continued rollback carries',
      assertion: 'fail a rollback, continue it; the probe logs them',
      otherwise: '`removeLeftover()` in `lambda/lifecycle/lifecycle.ts`; [known limits](architecture.md#known-limits)',
    },
    {
      id: 'late-call',
      asks: 'may a call that timed out take effect minutes later',
      assertion: 'not by a test: ask, or look in CloudTrail at what took longer than 10 s',
      otherwise: '`STEP_IS_OVER_SECONDS` in `lambda/lifecycle/enter.ts`',
    },
    {
      id: 'role-propagation',
      asks: 'how long a new role\'s permissions take',
      assertion: 'many fresh stacks; `recentFailures` in the log',
      otherwise: '90 s in `lambda/lifecycle/step.ts`, 35 s in `function.ts`',
    },
  ],
  leftovers: account => account.stacks(PREFIX),
};
