import {
  CreateMultiRegionEndpointCommand, DeleteMultiRegionEndpointCommand, GetMultiRegionEndpointCommand, ListMultiRegionEndpointsCommand,
  ListTagsForResourceCommand, SESv2Client, TagResourceCommand,
} from '@aws-sdk/client-sesv2';
import { endpointApp } from './app';
import { attempt, errorOf, poll, reasonOf, required, tell, type Account, type Deployment, type Outcome } from '../account';
import { compare, measured, permitted, PREFIX, unclear, type Finding, type Findings, type Part, type Question, type Scenario } from '../plan';

const SECONDARY_REGIONS = ['eu-central-1', 'eu-west-1'];
const LIFE_MINUTES = 30;
const BURST = 10;

function secondaryOf({ region, inputs }: Account): string {
  return inputs.secondaryRegion ?? SECONDARY_REGIONS.find(other => other !== region)!;
}

/** The calls of the scenarios on one endpoint, each with its outcome. */
class EndpointCalls {
  private readonly client: SESv2Client;

  constructor(private readonly account: Account, private readonly name: string) {
    this.client = new SESv2Client({ ...account.clientConfig(), maxAttempts: 1 });
  }

  public create(secondaryRegion = secondaryOf(this.account)): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new CreateMultiRegionEndpointCommand({
      EndpointName: this.name, Details: { RoutesDetails: [{ Region: secondaryRegion }] }, Tags: [{ Key: 'verify', Value: 'created' }],
    })));
  }

  /** The endpoint's status; undefined when it is gone. */
  public async status(): Promise<string | undefined> {
    const outcome = await this.attempt(() => this.client.send(new GetMultiRegionEndpointCommand({ EndpointName: this.name })));
    return errorOf(outcome) === 'NotFoundException' ? undefined : required('GetMultiRegionEndpoint', outcome).Status;
  }

  public delete(): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new DeleteMultiRegionEndpointCommand({ EndpointName: this.name })));
  }

  public tag(value: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new TagResourceCommand({ ResourceArn: this.arn, Tags: [{ Key: 'verify', Value: value }] })));
  }

  public async tags(): Promise<Outcome<Record<string, string>>> {
    const outcome = await this.attempt(() => this.client.send(new ListTagsForResourceCommand({ ResourceArn: this.arn })));
    return 'error' in outcome ? outcome : { value: Object.fromEntries((outcome.value.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])) };
  }

  /** How many of some calls at once are throttled. */
  public async throttledOf(calls: number): Promise<number> {
    const outcomes = await Promise.all(Array.from({ length: calls }, () =>
      this.client.send(new GetMultiRegionEndpointCommand({ EndpointName: this.name })).then(() => '', (error: Error) => error.name)));
    return outcomes.filter(name => /TooManyRequests|Throttling/.test(name)).length;
  }

  /** Deletes the endpoint as soon as SES lets it, and waits until it is gone. */
  public async remove(): Promise<void> {
    await poll(this.account, { every: 10, limit: LIFE_MINUTES * 60 }, async () => {
      const status = await this.status();
      if (status !== undefined && status !== 'DELETING') {
        await this.delete();
      }
      return status === undefined || undefined;
    });
    this.client.destroy();
  }

  private get arn(): string {
    return `arn:aws:ses:${this.account.region}:${this.account.accountId}:multi-region-endpoint/${this.name}`;
  }

  private attempt<T>(call: () => Promise<T>): Promise<Outcome<T>> {
    return attempt(this.account, call);
  }
}

// An endpoint of the construct.

const TAG_PERMISSIONS: Question = {
  id: 'tag-permissions', important: true,
  asks: 'do permissions for tags work on an endpoint\'s ARN? The service authorization reference does not list endpoints there',
  assertion: 'the function, whose role names the ARN, makes an endpoint with tags and changes them',
  otherwise: 'statements in `src/ses/ses-provider.ts`; [cli.md](cli.md#permissions). If not: `*`, for `TagResource` and `UntagResource` with a condition on `aws:TagKeys`',
};
const CREATION: Question = {
  id: 'creation-time', important: true,
  asks: 'how long a deployment of an endpoint takes',
  assertion: 'time from CREATE_IN_PROGRESS to CREATE_COMPLETE; the schedule was learned from 50 to 110 s',
  otherwise: '`lambda/ses/creation-wait.ts`; `creationSeconds` of the simulator; [performance.md](performance.md)',
};

const ENDPOINT: Scenario = {
  name: 'endpoint', minutes: 8, cost: 'endpoint: not documented; a key, 1 $ a month, deleted after 7 days',
  questions: [TAG_PERMISSIONS, CREATION],
  run: account => withEndpoint(account, `${PREFIX}Endpoint`, { tags: { verify: 'created' } }, async (first, redeploy) => {
    const second = first.succeeded ? await redeploy({ tags: { verify: 'changed' } }) : first;
    return {
      [TAG_PERMISSIONS.id]: permitted([first, second], 'created and changed'),
      [CREATION.id]: creationTime(first),
    };
  }),
};

function creationTime({ events }: Deployment): Finding {
  const of = (status: string) => events.find(event => event.logicalId.startsWith('Endpoint') && event.status === status)?.timestamp;
  const [begin, end] = [of('CREATE_IN_PROGRESS'), of('CREATE_COMPLETE')];
  return begin === undefined || end === undefined ? unclear('no endpoint was created') : measured(`${Math.round((end - begin) / 1000)} s`);
}

type Change = Omit<Parameters<typeof endpointApp>[1], 'secondaryRegion'>;

async function withEndpoint(account: Account, stackName: string, props: Change,
  look: (first: Deployment, redeploy: (change: Change) => Promise<Deployment>) => Promise<Findings>): Promise<Findings> {
  const declare = (change: Change) => endpointApp(stackName, { ...change, secondaryRegion: secondaryOf(account) });
  try {
    return await look(await account.deploy(declare(props), stackName), change => account.deploy(declare(change), stackName));
  } finally {
    await account.destroy(declare(props), stackName);
  }
}

const BOUNDARY: Question = {
  id: 'boundary', important: true,
  asks: 'may the state machine invoke a function whose name is in its state, under a permissions boundary',
  assertion: 'an endpoint is created, which waits in the state machine, with `permissionsBoundary`',
  otherwise: '`src/lifecycle/waiter-definition.ts`',
};
const ENCRYPTION: Question = {
  id: 'encryption-in-place',
  asks: 'is a change of a state machine\'s `EncryptionConfiguration` made in place',
  assertion: 'set `stateMachineEncryption`, and remove it: both deployments succeed',
  otherwise: '[operations](operations.md#change-settings); `stateMachineEncryption` in `src/lifecycle/provider-settings.ts`',
};

const SETTINGS: Scenario = {
  name: 'settings', minutes: 12, cost: 'as above',
  questions: [BOUNDARY, ENCRYPTION],
  run: account => withEndpoint(account, `${PREFIX}Settings`, { bounded: true }, async (first, redeploy) => {
    const encrypted = await redeploy({ bounded: true, encrypted: true, tags: { verify: 'encrypted' } });
    const plain = await redeploy({ bounded: true, tags: { verify: 'plain' } });
    const failed = [encrypted, plain].find(({ succeeded }) => !succeeded);
    return {
      [BOUNDARY.id]: permitted([first], 'created'),
      [ENCRYPTION.id]: compare(!failed, failed ? reasonOf(failed) : 'both succeeded'),
    };
  }),
};

const CONDITION: Question = {
  id: 'send-condition', important: true,
  asks: 'does the condition `ses:MultiRegionEndpointId` work, and the grant with identities of both Regions',
  assertion: 'a function with nothing but `grants.sendEmail` sends a simple message through the endpoint',
  otherwise: '`src/ses/multi-region-endpoint-grants.ts`',
};
const RAW: Question = {
  id: 'raw-content',
  asks: 'does raw content need `ses:SendRawEmail`',
  assertion: 'the same function sends raw content; [SES](ses.md) says that it may need it',
  otherwise: 'the same; [SES](ses.md#what-senders-must-know)',
};

const SENDING: Scenario = {
  name: 'sending', minutes: 10, cost: 'two messages', needs: ['identity'],
  questions: [CONDITION, RAW],
  run: account => withEndpoint(account, `${PREFIX}Sending`, { identity: account.inputs.identity }, async first => ({
    [CONDITION.id]: first.succeeded ? compare(first.outputs.Simple === 'sent', first.outputs.Simple) : unclear(reasonOf(first)),
    [RAW.id]: first.succeeded ? measured(first.outputs.Raw) : unclear(reasonOf(first)),
  })),
};

// The life of an endpoint, by calls.

const READY: Question = {
  id: 'ready', important: true,
  asks: 'time to READY; does the status flap',
  assertion: 'the statuses that are seen until READY was seen three times: CREATING, READY',
  otherwise: '`creation-wait.ts`; the second look in `lambda/ses/multi-region-endpoint.ts`; `readyFlaps` of the simulator',
};
const GONE: Question = {
  id: 'gone', important: true,
  asks: 'time to be gone',
  assertion: 'the statuses that are seen after the delete: DELETING until NotFound',
  otherwise: 'four misses in `multi-region-endpoint.ts`; `deletionSeconds`, `readyAfterDelete` of the simulator',
};
const DELETE_CREATING: Question = {
  id: 'delete-while-creating', important: true,
  asks: 'delete while CREATING',
  assertion: '`ConcurrentModificationException`',
  otherwise: '`remove()` in `multi-region-endpoint.ts`',
};
const TAGS_AT_ONCE: Question = {
  id: 'tags-at-once',
  asks: 'are the tags of a new endpoint seen by `ListTagsForResource` at once',
  assertion: 'time until they are, below 30 s',
  otherwise: '`mayBecomeOurs()` in `multi-region-endpoint.ts`; `notFoundAfterCreateSeconds` of the simulator',
};
const TAG_TRANSITIONS: Question = {
  id: 'tag-in-transition',
  asks: 'tags of an endpoint that is CREATING or DELETING',
  assertion: 'the error of each, or none. The handler takes either',
  otherwise: '`changeTags()` in `lambda/lifecycle/bring.ts`; `strictTransitions` of the simulator',
};
const DELETE_DELETING: Question = {
  id: 'delete-while-deleting',
  asks: 'delete of an endpoint that is DELETING',
  assertion: 'the error, or none. The handler takes either',
  otherwise: '`remove()`; `strictTransitions` of the simulator',
};
const CREATE_AGAIN: Question = {
  id: 'create-again',
  asks: 'create of a name that is CREATING, READY or DELETING',
  assertion: '`AlreadyExistsException`, always',
  otherwise: '`create()`: it waits until the name is free',
};

const LIFE: Scenario = {
  name: 'life', minutes: 10, cost: 'not documented',
  questions: [READY, GONE, DELETE_CREATING, TAGS_AT_ONCE, TAG_TRANSITIONS, DELETE_DELETING, CREATE_AGAIN],
  run: async account => {
    const calls = new EndpointCalls(account, `${PREFIX}Life`);
    try {
      return await life(account, calls);
    } finally {
      await calls.remove();
    }
  },
};

async function life(account: Account, calls: EndpointCalls): Promise<Findings> {
  required('CreateMultiRegionEndpoint', await calls.create());
  const tagged = await poll(account, { every: 1, limit: 120 }, async () => {
    const tags = await calls.tags();
    return 'value' in tags && tags.value.verify === 'created' || undefined;
  });
  const deletedEarly = await calls.delete();
  const again = [await calls.create()];
  const tagWhileCreating = await calls.tag('creating');
  const ready = await sequence(account, calls, statuses => statuses.slice(-3).join() === 'READY,READY,READY' || statuses.at(-1) === 'FAILED');
  again.push(await calls.create());
  const deleted = await calls.delete();
  const [deletedTwice, tagWhileDeleting] = [await calls.delete(), await calls.tag('deleting')];
  again.push(await calls.create());
  const gone = await sequence(account, calls, statuses => statuses.at(-1) === undefined);
  return {
    [READY.id]: compare(/^CREATING( × \d+)?, READY × 3$/.test(ready.seen), `${ready.seen}; ${ready.seconds} s`),
    [GONE.id]: compare(!('error' in deleted) && /^DELETING( × \d+)?, gone$/.test(gone.seen), `${gone.seen}; ${gone.seconds} s`),
    [DELETE_CREATING.id]: compare(errorOf(deletedEarly) === 'ConcurrentModificationException', tell(deletedEarly)),
    [TAGS_AT_ONCE.id]: tagged ? compare(tagged.seconds < 30, `${tagged.seconds} s`) : compare(false, 'not within 2 minutes'),
    [TAG_TRANSITIONS.id]: measured(`CREATING: ${tell(tagWhileCreating)}; DELETING: ${tell(tagWhileDeleting)}`),
    [DELETE_DELETING.id]: measured(tell(deletedTwice)),
    [CREATE_AGAIN.id]: compare(again.every(outcome => errorOf(outcome) === 'AlreadyExistsException'), again.map(errorOf).join(', ')),
  };
}

/** What Get shows until the end: statuses in words, and the time from now until the last one came up. */
async function sequence(
  account: Account, calls: EndpointCalls, isEnd: (statuses: (string | undefined)[]) => boolean,
): Promise<{ seen: string; seconds: number }> {
  const start = account.now();
  const statuses: (string | undefined)[] = [];
  const runs: { status: string; count: number; since: number }[] = [];
  await poll(account, { every: 2, limit: LIFE_MINUTES * 60 }, async () => {
    const status = await calls.status();
    statuses.push(status);
    const last = runs.at(-1);
    if (last?.status === (status ?? 'gone')) {
      last.count++;
    } else {
      runs.push({ status: status ?? 'gone', count: 1, since: account.now() });
    }
    return isEnd(statuses) || undefined;
  });
  return {
    seen: runs.map(({ status, count }) => count === 1 ? status : `${status} × ${count}`).join(', '),
    seconds: Math.round((runs.at(-1)!.since - start) / 1000),
  };
}

// Refusals and rates.

const SAME_REGION: Question = {
  id: 'same-region',
  asks: 'text of `BadRequestException` for secondary = primary',
  assertion: 'the call is refused; `createMissing()` refuses it before',
  otherwise: '`createMissing()` in `multi-region-endpoint.ts`',
};
const RATE: Question = {
  id: 'burst',
  asks: 'burst of the rate of 1 call a second',
  assertion: `how many of ${BURST} Gets at once are throttled; the simulator takes a burst of 5`,
  otherwise: 'waits after throttling in `lambda/lifecycle/backoff.ts`; rate of the simulator; fleets in [performance.md](performance.md)',
};

const REFUSALS: Scenario = {
  name: 'refusals', minutes: 2, cost: 'none',
  questions: [SAME_REGION, RATE],
  run: async account => {
    const calls = new EndpointCalls(account, `${PREFIX}Refused`);
    try {
      const refused = await calls.create(account.region);
      await account.sleep(30);
      return {
        [SAME_REGION.id]: 'error' in refused ? measured(tell(refused)) : compare(false, 'it was taken'),
        [RATE.id]: measured(`${await calls.throttledOf(BURST)} of ${BURST}`),
      };
    } finally {
      await calls.remove();
    }
  },
};

export const SES: Part = {
  name: 'ses',
  title: 'SES: MultiRegionEndpoint',
  scenarios: [ENDPOINT, SETTINGS, SENDING, LIFE, REFUSALS],
  byHand: [
    {
      id: 'checked-identity', important: true,
      asks: 'is a message checked against the identity in the Region that sends it, or in the primary',
      assertion: 'send often through the endpoint with one Region\'s identity left out of the policy',
      otherwise: '`src/ses/multi-region-endpoint-grants.ts`',
    },
    {
      id: 'failed',
      asks: 'causes of FAILED',
      assertion: 'Regions without the feature; creation of the service-linked role denied',
      otherwise: 'text of `FailedEndpointError`',
    },
    {
      id: 'regions',
      asks: 'Regions, opt-in Regions, GovCloud, China',
      assertion: 'the scenario `endpoint` with other values of `--region` and `--input secondaryRegion`',
      otherwise: '[SES](ses.md#limits); nothing is hard-coded',
    },
    {
      id: 'quota',
      asks: 'endpoints for an account',
      assertion: 'create until `LimitExceededException`',
      otherwise: '[operations](operations.md#throttling-and-quotas)',
    },
    {
      id: 'metric',
      asks: 'metric name `SendCount`, its dimension',
      assertion: 'after `sending`: `aws cloudwatch list-metrics --namespace AWS/SES` in both Regions',
      otherwise: '`metricSendCount()`',
    },
    {
      id: 'native-type',
      asks: 'does the native type wait for READY and for the end of the delete; where does it exist',
      assertion: 'deploy `AWS::SES::MultiRegionEndpoint`, compare the events with `endpoint-status`',
      otherwise: '[alternatives](alternatives.md); tolerance of the lookup',
    },
    {
      id: 'dedicated',
      asks: 'dedicated IPs, tenants, sending authorization with an endpoint',
      assertion: 'a configuration set with each',
      otherwise: '[SES](ses.md)',
    },
    {
      id: 'replica-time', important: true,
      asks: 'how long a replica of an identity takes from PENDING to SUCCESS',
      assertion: 'deploy a `ReplicaEmailIdentity` of a verified domain, read its events: below 30 minutes',
      otherwise: 'waits and `defaultTimeoutSeconds` in `lambda/ses/replica-email-identity.ts`; `verificationSeconds` of the simulator',
    },
    {
      id: 'replica-permission', important: true,
      asks: 'does the permission on the parent with `ses:ReplicaRegion` suffice, and when is it checked: at the create call, or later',
      assertion: 'the same deployment succeeds at first; without the statement the call is denied, or the identity is FAILED with `REPLICATION_ACCESS_DENIED`',
      otherwise: 'policy in `src/ses/replica-email-identity.ts`; `mayPass()` in `lambda/ses/replica-email-identity.ts`',
    },
    {
      id: 'replica-failed',
      asks: 'does FAILED of a replica pass by itself, and which error does a wrong parent give',
      assertion: '`aws sesv2 create-email-identity` without a parent, of a replica and of a BYODKIM identity: refused, or FAILED with `REPLICATION_...`; then mend the cause',
      otherwise: '`phase()`, `change()` in `lambda/ses/replica-email-identity.ts`; `refusesWrongParents` of the simulator',
    },
    {
      id: 'parent-delete', important: true,
      asks: 'what a delete of a parent with replicas answers, and whether it works at once after the last replica is deleted',
      assertion: 'destroy a stack with both: the parent is deleted after the replica, at the first attempt',
      otherwise: '`remove()` in `lambda/ses/replica-email-identity.ts` would have to wait; error in `sandbox/services/ses-identities.ts`',
    },
    {
      id: 'replica-cleanup', important: true,
      asks: 'does the condition `aws:ResourceTag` work for `ses:DeleteEmailIdentity`',
      assertion: 'change `replicaRegion`: the old replica is deleted',
      otherwise: 'statements in `src/ses/ses-provider.ts`; if not: without the condition',
    },
    {
      id: 'replica-origin',
      asks: 'does `PutEmailIdentityDkimSigningAttributes` take `AWS_SES_<REGION>`',
      assertion: 'call it on an identity with Easy DKIM, and on a replica of another parent',
      otherwise: 'a change of the parent, and adoption of any identity, would be possible in place',
    },
    {
      id: 'price', asks: 'price', assertion: 'the bill', otherwise: 'none here: no price is printed',
    },
  ],
  leftovers: async account => {
    const client = new SESv2Client({ ...account.clientConfig(), maxAttempts: 1 });
    try {
      const { MultiRegionEndpoints = [] } = required('ListMultiRegionEndpoints',
        await attempt(account, () => client.send(new ListMultiRegionEndpointsCommand({ PageSize: 1000 }))));
      const endpoints = MultiRegionEndpoints.map(({ EndpointName }) => EndpointName!).filter(name => name.startsWith(PREFIX));
      return [...await account.stacks(PREFIX), ...endpoints.map(name => `endpoint ${name}`)];
    } finally {
      client.destroy();
    }
  },
};
