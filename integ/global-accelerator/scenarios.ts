import {
  CreateCustomRoutingAcceleratorCommand, CreateCustomRoutingEndpointGroupCommand, CreateCustomRoutingListenerCommand,
  DeleteCustomRoutingAcceleratorCommand, DeleteCustomRoutingEndpointGroupCommand, DeleteCustomRoutingListenerCommand,
  DescribeCustomRoutingAcceleratorCommand, GlobalAcceleratorClient, ListCustomRoutingAcceleratorsCommand,
  ListCustomRoutingEndpointGroupsCommand, ListCustomRoutingListenersCommand, ListCustomRoutingPortMappingsCommand,
  ListTagsForResourceCommand, TagResourceCommand, UpdateCustomRoutingAcceleratorCommand, UpdateCustomRoutingListenerCommand,
  type CustomRoutingDestinationConfiguration,
} from '@aws-sdk/client-global-accelerator';
import { gameApp, type GameStackProps } from './app';
import { attempt, errorOf, poll, required, tell, type Account, type Deployment, type Outcome } from '../account';
import { PROBE_STACK } from '../cloudformation/app';
import { compare, permitted, PREFIX, unclear, type Finding, type Findings, type Part, type Question, type Scenario } from '../plan';

const CONTROL_REGION = 'us-west-2';
const UNTIL_READY = { every: 5, limit: 30 * 60 };
/** What the handlers wait for, on the way to a delete. */
const PASSING = /^(TransactionInProgress|Conflict|AcceleratorNotDisabled|AssociatedListenerFound|AssociatedEndpointGroupFound)Exception$/;

/** The calls of the scenarios, each with its outcome. */
class Calls {
  private readonly client: GlobalAcceleratorClient;

  constructor(private readonly account: Account) {
    this.client = new GlobalAcceleratorClient({ ...account.clientConfig(CONTROL_REGION), maxAttempts: 1 });
  }

  public async createAccelerator(name: string, token: string): Promise<Outcome<string>> {
    return this.attempt(async () => (await this.client.send(new CreateCustomRoutingAcceleratorCommand({
      Name: name, IdempotencyToken: token, Tags: [{ Key: 'verify', Value: 'created' }],
    }))).Accelerator!.AcceleratorArn!);
  }

  public createListener(accelerator: string, from: number, to: number): Promise<Outcome<string>> {
    return this.attempt(async () => (await this.client.send(new CreateCustomRoutingListenerCommand({
      AcceleratorArn: accelerator, PortRanges: [{ FromPort: from, ToPort: to }], IdempotencyToken: `verify-${from}-${to}-${this.account.now()}`,
    }))).Listener!.ListenerArn!);
  }

  public updateListener(listener: string, from: number, to: number): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new UpdateCustomRoutingListenerCommand({
      ListenerArn: listener, PortRanges: [{ FromPort: from, ToPort: to }],
    })));
  }

  public createGroup(listener: string, ...ports: [number, number][]): Promise<Outcome<string>> {
    const destinations = ports.map(([FromPort, ToPort]): CustomRoutingDestinationConfiguration => ({ FromPort, ToPort, Protocols: ['UDP'] }));
    return this.attempt(async () => (await this.client.send(new CreateCustomRoutingEndpointGroupCommand({
      ListenerArn: listener, EndpointGroupRegion: this.account.region, DestinationConfigurations: destinations,
      IdempotencyToken: `verify-${this.account.now()}`,
    }))).EndpointGroup!.EndpointGroupArn!);
  }

  /** `DEPLOYED`, `IN_PROGRESS`, or undefined when it is gone. */
  public async status(accelerator: string): Promise<string | undefined> {
    const outcome = await this.attempt(() => this.client.send(new DescribeCustomRoutingAcceleratorCommand({ AcceleratorArn: accelerator })));
    return errorOf(outcome) === 'AcceleratorNotFoundException' ? undefined : required('DescribeCustomRoutingAccelerator', outcome).Accelerator!.Status;
  }

  public async deployed(accelerator: string): Promise<number | undefined> {
    return (await poll(this.account, UNTIL_READY, async () => await this.status(accelerator) === 'DEPLOYED' || undefined))?.seconds;
  }

  public tag(accelerator: string, value: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new TagResourceCommand({ ResourceArn: accelerator, Tags: [{ Key: 'verify', Value: value }] })));
  }

  public async tagOf(accelerator: string): Promise<string | undefined> {
    const { Tags = [] } = required('ListTagsForResource',
      await this.attempt(() => this.client.send(new ListTagsForResourceCommand({ ResourceArn: accelerator }))));
    return Tags.find(({ Key }) => Key === 'verify')?.Value;
  }

  public disable(accelerator: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new UpdateCustomRoutingAcceleratorCommand({ AcceleratorArn: accelerator, Enabled: false })));
  }

  public deleteAccelerator(accelerator: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new DeleteCustomRoutingAcceleratorCommand({ AcceleratorArn: accelerator })));
  }

  public deleteListener(listener: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new DeleteCustomRoutingListenerCommand({ ListenerArn: listener })));
  }

  public deleteGroup(group: string): Promise<Outcome<unknown>> {
    return this.attempt(() => this.client.send(new DeleteCustomRoutingEndpointGroupCommand({ EndpointGroupArn: group })));
  }

  /** Repeats a delete until it is done. @returns the errors on the way and the seconds */
  public async untilDone(change: () => Promise<Outcome<unknown>>): Promise<{ readonly errors: string[]; readonly seconds?: number }> {
    const errors = new Set<string>();
    const end = await poll(this.account, UNTIL_READY, async () => {
      const outcome = await change();
      if (!('error' in outcome) || outcome.error.endsWith('NotFoundException')) {
        return true;
      }
      errors.add(outcome.error);
      return PASSING.test(outcome.error) ? undefined : true;
    });
    return { errors: [...errors], seconds: end?.seconds };
  }

  /** Takes an accelerator down with all below it. */
  public async remove(accelerator: string): Promise<void> {
    if (await this.status(accelerator) === undefined) {
      return;
    }
    for (const { ListenerArn: listener } of await this.listeners(accelerator)) {
      for (const { EndpointGroupArn: group } of await this.groups(listener!)) {
        await this.untilDone(() => this.deleteGroup(group!));
      }
      await this.untilDone(() => this.deleteListener(listener!));
    }
    await this.deployed(accelerator);
    await this.disable(accelerator);
    await this.deployed(accelerator);
    await this.untilDone(() => this.deleteAccelerator(accelerator));
    await poll(this.account, UNTIL_READY, async () => await this.status(accelerator) === undefined || undefined);
  }

  public async accelerators(): Promise<{ readonly name: string; readonly arn: string }[]> {
    const { Accelerators = [] } = required('ListCustomRoutingAccelerators',
      await this.attempt(() => this.client.send(new ListCustomRoutingAcceleratorsCommand({ MaxResults: 100 }))));
    return Accelerators.map(({ Name, AcceleratorArn }) => ({ name: Name!, arn: AcceleratorArn! }));
  }

  public async listeners(accelerator: string) {
    const { Listeners = [] } = required('ListCustomRoutingListeners',
      await this.attempt(() => this.client.send(new ListCustomRoutingListenersCommand({ AcceleratorArn: accelerator, MaxResults: 100 }))));
    return Listeners;
  }

  public async groups(listener: string) {
    const { EndpointGroups = [] } = required('ListCustomRoutingEndpointGroups',
      await this.attempt(() => this.client.send(new ListCustomRoutingEndpointGroupsCommand({ ListenerArn: listener, MaxResults: 100 }))));
    return EndpointGroups;
  }

  public async mappings(accelerator: string) {
    const { PortMappings = [] } = required('ListCustomRoutingPortMappings',
      await this.attempt(() => this.client.send(new ListCustomRoutingPortMappingsCommand({ AcceleratorArn: accelerator, MaxResults: 20_000 }))));
    return PortMappings;
  }

  public close(): void {
    this.client.destroy();
  }

  private attempt<T>(call: () => Promise<T>): Promise<Outcome<T>> {
    return attempt(this.account, call);
  }
}

async function withCalls(account: Account, run: (calls: Calls) => Promise<Findings>): Promise<Findings> {
  const calls = new Calls(account);
  try {
    return await run(calls);
  } finally {
    calls.close();
  }
}

// A stack with a game.

const PERMISSIONS: Question = {
  id: 'traffic-permissions', important: true,
  asks: 'do Add, Remove, Allow and Deny work on a group\'s ARN, or with `*` only (sources conflict); which EC2 permissions does Add need',
  assertion: 'the function, whose role names the ARN and no EC2 action, adds a subnet, removes it, and changes what is allowed',
  otherwise: 'statements in `src/global-accelerator/global-accelerator-provider.ts`, `custom-routing-grants.ts`',
};
const PORT_FORMULA: Question = {
  id: 'port-formula',
  asks: 'how ports are given out',
  assertion: 'two /28 subnets with 2 ports have 2 × 11 × 2 mappings',
  otherwise: '`src/global-accelerator/capacity.ts`; the formula of [port capacity](global-accelerator.md#how-many-ports-a-listener-needs)',
};
const HALF_UPDATE: Question = {
  id: 'half-update', important: true,
  asks: 'an Update that deletes and re-creates an endpoint group: what follows when a sibling cancels it',
  assertion: 'after the rollback there is one group, with the old destinations, subnets and allowed addresses',
  otherwise: 'update in `lambda/global-accelerator/custom-routing-endpoint-group.ts`',
};

const GAME: Scenario = {
  name: 'game', minutes: 45, cost: 'an accelerator by the hour, see the price list; no traffic',
  questions: [PERMISSIONS, PORT_FORMULA, HALF_UPDATE],
  run: account => withCalls(account, async calls => {
    const stackName = `${PREFIX}Game`;
    const small: GameStackProps = { subnets: 1, lastPort: 7778, open: ['10.20.0.4'] };
    const large: GameStackProps = { subnets: 2, lastPort: 7778, open: ['10.20.0.5'] };
    const deploy = (props: GameStackProps) => account.deploy(gameApp(stackName, props), stackName);
    try {
      const deployments = [await deploy(small), await deploy(large)];
      const { AcceleratorArn: accelerator } = deployments[0].outputs;
      const mappings = deployments[1].succeeded ? (await calls.mappings(accelerator)).length : undefined;
      deployments.push(await deploy(small));
      const failed = deployments.find(({ succeeded }) => !succeeded);
      return {
        [PERMISSIONS.id]: permitted(deployments, 'added, allowed, removed'),
        [PORT_FORMULA.id]: mappings === undefined ? unclear('no subnets') : compare(mappings === 2 * 11 * 2, `${mappings}`),
        [HALF_UPDATE.id]: failed ? unclear('the stack was not as it should be') : await halfUpdate(calls, accelerator, () =>
          deploy({ ...small, lastPort: 7780, revision: 2, sibling: ['wait 20', 'fail'] })),
      };
    } finally {
      await account.destroy(gameApp(stackName, small), stackName);
      await account.destroy(gameApp(stackName, small), PROBE_STACK);
    }
  }),
};

async function halfUpdate(calls: Calls, accelerator: string, change: () => Promise<Deployment>): Promise<Finding> {
  const before = await stateOf(calls, accelerator);
  const { succeeded } = await change();
  const after = await stateOf(calls, accelerator);
  return succeeded ? unclear('the update was to fail and succeeded')
    : compare(before === after, before === after ? 'all as before' : `${before} became ${after}`);
}

/** What players reach, without ids that a new group changes. */
async function stateOf(calls: Calls, accelerator: string): Promise<string> {
  const [listener] = await calls.listeners(accelerator);
  const groups = await calls.groups(listener.ListenerArn!);
  const open = (await calls.mappings(accelerator)).filter(mapping => mapping.DestinationTrafficState === 'ALLOW')
    .map(({ DestinationSocketAddress: socket }) => `${socket!.IpAddress}:${socket!.Port}`);
  const destinations = groups.map(({ DestinationDescriptions, EndpointDescriptions }) => ({ DestinationDescriptions, EndpointDescriptions }));
  return JSON.stringify({ destinations, open });
}

// One accelerator, by calls.

const TOKEN: Question = {
  id: 'idempotency-token', important: true,
  asks: 'what an idempotency token does at once, with other parameters, and after the thing was deleted',
  assertion: 'at once the same ARN, with another name the same or a refusal; after the delete whatever it is, since the handler looks',
  otherwise: '`resolve()` in `lambda/global-accelerator/child-at.ts`. If it did not count at all, such a case ends in a message: [ownership](global-accelerator.md#ownership)',
};
const DEPLOYED: Question = {
  id: 'deployed',
  asks: 'time to DEPLOYED after each change; does it show DEPLOYED for a moment after a change',
  assertion: 'IN_PROGRESS in the second after the create and after a listener',
  otherwise: 'ten seconds in `lambda/global-accelerator/service-errors.ts`; `statusLagSeconds` of the simulator',
};
const TAGS: Question = {
  id: 'tagging',
  asks: 'does tagging an accelerator make it IN_PROGRESS; how far does `ListTagsForResource` lag',
  assertion: 'DEPLOYED after a tag; the tag is listed at once',
  otherwise: '`lambda/global-accelerator/register.ts`; `consistentReads` of the simulation',
};
const RANGES: Question = {
  id: 'port-ranges',
  asks: 'are 16 ports the least; are ranges that overlap or shrink, and destinations that overlap, refused',
  assertion: '15 ports and overlaps are refused; a listener without subnets shrinks',
  otherwise: 'checks and warnings in `src/global-accelerator/ports.ts`; `UpdateCustomRoutingListener` is tried',
};
const BUSY: Question = {
  id: 'busy', important: true,
  asks: 'which error children give that are deleted while the accelerator is IN_PROGRESS',
  assertion: 'none but those that the handler waits for',
  otherwise: '`PASSING` in `lambda/global-accelerator/service-errors.ts`; a delete is tried once, and waits for DEPLOYED if it is refused',
};

const ACCELERATOR: Scenario = {
  name: 'accelerator', minutes: 25, cost: 'as above',
  questions: [TOKEN, DEPLOYED, TAGS, RANGES, BUSY],
  run: account => withCalls(account, async calls => {
    const name = `${PREFIX}Calls`;
    const token = `verify-${account.now()}`;
    const accelerator = required('CreateCustomRoutingAccelerator', await calls.createAccelerator(name, token));
    try {
      const first = await calls.status(accelerator);
      const repeated = await calls.createAccelerator(name, token);
      const renamed = await calls.createAccelerator(`${name}Other`, token);
      const seconds = await calls.deployed(accelerator);
      const tags = await tagging(account, calls, accelerator);
      const { findings, second } = await children(calls, accelerator);
      await calls.remove(accelerator);
      const late = await calls.createAccelerator(name, token);
      return {
        [TOKEN.id]: tokens(accelerator, repeated, renamed, late),
        [DEPLOYED.id]: compare(first === 'IN_PROGRESS' && second === 'IN_PROGRESS', `after the create ${first}, DEPLOYED after ${seconds} s; after a listener ${second}`),
        [TAGS.id]: tags,
        ...findings,
      };
    } finally {
      for (const { arn } of (await calls.accelerators()).filter(other => other.name.startsWith(name))) {
        await calls.remove(arn);
      }
    }
  }),
};

function tokens(accelerator: string, repeated: Outcome<string>, renamed: Outcome<string>, late: Outcome<string>): Finding {
  const shown = (outcome: Outcome<string>) => 'error' in outcome ? outcome.error : outcome.value === accelerator ? 'the same' : 'another one';
  return compare(shown(repeated) === 'the same' && shown(renamed) !== 'another one',
    `again: ${shown(repeated)}; with another name: ${shown(renamed)}; after the delete: ${shown(late)}`);
}

async function tagging(account: Account, calls: Calls, accelerator: string): Promise<Finding> {
  const tagged = await calls.tag(accelerator, 'changed');
  if ('error' in tagged) {
    return unclear(tell(tagged));
  }
  const status = await calls.status(accelerator);
  const listed = await poll(account, { every: 1, limit: 120 }, async () => await calls.tagOf(accelerator) === 'changed' || undefined);
  return compare(status === 'DEPLOYED' && listed !== undefined && listed.seconds <= 2, `${status}; listed after ${listed?.seconds} s`);
}

async function children(calls: Calls, accelerator: string): Promise<{ readonly findings: Findings; readonly second: string | undefined }> {
  const listener = required('CreateCustomRoutingListener', await calls.createListener(accelerator, 1000, 1999));
  const second = await calls.status(accelerator);
  const narrow = await calls.createListener(accelerator, 3000, 3014);
  const overlapping = await calls.createListener(accelerator, 1500, 2500);
  const shrunk = await calls.updateListener(listener, 1000, 1499);
  const confused = await calls.createGroup(listener, [80, 90], [85, 95]);
  const group = 'value' in confused ? confused.value : required('CreateCustomRoutingEndpointGroup', await calls.createGroup(listener, [80, 90]));
  const groupGone = await calls.untilDone(() => calls.deleteGroup(group));
  const listenerGone = await calls.untilDone(() => calls.deleteListener(listener));
  const errors = [...groupGone.errors, ...listenerGone.errors];
  const refused = [narrow, overlapping, confused].every(outcome => 'error' in outcome);
  return {
    second,
    findings: {
      [RANGES.id]: compare(refused && !('error' in shrunk),
        `15 ports: ${errorOf(narrow)}; overlap: ${errorOf(overlapping)}; shrinking: ${errorOf(shrunk)}; destinations: ${errorOf(confused)}`),
      [BUSY.id]: compare(errors.every(error => PASSING.test(error)),
        `group: ${groupGone.errors.join(', ') || 'no error'}, ${groupGone.seconds} s; listener: ${listenerGone.errors.join(', ') || 'no error'}, ${listenerGone.seconds} s`),
    },
  };
}

export const GLOBAL_ACCELERATOR: Part = {
  name: 'global-accelerator',
  title: 'Global Accelerator: custom routing',
  scenarios: [GAME, ACCELERATOR],
  byHand: [
    {
      id: 'token-retention',
      asks: 'how long an idempotency token counts',
      assertion: 'repeat the create of `accelerator` after an hour, a day',
      otherwise: '`resolve()` in `child-at.ts`; `tokenRetentionSeconds` of the simulator',
    },
    {
      id: 'bad-subnets',
      asks: 'error codes for a missing internet gateway, a subnet of the wrong Region or size',
      assertion: 'three stacks like `game`',
      otherwise: 'texts of errors; the simulator answers `InvalidArgumentException`',
    },
    {
      id: 'conflict', important: true,
      asks: 'when Conflict and TransactionInProgress occur; may two groups\' Adds run at once',
      assertion: 'two groups whose Adds are called by hand at once',
      otherwise: '`service-errors.ts`; dependencies between children in `src/global-accelerator/family.ts`; `strictTransactions` of the simulator',
    },
    {
      id: 'addresses',
      asks: 'what `UpdateCustomRoutingAccelerator` does with other or fewer `IpAddresses`',
      assertion: 'an accelerator with addresses of your own',
      otherwise: '`change()` in `custom-routing-accelerator.ts`',
    },
    {
      id: 'protocols',
      asks: 'are ports given out in blocks, and for protocols apart',
      assertion: '`port-mappings` of groups of several sizes',
      otherwise: '[port capacity](global-accelerator.md#how-many-ports-a-listener-needs)',
    },
  ],
  leftovers: account => leftovers(account),
};

async function leftovers(account: Account): Promise<string[]> {
  const calls = new Calls(account);
  try {
    const accelerators = (await calls.accelerators()).filter(({ name }) => name.startsWith(PREFIX));
    return [...await account.stacks(PREFIX), ...accelerators.map(({ name, arn }) => `accelerator ${name} (${arn})`)];
  } finally {
    calls.close();
  }
}

